"""While the daemon is away nothing that may be kept is lost, and nothing else is kept.

Also when another one is in its place.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from plm_engine.base import InstalledBase
from tests.browser.asking import PATIENCE_S, ask, forget_everything, kept_texts, wait_until_kept
from tests.browser.chromium import Browser, Tab, chromium
from tests.browser.firefox import IDLE_TIMEOUT, firefox
from tests.browser.restarts import RestartableDaemon
from tests.browser.watching import QUIET_S
from tests.browser.web import WebSite

pytestmark = pytest.mark.browser

LETTER = "Dear Sarah, we arrived safely and the garden is full of marigolds."
MORE = " Yours, Ada"
TYPED = "Monday, Tuesday, Wednesday, Thur"


@pytest.fixture(autouse=True)
def empty_store() -> None:
    """The daemon that other tests share has no part in these."""


@pytest.fixture(scope="module")
def place(
    tmp_path_factory: pytest.TempPathFactory, base: InstalledBase, shared_cache: Path
) -> Iterator[RestartableDaemon]:
    """A daemon of these tests' own."""
    daemon = RestartableDaemon(tmp_path_factory.mktemp("outages"), shared_cache)
    yield daemon
    daemon.close()


@pytest.fixture(scope="module")
def paired(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory, place: RestartableDaemon
) -> Iterator[Browser]:
    """Chromium, paired with it."""
    with chromium(playwright, tmp_path_factory.mktemp("outages-profile")) as running:
        running.pair(place.process)
        yield running


@pytest.fixture
def tab(paired: Browser, site: WebSite, place: RestartableDaemon) -> Iterator[Tab]:
    """A page of a site that is on, while the daemon runs and nothing is kept."""
    forget_everything(place.start())
    ask(place.process, "site_set", site=site.host, capture=True)
    opened = paired.open(site.url("form.html"))
    opened.page.click("#textarea")
    opened.wait_until(lambda: keeping_on(paired) == [site.host])
    yield opened
    opened.page.close()


def remembered(browser: Browser, key: str) -> list[dict[str, Any]]:
    """What the extension has in the browser's memory."""
    worker = browser.context.service_workers[-1]
    return list(worker.evaluate(f"chrome.storage.session.get('{key}')").get(key, []))


def keeping_on(browser: Browser) -> list[str]:
    """The sites where it believes that text may be kept."""
    return [rule["site"] for rule in remembered(browser, "keeping_on")]


def waiting(browser: Browser) -> list[dict[str, Any]]:
    """The texts that wait for the daemon."""
    return remembered(browser, "outbox")


def write_and_leave(tab: Tab, field: str, text: str) -> None:
    tab.type(field, text)
    tab.page.click("#next")


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def put_to_sleep(browser: Browser) -> None:
    """End the extension's background, as browsers do when it idles."""
    states: list[str] = []
    page = browser.extension_page("icons/plm.svg")
    devtools = page.context.new_cdp_session(page)
    devtools.on(
        "ServiceWorker.workerVersionUpdated",
        lambda event: states.extend(one["runningStatus"] for one in event["versions"]),
    )
    devtools.send("ServiceWorker.enable")
    devtools.send("ServiceWorker.stopAllWorkers")
    while states[-1:] != ["stopped"]:
        page.wait_for_timeout(20)
    page.close()


def test_what_is_written_meanwhile_is_kept_once_with_the_newest_text_of_each_draft(
    paired: Browser, tab: Tab, place: RestartableDaemon
) -> None:
    write_and_leave(tab, "#textarea", LETTER)
    wait_until_kept(place.process, LETTER)
    place.stop()
    write_and_leave(tab, "#input", "The numbers are ready.")
    write_and_leave(tab, "#textarea", MORE)
    wait_until(lambda: len(waiting(paired)) == 2)
    assert "marigolds" not in json.dumps(waiting(paired))
    assert "numbers" not in json.dumps(waiting(paired))

    wait_until_kept(place.start(), LETTER + MORE)
    assert sorted(kept_texts(place.process)) == [LETTER + MORE, "The numbers are ready."]
    wait_until(lambda: waiting(paired) == [])


def test_where_a_site_is_on_it_outlives_a_background_that_sleeps_and_a_page_that_is_gone(
    paired: Browser, tab: Tab, site: WebSite, place: RestartableDaemon
) -> None:
    place.stop()
    put_to_sleep(paired)
    for host in ("off.example", "localhost"):
        other = paired.open(site.url("form.html", host))
        write_and_leave(other, "#textarea", LETTER)
        other.page.close()
    wait_until(lambda: [text["site"] for text in waiting(paired)] == [site.host])
    put_to_sleep(paired)

    place.start()
    tab.page.click("#input")
    wait_until_kept(place.process, LETTER)


def test_what_was_decided_meanwhile_holds_for_what_waits(
    paired: Browser, tab: Tab, site: WebSite, place: RestartableDaemon
) -> None:
    host = f"letters.example:{site.port}"
    ask(place.process, "site_set", site=host, capture=True)
    wait_until(lambda: host in keeping_on(paired))
    other = paired.open(site.url("form.html", "letters.example"))
    place.stop()
    write_and_leave(tab, "#textarea", LETTER)
    write_and_leave(other, "#textarea", "The numbers are ready.")
    wait_until(lambda: len(waiting(paired)) == 2)
    other.page.close()
    put_to_sleep(paired)

    with place.elsewhere() as daemon:
        ask(daemon, "site_set", site=site.host, capture=False)
        ask(daemon, "captures_delete", site=host)
    daemon = place.start()
    tab.page.click("#input")
    wait_until(lambda: waiting(paired) == [])
    assert kept_texts(daemon) == []


def test_a_text_that_no_frame_can_hold_keeps_no_other_from_being_kept(
    paired: Browser, tab: Tab, place: RestartableDaemon
) -> None:
    tab.page.evaluate("textarea.value = '\\u0001'.repeat(190_000)")
    write_and_leave(tab, "#textarea", "x")
    write_and_leave(tab, "#input", LETTER)
    wait_until_kept(place.process, LETTER)
    wait_until(lambda: waiting(paired) == [])


def test_suggestions_come_again_without_a_reload_after_the_daemon_was_killed(
    tab: Tab, place: RestartableDaemon
) -> None:
    tab.type("#textarea", TYPED)
    tab.wait_for_settled_ghost()
    place.stop(signal.SIGKILL)
    tab.type("#textarea", "s")
    tab.expect_no_ghost(0.5)
    place.start()
    tab.wait_until(lambda: ask(place.process, "status_query")["sessions"] == 2)
    tab.type("#textarea", "day, Fri")
    assert tab.wait_for_ghost().startswith("day")


def test_who_unpairs_meanwhile_leaves_nothing_behind(
    paired: Browser, tab: Tab, place: RestartableDaemon
) -> None:
    place.stop()
    write_and_leave(tab, "#textarea", LETTER)
    wait_until(lambda: len(waiting(paired)) == 1)
    page = paired.extension_page("pair.html")
    assert page.evaluate(KEYS_KEPT) == 1
    page.get_by_role("button", name="Unpair").click()
    wait_until(lambda: waiting(paired) == [] == keeping_on(paired))
    wait_until(lambda: page.evaluate(KEYS_KEPT) == 0)
    page.close()
    write_and_leave(tab, "#input", "Nobody is paired now.")

    paired.pair(place.start())
    tab.page.click("#textarea")
    time.sleep(QUIET_S)
    assert waiting(paired) == []
    assert kept_texts(place.process) == []


KEYS_KEPT = """() => new Promise((resolve) => {
    indexedDB.open('outbox', 1).onsuccess = ({ target: { result: database } }) => {
        database.transaction('keys').objectStore('keys').count().onsuccess = ({ target }) => {
            database.close();
            resolve(target.result);
        };
    };
})"""


@contextmanager
def daemon_that_speaks(version: int, port: int) -> Iterator[list[str]]:
    """What a daemon of another version does, and nothing else; a list of what it was sent."""
    sent: list[str] = []

    def answer(socket: ServerConnection) -> None:
        hello = json.loads(socket.recv(PATIENCE_S))
        error = {"type": "error", "id": hello["id"], "code": "version", "message": "No."}
        socket.send(json.dumps(error | {"version": version}))
        sent.extend([hello["type"], *(json.loads(frame)["type"] for frame in socket)])

    with serve(answer, "127.0.0.1", port, subprotocols=[Subprotocol("plm.v1")]) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield sent
        server.shutdown()
        thread.join()


def test_the_panel_says_which_side_to_update_and_notices_when_that_is_done(
    paired: Browser, place: RestartableDaemon
) -> None:
    place.start()
    panel = paired.extension_page("sidepanel.html")
    for version, words in ((2, "Please update this extension"), (0, "Please update PLM")):
        place.stop()
        with daemon_that_speaks(version, place.port) as sent:
            expect(panel.get_by_role("heading", name=words)).to_be_visible()
        assert set(sent) == {"hello"}
    place.start()
    expect(panel.get_by_text("Please update")).to_have_count(0)
    expect(panel.get_by_text("PLM is not running")).to_have_count(0)
    panel.close()


def test_in_firefox_too_it_outlives_a_background_that_sleeps(
    tmp_path: Path, site: WebSite, place: RestartableDaemon
) -> None:
    forget_everything(place.start())
    ask(place.process, "site_set", site=site.host, capture=True)
    with firefox(tmp_path, **{IDLE_TIMEOUT: 2_000}) as fox:
        fox.pair(place.process)
        page = fox.open(site.url("form.html"))
        page.click("#textarea")
        place.stop()
        page.type("#textarea", LETTER)
        page.click("#next")
        sleeps = "browser.extension.getBackgroundPage() === null"
        page.wait_until(lambda: bool(fox.pairing_page.evaluate(sleeps)))
        place.start()
        page.click("#input")
        wait_until_kept(place.process, LETTER)
