"""Pairing by code, and the mutual challenge on every connection."""

from __future__ import annotations

import stat

import pytest
from websockets.exceptions import ConnectionClosed

from daemon.protocol import handshake
from daemon.protocol.messages import PROTOCOL_VERSION
from tests.daemon_client import (
    EXTENSION,
    FIREFOX_EXTENSION,
    OTHER_EXTENSION,
    Client,
    Credentials,
    Json,
    open_client,
    open_session,
)
from tests.daemon_process import DaemonProcess

POLICY_VIOLATION = 1008


async def close_code(client: Client) -> int | None:
    with pytest.raises(ConnectionClosed):
        await client.receive()
    return client.socket.close_code


async def assert_turned_away(client: Client, answer: Json, code: str) -> None:
    assert (answer["type"], answer["code"]) == ("error", code)
    assert await close_code(client) == POLICY_VIOLATION


async def attempt(daemon: DaemonProcess, code: str, origin: str = EXTENSION) -> Json | Credentials:
    async with open_client(daemon.port, origin) as client:
        return await client.pair(code, origin)


async def knock(daemon: DaemonProcess, who: Credentials, origin: str) -> Json:
    """Prove with these credentials on a connection from this Origin."""
    async with open_client(daemon.port, origin) as client:
        return await client.prove(who)


@pytest.mark.parametrize("origin", [EXTENSION, FIREFOX_EXTENSION])
async def test_a_browser_pairs_once_and_connects_again_and_again(
    shared_daemon: DaemonProcess, origin: str
) -> None:
    credentials = await shared_daemon.pair(origin)
    for _ in range(2):
        async with open_session(shared_daemon.port, credentials) as client:
            assert client.welcome["sites"] == []
            assert (await client.ask("ping"))["type"] == "pong"


async def test_the_session_may_open_on_the_connection_that_paired(
    shared_daemon: DaemonProcess,
) -> None:
    code = await shared_daemon.new_code()
    async with open_client(shared_daemon.port, EXTENSION) as client:
        credentials = await client.pair(code, EXTENSION)
        assert isinstance(credentials, Credentials)
        assert (await client.prove(credentials))["type"] == "welcome"


async def test_a_code_may_be_typed_carelessly(shared_daemon: DaemonProcess) -> None:
    code = (await shared_daemon.new_code()).lower().replace("-", "  ").replace("0", "o")
    assert isinstance(await attempt(shared_daemon, code), Credentials)


async def test_a_code_is_good_once(shared_daemon: DaemonProcess) -> None:
    code = await shared_daemon.new_code()
    assert isinstance(await attempt(shared_daemon, code), Credentials)
    answer = await attempt(shared_daemon, code)
    assert isinstance(answer, dict)
    assert answer["code"] == "refused"


async def test_a_new_code_replaces_the_old_one(shared_daemon: DaemonProcess) -> None:
    old, new = await shared_daemon.new_code(), await shared_daemon.new_code()
    assert not isinstance(await attempt(shared_daemon, old), Credentials)
    assert isinstance(await attempt(shared_daemon, new), Credentials)


async def test_a_wrong_code_does_not_pair_and_five_of_them_end_the_code(
    shared_daemon: DaemonProcess,
) -> None:
    code = await shared_daemon.new_code()
    for _ in range(5):
        async with open_client(shared_daemon.port, EXTENSION) as client:
            answer = await client.pair("00000-00000", EXTENSION)
            assert isinstance(answer, dict)
            await assert_turned_away(client, answer, "refused")
    answer = await attempt(shared_daemon, code)
    assert isinstance(answer, dict)
    assert answer["code"] == "refused"


async def test_an_attempt_that_is_broken_off_counts(shared_daemon: DaemonProcess) -> None:
    code = await shared_daemon.new_code()
    for _ in range(5):
        async with open_client(shared_daemon.port, OTHER_EXTENSION) as client:
            challenge = await client.ask("pair_hello", nonce="0" * 64, client="x")
            assert challenge["type"] == "pair_challenge"
    assert not isinstance(await attempt(shared_daemon, code), Credentials)


async def test_without_a_waiting_code_nobody_can_pair(daemon_process: DaemonProcess) -> None:
    async with open_client(daemon_process.port, EXTENSION) as client:
        answer = await client.ask("pair_hello", nonce="0" * 64, client="x")
        await assert_turned_away(client, answer, "refused")


async def test_only_extensions_can_be_paired(shared_daemon: DaemonProcess) -> None:
    code = await shared_daemon.new_code()
    async with open_client(shared_daemon.port) as client:
        answer = await client.pair(code, "")
        assert isinstance(answer, dict)
        await assert_turned_away(client, answer, "refused")


async def test_a_good_secret_from_another_origin_is_refused(
    shared_daemon: DaemonProcess,
) -> None:
    credentials = await shared_daemon.pair(EXTENSION)
    for origin in (OTHER_EXTENSION, FIREFOX_EXTENSION, ""):
        stolen = Credentials(credentials.pairing, credentials.secret, origin)
        answer = await knock(shared_daemon, stolen, origin)
        assert answer["code"] == "not_authenticated"


async def test_the_command_lines_secret_is_no_good_in_a_browser(
    shared_daemon: DaemonProcess,
) -> None:
    cli = shared_daemon.cli_credentials
    async with open_session(shared_daemon.port, cli):
        pass
    stolen = Credentials(cli.pairing, cli.secret, EXTENSION)
    answer = await knock(shared_daemon, stolen, EXTENSION)
    assert answer["code"] == "not_authenticated"


def test_the_command_lines_secret_is_for_this_users_eyes_only(
    shared_daemon: DaemonProcess,
) -> None:
    file = shared_daemon.data_dir / "cli.secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(bytes.fromhex(file.read_text())) == 32


async def test_a_wrong_secret_and_an_unknown_pairing_are_refused(
    shared_daemon: DaemonProcess,
) -> None:
    good = await shared_daemon.pair()
    unknown = Credentials("0" * 32, good.secret, EXTENSION)
    assert (await knock(shared_daemon, unknown, EXTENSION))["code"] == "not_authenticated"
    async with open_client(shared_daemon.port, EXTENSION) as client:
        await client.ask("hello", pairing=good.pairing, nonce="0" * 64)
        answer = await client.ask("proof", proof="0" * 64)
        await assert_turned_away(client, answer, "not_authenticated")


async def test_a_recorded_proof_does_not_open_another_connection(
    shared_daemon: DaemonProcess,
) -> None:
    who = await shared_daemon.pair()
    nonce = handshake.new_nonce()
    recorded = ""
    for _ in range(2):
        async with open_client(shared_daemon.port, EXTENSION) as client:
            challenge = await client.ask("hello", pairing=who.pairing, nonce=nonce)
            proof = handshake.proof(who.secret, "client", nonce, challenge["nonce"], EXTENSION)
            answer = await client.ask("proof", proof=recorded or proof)
            recorded = recorded or proof
            if answer["type"] == "welcome":
                continue
            await assert_turned_away(client, answer, "not_authenticated")
            return
    pytest.fail("the recorded proof was accepted")


async def test_the_daemons_own_proof_cannot_be_sent_back_to_it(
    shared_daemon: DaemonProcess,
) -> None:
    who = await shared_daemon.pair()
    async with open_client(shared_daemon.port, EXTENSION) as client:
        challenge = await client.ask("hello", pairing=who.pairing, nonce=handshake.new_nonce())
        answer = await client.ask("proof", proof=challenge["proof"])
        await assert_turned_away(client, answer, "not_authenticated")


async def test_the_daemons_own_pairing_proof_cannot_be_sent_back_to_it(
    shared_daemon: DaemonProcess,
) -> None:
    await shared_daemon.new_code()
    async with open_client(shared_daemon.port, EXTENSION) as client:
        challenge = await client.ask("pair_hello", nonce="1" * 64, client="x")
        answer = await client.ask("pair_proof", proof=challenge["proof"])
        await assert_turned_away(client, answer, "refused")


OLDER, NEWER = "This client is older than PLM", "PLM is older than this client"


@pytest.mark.parametrize(("version", "said"), [(0, OLDER), (2, NEWER)])
@pytest.mark.parametrize(
    ("message_type", "fields"),
    [("hello", {"pairing": "cli"}), ("pair_hello", {"client": "a test"})],
)
async def test_a_client_of_another_version_is_told_which_side_is_older(
    shared_daemon: DaemonProcess, message_type: str, fields: Json, version: int, said: str
) -> None:
    async with open_client(shared_daemon.port) as client:
        answer = await client.ask(message_type, nonce="0" * 64, version=version, **fields)
        assert answer["version"] == PROTOCOL_VERSION
        assert answer["message"].startswith(said)
        await assert_turned_away(client, answer, "version")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("complete", {"field": "f", "before": "x"}),
        ("capture", {"draft": "d", "site": "a.example", "kind": "", "text": "", "typed_chars": 1}),
        ("captures_query", {}),
        ("status_query", {}),
        ("proof", {"proof": "0" * 64}),
        ("pair_proof", {"proof": "0" * 64}),
        ("ping", {}),
    ],
)
async def test_nothing_is_answered_before_the_proof(
    shared_daemon: DaemonProcess, kind: str, fields: Json
) -> None:
    async with open_client(shared_daemon.port) as client:
        await assert_turned_away(client, await client.ask(kind, **fields), "not_authenticated")


async def test_an_unpaired_browser_is_hung_up_on_and_cannot_come_back(
    shared_daemon: DaemonProcess,
) -> None:
    who = await shared_daemon.pair()
    async with open_session(shared_daemon.port, who) as browser, shared_daemon.cli() as cli:
        listed = (await cli.ask("pairings_query"))["pairings"]
        assert (who.pairing, EXTENSION) in [(one["id"], one["origin"]) for one in listed]
        left = (await cli.ask("pairing_remove", pairing=who.pairing))["pairings"]
        assert who.pairing not in [one["id"] for one in left]
        assert await close_code(browser) == 4001
    assert (await knock(shared_daemon, who, EXTENSION))["code"] == "not_authenticated"


async def test_neither_the_list_of_pairings_nor_the_log_shows_a_secret(
    shared_daemon: DaemonProcess,
) -> None:
    who = await shared_daemon.pair()
    async with shared_daemon.cli() as cli:
        assert who.secret.hex() not in str(await cli.ask("pairings_query"))
    assert who.secret.hex() not in shared_daemon.log.read_text()
