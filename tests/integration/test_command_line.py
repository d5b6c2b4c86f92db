"""``plm``, the command, against a real daemon."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from plm_engine.base import InstalledBase
from tests.daemon_process import DaemonProcess, daemon_environment, plm_command, running_daemon
from tests.letters import SITE

LETTERS = ("We planted marigolds by the gate.", "The numbers are ready.", "See you on Tuesday!")
WRONG_USAGE = (
    ["nonsense"],
    ["complete"],
    ["complete", "x", "--words", "0"],
    ["preferences", "--amount", "lavish"],
)
NEVER_SERVING = (
    *("torch", "transformers", "peft", "onnx", "gguf"),
    *("flwr", "grpc", "scipy", "dp_accounting"),
)
HEAVY = ("onnxruntime", "onnx", "gguf", "torch", "transformers", "tokenizers", "aiohttp")


@pytest.fixture(scope="module")
def daemon(
    tmp_path_factory: pytest.TempPathFactory, base: InstalledBase, shared_cache: Path
) -> Iterator[DaemonProcess]:
    with running_daemon(tmp_path_factory.mktemp("cli"), shared_cache) as process:
        yield process


@pytest.fixture
def kept(daemon: DaemonProcess) -> Iterator[dict[str, int]]:
    """Three letters in the store; their numbers by text."""
    plm(daemon.env, "sites", "allow", SITE)
    numbers = asyncio.run(_capture(daemon))
    yield numbers
    plm(daemon.env, "captures", "delete", "--all", "--yes")


async def _capture(daemon: DaemonProcess) -> dict[str, int]:
    numbers = {}
    async with daemon.browser() as browser:
        for text in LETTERS:
            report = {"draft": text[:8], "site": SITE, "kind": "textarea", "text": text}
            answer = await browser.ask("capture", typed_chars=len(text), **report)
            numbers[text] = answer["document"]
    return numbers


def run(env: dict[str, str], *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [plm_command(), *words],
        env=env,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def plm(env: dict[str, str], *words: str, stdin: str = "") -> str:
    """What a command prints that succeeds."""
    result = run(env, *words, stdin=stdin)
    assert result.returncode == 0, result.stderr
    return result.stdout


def plm_json(env: dict[str, str], *words: str) -> Any:
    return json.loads(plm(env, *words, "--json"))


def complaint(env: dict[str, str], *words: str) -> str:
    """The one line of a command that fails."""
    result = run(env, *words)
    assert result.returncode == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


def test_complete_prints_how_the_text_goes_on(daemon: DaemonProcess) -> None:
    completion = plm_json(daemon.env, "complete", "Thank you for your")
    assert set(completion) == {"text", "confidence", "suppressed", "ms", "tokens"}
    assert completion["text"].startswith(" ")
    assert completion["text"].strip()
    assert completion["suppressed"] is None
    assert 0 < completion["confidence"] <= 1
    plain = plm(daemon.env, "complete", "Thank you for your")
    assert plain == f"Thank you for your{completion['text']}\n"


def test_complete_finishes_the_word_that_was_begun(daemon: DaemonProcess) -> None:
    days = plm_json(daemon.env, "complete", "Monday, Tuesday, Wednesday, Thur", "--words", "1")
    assert days["text"].startswith("sday")
    assert " " not in days["text"]


def test_nothing_to_add_is_no_failure(daemon: DaemonProcess) -> None:
    completion = plm_json(daemon.env, "complete", "")
    assert (completion["text"], completion["suppressed"]) == ("", "empty")


def test_status_tells_counts_and_times(daemon: DaemonProcess, kept: dict[str, int]) -> None:
    status = plm_json(daemon.env, "status")
    assert status["documents"] == 3
    assert status["base"] in plm(daemon.env, "status")
    for text in LETTERS:
        assert text not in json.dumps(status)


def test_captures_are_listed_found_and_shown(daemon: DaemonProcess, kept: dict[str, int]) -> None:
    listed = plm_json(daemon.env, "captures", "list")["documents"]
    assert [document["text"] for document in listed] == list(reversed(LETTERS))
    (found,) = plm_json(daemon.env, "captures", "search", "marig")["documents"]
    assert found["id"] == kept[LETTERS[0]]
    assert LETTERS[0] in plm(daemon.env, "captures", "show", str(found["id"]))
    assert "There is no document 9999" in complaint(daemon.env, "captures", "show", "9999")
    plain = plm(daemon.env, "captures", "search", "marig")
    assert LETTERS[0] in plain
    assert "\ue000" not in plain


def test_captures_are_deleted_after_a_question(daemon: DaemonProcess, kept: dict[str, int]) -> None:
    number = str(kept[LETTERS[1]])
    assert run(daemon.env, "captures", "delete", number, stdin="n\n").returncode == 1
    assert plm_json(daemon.env, "captures", "list")["total"] == 3
    assert "deleted: 1" in plm(daemon.env, "captures", "delete", number, stdin="y\n")
    assert plm(daemon.env, "captures", "delete", number, "--yes") == "deleted: 0\n"
    assert plm(daemon.env, "captures", "delete", "--site", SITE, "--yes") == "deleted: 2\n"


@pytest.mark.parametrize("words", [[], ["1", "--all"], ["--all", "--site", SITE]])
def test_what_to_delete_must_be_said_exactly(daemon: DaemonProcess, words: list[str]) -> None:
    assert run(daemon.env, "captures", "delete", "--yes", *words).returncode == 2


def test_export_writes_every_document_into_a_new_file(
    daemon: DaemonProcess, kept: dict[str, int], tmp_path: Path
) -> None:
    target = tmp_path / "mine.jsonl"
    plm(daemon.env, "captures", "export", "--output", str(target))
    lines = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert [line["text"] for line in lines] == list(reversed(LETTERS))
    assert set(lines[0]) == {"author", "ts", "site", "kind", "text"}
    assert "exists" in complaint(daemon.env, "captures", "export", "--output", str(target))
    markdown = plm(daemon.env, "captures", "export", "--format", "markdown")
    assert all(text in markdown for text in LETTERS)


def test_sites_are_off_until_they_are_allowed(daemon: DaemonProcess) -> None:
    plm(daemon.env, "sites", "allow", "one.example")
    rules = {rule["site"]: rule["capture"] for rule in plm_json(daemon.env, "sites", "list")}
    assert rules["one.example"] is True
    plm(daemon.env, "sites", "block", "one.example")
    rules = {rule["site"]: rule["capture"] for rule in plm_json(daemon.env, "sites", "list")}
    assert rules["one.example"] is False


def test_a_site_is_an_exact_host(daemon: DaemonProcess) -> None:
    for no_host in ("https://one.example/path", "*.example", "a b", ""):
        result = run(daemon.env, "sites", "allow", no_host)
        assert result.returncode == 1
        assert len(result.stderr.splitlines()) == 1
    assert plm(daemon.env, "sites", "allow", "Two.Example") == "on   two.example\n"


def test_preferences_are_shown_and_changed_one_by_one(daemon: DaemonProcess) -> None:
    before = plm_json(daemon.env, "preferences")
    assert before == {"amount": "balanced", "length": "phrase"}
    changed = {"amount": "few", "length": "phrase"}
    assert plm_json(daemon.env, "preferences", "--amount", "few") == changed
    assert plm(daemon.env, "preferences") == "amount  few\nlength  phrase\n"
    plm(daemon.env, "preferences", "--amount", "balanced", "--length", "phrase")
    assert plm_json(daemon.env, "preferences") == before


def test_pairings_are_listed_and_removed(daemon: DaemonProcess) -> None:
    credentials = asyncio.run(daemon.pair())
    listed = {pairing["id"] for pairing in plm_json(daemon.env, "pair", "list")}
    assert credentials.pairing in listed
    plm(daemon.env, "pair", "remove", credentials.pairing)
    assert "There is no pairing" in complaint(daemon.env, "pair", "remove", credentials.pairing)


def test_bases_are_listed_without_a_daemon(
    tmp_path: Path, shared_cache: Path, base: InstalledBase
) -> None:
    env = daemon_environment(tmp_path, shared_cache)
    names = [row["name"] for row in plm_json(env, "base", "list")]
    assert base.name in names


@pytest.mark.parametrize(
    "words",
    [["status"], ["complete", "Hello"], ["captures", "list"], ["sites", "list"], ["pair"]],
)
def test_without_a_daemon_every_command_says_how_to_start_it(
    tmp_path: Path, shared_cache: Path, words: list[str]
) -> None:
    line = complaint(daemon_environment(tmp_path, shared_cache), *words)
    assert line == "Error: The daemon is not running. Start it with: plm run"


def pretend_to_run(data_dir: Path, port: int) -> None:
    """What a daemon leaves behind that was killed."""
    data_dir.mkdir(parents=True)
    (data_dir / "daemon.json").write_text(json.dumps({"pid": 1, "port": port, "version": "0"}))
    (data_dir / "cli.secret").write_text("ab" * 32)


async def test_a_program_that_took_the_port_is_told_nothing(
    tmp_path: Path, shared_cache: Path
) -> None:
    env = daemon_environment(tmp_path, shared_cache)
    heard: list[Any] = []

    async def listen(socket: ServerConnection) -> None:
        async for message in socket:
            heard.append(json.loads(message))
            answer = {"type": "challenge", "id": heard[-1]["id"], "nonce": "0" * 64}
            await socket.send(json.dumps(answer | {"proof": "0" * 64}))

    async with serve(listen, "127.0.0.1", 0, subprotocols=["plm.v1"]) as server:  # type: ignore[list-item]
        port = next(iter(server.sockets)).getsockname()[1]
        pretend_to_run(Path(env["PLM_DATA_DIR"]), port)
        line = await asyncio.to_thread(complaint, env, "complete", "Between you and me")
    assert "nothing was sent to it" in line
    assert [message["type"] for message in heard] == ["hello"]


@pytest.mark.parametrize("words", WRONG_USAGE)
def test_wrong_usage_is_exit_code_2(daemon: DaemonProcess, words: list[str]) -> None:
    result = run(daemon.env, *words)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "module",
    ["complete", "status", "captures", "sites", "preferences", "federation", "pair", "base"],
)
def test_commands_load_nothing_heavy(module: str) -> None:
    script = f"import sys, daemon.cli.{module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_the_serving_process_never_loads_torch_or_the_converter(daemon: DaemonProcess) -> None:
    """Nothing that only conversion, training or federating needs may weigh on the daemon."""
    script = f"import sys, daemon.server; print([m for m in {NEVER_SERVING!r} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
    maps = Path(f"/proc/{daemon.process.pid}/maps")
    if maps.exists():
        assert "libtorch" not in maps.read_text()
