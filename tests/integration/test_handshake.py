"""Who gets in: the real server, over a real socket, against every variant that was ever tried."""

from __future__ import annotations

import pytest

from tests.daemon_client import EXTENSION, FIREFOX_EXTENSION, OTHER_EXTENSION
from tests.daemon_process import DaemonProcess
from tests.raw_http import OFFER, UPGRADE, status_of

SWITCHING = 101
MISDIRECTED = {400, 421}  # 400: the HTTP parser itself refuses what is no valid Host
FORBIDDEN = {403}

HOSTS = {
    "empty": "",
    "port only": ":{port}",
    "no port": "127.0.0.1",
    "trailing dot": "localhost.:{port}",
    "short form": "127.1:{port}",
    "any address": "0.0.0.0:{port}",
    "other loopback": "127.0.0.2:{port}",
    "user part": "127.0.0.1:{port}@evil",
    "mapped IPv6": "[::ffff:127.0.0.1]:{port}",
    "wrong port": "127.0.0.1:1",
    "rebound name": "evil.example:{port}",
    "longer name": "127.0.0.1.evil.example:{port}",
    "upper case": "LOCALHOST:{port}",
}
ORIGINS = {
    "null": "null",
    "empty": "",
    "a page": "https://evil.example",
    "the daemon's own page": "http://127.0.0.1:{port}",
    "another loopback port": "http://127.0.0.1:8080",
    "longer name": EXTENSION + ".evil.example",
    "changed scheme case": EXTENSION.replace("chrome", "Chrome"),
    "upper case": EXTENSION.upper(),
    "trailing slash": EXTENSION + "/",
    "unknown scheme": EXTENSION.replace("chrome", "safari-web"),
    "page that looks like it": EXTENSION.replace("chrome-extension", "https"),
}


def host(daemon: DaemonProcess, name: str = "127.0.0.1") -> tuple[str, str]:
    return ("Host", f"{name}:{daemon.port}")


def upgrade(daemon: DaemonProcess, *headers: tuple[str, str], version: str = "HTTP/1.1") -> int:
    return status_of(daemon.port, *headers, *UPGRADE, OFFER, version=version)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
@pytest.mark.parametrize("origin", [EXTENSION, OTHER_EXTENSION, FIREFOX_EXTENSION])
def test_an_extension_gets_as_far_as_the_challenge(
    shared_daemon: DaemonProcess, name: str, origin: str
) -> None:
    assert upgrade(shared_daemon, host(shared_daemon, name), ("Origin", origin)) == SWITCHING


def test_a_client_without_origin_gets_as_far_as_the_challenge(
    shared_daemon: DaemonProcess,
) -> None:
    assert upgrade(shared_daemon, host(shared_daemon)) == SWITCHING


@pytest.mark.parametrize("variant", HOSTS.values(), ids=HOSTS.keys())
def test_a_wrong_host_is_refused(shared_daemon: DaemonProcess, variant: str) -> None:
    headers = (("Host", variant.format(port=shared_daemon.port)), ("Origin", EXTENSION))
    assert upgrade(shared_daemon, *headers) in MISDIRECTED


def test_two_hosts_are_refused(shared_daemon: DaemonProcess) -> None:
    good = host(shared_daemon)
    evil = ("Host", "evil.example")
    for hosts in ((good, evil), (evil, good), (good, good)):
        assert upgrade(shared_daemon, *hosts, ("Origin", EXTENSION)) in MISDIRECTED


def test_no_host_is_refused_also_in_http_1_0(shared_daemon: DaemonProcess) -> None:
    for version in ("HTTP/1.0", "HTTP/1.1"):
        assert upgrade(shared_daemon, ("Origin", EXTENSION), version=version) in MISDIRECTED


@pytest.mark.parametrize("variant", ORIGINS.values(), ids=ORIGINS.keys())
def test_a_wrong_origin_is_refused(shared_daemon: DaemonProcess, variant: str) -> None:
    origin = ("Origin", variant.format(port=shared_daemon.port))
    assert upgrade(shared_daemon, host(shared_daemon), origin) in FORBIDDEN


def test_two_origins_are_refused(shared_daemon: DaemonProcess) -> None:
    good, evil = ("Origin", EXTENSION), ("Origin", "https://evil.example")
    for origins in ((good, evil), (evil, good), (good, good)):
        assert upgrade(shared_daemon, host(shared_daemon), *origins) in {400, 403}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("target", ["/", "/v1", "/playground/v1", "/nothing-here"])
def test_another_site_is_refused_everywhere(
    shared_daemon: DaemonProcess, site: str, target: str
) -> None:
    headers = (host(shared_daemon), ("Sec-Fetch-Site", site))
    assert status_of(shared_daemon.port, *headers, target=target) in FORBIDDEN


@pytest.mark.parametrize("target", ["/", "/playground/style.css", "/nothing-here"])
def test_a_wrong_host_sees_no_page_either(shared_daemon: DaemonProcess, target: str) -> None:
    assert status_of(shared_daemon.port, ("Host", "evil.example"), target=target) == 421


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_a_page_may_send_unasked_is_refused(
    shared_daemon: DaemonProcess, content_type: str
) -> None:
    headers = (host(shared_daemon), ("Content-Type", content_type), ("Content-Length", "2"))
    for target in ("/", "/v1"):
        status = status_of(shared_daemon.port, *headers, target=target, method="POST", body=b"{}")
        assert status == 415


@pytest.mark.parametrize("offer", [None, "", "plm.v2", "PLM.V1", "a-secret-token"])
def test_another_subprotocol_is_refused_and_not_logged(
    shared_daemon: DaemonProcess, offer: str | None
) -> None:
    headers = [host(shared_daemon), ("Origin", EXTENSION), *UPGRADE]
    if offer is not None:
        headers.append(("Sec-WebSocket-Protocol", offer))
    assert status_of(shared_daemon.port, *headers) == 400
    assert "a-secret-token" not in shared_daemon.log.read_text()


def test_a_query_is_not_logged(shared_daemon: DaemonProcess) -> None:
    headers = (host(shared_daemon), ("Origin", EXTENSION), *UPGRADE, OFFER)
    assert status_of(shared_daemon.port, *headers, target="/v1?token=a-secret-token") == SWITCHING
    assert "a-secret-token" not in shared_daemon.log.read_text()


@pytest.mark.parametrize(
    "origin",
    [None, EXTENSION, "null", "https://evil.example", "http://localhost:{port}", "http://[::1]"],
)
def test_only_the_daemons_own_page_gets_the_playground(
    shared_daemon: DaemonProcess, origin: str | None
) -> None:
    own = ("Origin", f"http://127.0.0.1:{shared_daemon.port}")
    headers = [host(shared_daemon), *UPGRADE, OFFER]
    target = "/playground/v1"
    assert status_of(shared_daemon.port, *headers, own, target=target) == SWITCHING
    if origin is not None:
        headers.append(("Origin", origin.format(port=shared_daemon.port)))
    assert status_of(shared_daemon.port, *headers, target=target) in FORBIDDEN
