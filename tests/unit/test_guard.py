"""Which requests get past the door, by their headers alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy

from daemon.guard import (
    OriginRule,
    content_refusal,
    is_extension_origin,
    is_own_origin,
    request_refusal,
    subprotocol_refusal,
)

PORT = 41717
HOST = f"127.0.0.1:{PORT}"
CHROMIUM = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
FIREFOX = "moz-extension://6b2c5d8e-0f4a-4b9e-9d3c-2a1f7e8c9b04"

HOSTILE_HOSTS = [
    "",
    f":{PORT}",
    "127.0.0.1",
    "localhost",
    f"localhost.:{PORT}",
    f"127.1:{PORT}",
    f"0.0.0.0:{PORT}",
    f"127.0.0.2:{PORT}",
    f"127.0.0.1:{PORT}@evil",
    f"evil.example:{PORT}",
    f"127.0.0.1.evil.example:{PORT}",
    f"[::ffff:127.0.0.1]:{PORT}",
    f"[::]:{PORT}",
    "127.0.0.1:80",
    f"127.0.0.1:{PORT} ",
    f"127.0.0.1:0{PORT}",
    f"LOCALHOST:{PORT}",
]
HOSTILE_ORIGINS = [
    "",
    "null",
    "http://evil.example",
    f"http://127.0.0.1:{PORT}",
    f"http://localhost:{PORT}",
    f"{CHROMIUM}.evil.example",
    f"{CHROMIUM}/",
    f"{CHROMIUM}\n",
    f" {CHROMIUM}",
    CHROMIUM.upper(),
    CHROMIUM.replace("chrome-extension", "Chrome-Extension"),
    CHROMIUM[:-1],
    CHROMIUM + "a",
    CHROMIUM[:-1] + "q",
    FIREFOX.upper(),
    FIREFOX.replace("-2a1f", "2a1f"),
    FIREFOX.replace("moz", "safari-web"),
]


def refused(
    *headers: tuple[str, str],
    welcome: OriginRule = is_extension_origin,
    method: str = "GET",
    has_body: bool = False,
) -> int | None:
    refusal = request_refusal(
        CIMultiDictProxy(CIMultiDict(headers)),
        method=method,
        has_body=has_body,
        port=PORT,
        welcome=welcome,
    )
    return refusal.status if refusal else None


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_the_daemon_answers_to_its_own_names(name: str) -> None:
    assert refused(("Host", f"{name}:{PORT}")) is None


@pytest.mark.parametrize("host", HOSTILE_HOSTS)
def test_any_other_host_is_misdirected(host: str) -> None:
    assert refused(("Host", host)) == 421


def test_no_host_and_two_hosts_are_misdirected() -> None:
    assert refused() == 421
    assert refused(("Host", HOST), ("Host", HOST)) == 421


@pytest.mark.parametrize("origin", [CHROMIUM, FIREFOX])
def test_extensions_are_welcome(origin: str) -> None:
    assert refused(("Host", HOST), ("Origin", origin)) is None


@pytest.mark.parametrize("origin", HOSTILE_ORIGINS)
def test_any_other_origin_is_forbidden(origin: str) -> None:
    assert refused(("Host", HOST), ("Origin", origin)) == 403


def test_two_origins_are_forbidden_even_if_both_are_welcome() -> None:
    assert refused(("Host", HOST), ("Origin", CHROMIUM), ("Origin", CHROMIUM)) == 403


def test_the_daemons_own_page_is_recognised_by_the_host_it_was_served_under() -> None:
    own = ("Origin", f"http://{HOST}")
    assert refused(("Host", HOST), own, welcome=is_own_origin) is None
    other = ("Host", f"localhost:{PORT}")
    assert refused(other, own, welcome=is_own_origin) == 403
    extension = ("Origin", CHROMIUM)
    assert refused(("Host", HOST), extension, welcome=is_own_origin) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "something-new"])
def test_another_site_is_forbidden_without_a_welcome_origin(site: str) -> None:
    assert refused(("Host", HOST), ("Sec-Fetch-Site", site)) == 403
    with_origin = (("Host", HOST), ("Sec-Fetch-Site", site), ("Origin", CHROMIUM))
    assert refused(*with_origin) is None


@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_the_address_bar_and_the_own_page_may_ask(site: str) -> None:
    assert refused(("Host", HOST), ("Sec-Fetch-Site", site)) is None


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "text/json"],
)
def test_a_body_that_a_page_could_send_unasked_is_not_read(content_type: str) -> None:
    headers = (("Host", HOST), ("Content-Type", content_type))
    assert refused(*headers, method="POST", has_body=True) == 415
    assert refused(*headers, method="GET", has_body=True) == 415


def test_a_json_body_passes_whatever_its_charset() -> None:
    assert content_refusal("POST", ["application/json"], True) is None
    assert content_refusal("POST", ["Application/JSON; charset=utf-8"], True) is None
    assert content_refusal("POST", ["application/json", "text/plain"], True) is not None
    assert content_refusal("POST", [], True) is not None


def test_the_subprotocol_has_to_be_offered() -> None:
    assert subprotocol_refusal(["plm.v1"]) is None
    assert subprotocol_refusal(["other, plm.v1"]) is None
    assert subprotocol_refusal(["other", "plm.v1"]) is None
    assert subprotocol_refusal([]) is not None
    assert subprotocol_refusal(["plm.v2, plm.v10, PLM.v1"]) is not None


@given(st.text())
def test_no_text_passes_for_an_extension_unless_it_has_exactly_that_form(origin: str) -> None:
    strict = re.compile(r"\A(chrome-extension://[a-p]{32}|moz-extension://[0-9a-f-]{36})\Z")
    assert not is_extension_origin(origin) or strict.match(origin)


@given(st.text(max_size=40), st.integers(0, 70_000))
def test_only_three_hosts_pass_for_any_text(name: str, port: int) -> None:
    host = f"{name}:{port}"
    expected = name in {"127.0.0.1", "localhost", "[::1]"} and port == PORT
    assert (refused(("Host", host)) is None) is expected
