"""A community as its user meets it: who may ask, what is said, and what outlives a restart."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from federation.invitation import Invitation, written
from tests.belonging import COMMUNITY, make_member
from tests.daemon_process import DaemonProcess, plm_command, running_daemon
from tests.tiny_daemon import cache_of, tiny_default_base

QUESTIONS = ("federation_status_query", "federation_leave", "federation_now")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cache_of(tiny_default_base(tmp_path_factory.mktemp("tiny")))


@pytest.fixture
def nobody(tmp_path: Path, cache: Path) -> Iterator[DaemonProcess]:
    with running_daemon(tmp_path, cache) as daemon:
        yield daemon


@pytest.fixture
def member(tmp_path: Path, cache: Path) -> Iterator[DaemonProcess]:
    make_member(tmp_path / "data")
    with running_daemon(tmp_path, cache) as daemon:
        yield daemon


def plm(daemon: DaemonProcess, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [plm_command(), *words], env=daemon.env, capture_output=True, text=True, check=False
    )


def invitation(base: str) -> str:
    """To where nobody listens."""
    return written(
        Invitation(
            community="Nowhere",
            url="http://127.0.0.1:9",
            base=base,
            strategy="fdlora",
            authority=bytes(32),
            publisher=bytes(32),
        )
    )


async def test_who_joined_nothing_can_only_join(nobody: DaemonProcess, cache: Path) -> None:
    async with nobody.cli() as cli:
        status = await cli.ask("federation_status_query")
        assert (status["community"], status["rounds"], status["waits_for"]) == (None, [], None)
        assert status["epsilon"] == 0
        assert (await cli.ask("federation_now"))["code"] == "refused"
        refused = await cli.ask("federation_join", invitation="join us!")
        assert refused["message"] == "This is no invitation to a community."
        refused = await cli.ask("federation_join", invitation=invitation("b" * 64))
        assert "another base model" in refused["message"]
    assert "no community" in plm(nobody, "federation", "status").stdout
    failed = plm(nobody, "federation", "join", "join us!")
    assert (failed.returncode, failed.stderr) == (
        1,
        "Error: This is no invitation to a community.\n",
    )
    async with nobody.playground() as page:
        for question in QUESTIONS:
            assert (await page.ask(question))["code"] == "refused"


async def test_a_member_pauses_sets_terms_and_leaves(member: DaemonProcess) -> None:
    said = json.loads(plm(member, "federation", "status", "--json").stdout)
    assert said["community"] == COMMUNITY
    assert not said["paused"]
    assert said["texts"] == 24
    assert len(said["rounds"]) == 3
    assert said["bytes"] == sum(one["bytes"] for one in said["rounds"])
    shown = plm(member, "federation", "status").stdout
    assert "version 2, 2026-09-20: not used, it did not predict" in shown
    assert "(+0.6%)" in shown
    terms = plm(member, "federation", "limits", "--smallest-cohort", "20", "--most-epsilon", "2")
    assert terms.stdout == "sums of 20 devices or more, ε at most 2\n"
    assert plm(member, "federation", "limits", "--most-epsilon", "-1").returncode == 2
    async with member.cli() as cli:
        assert (await cli.ask("federation_forget_rounds"))["code"] == "refused"
        assert plm(member, "federation", "pause").returncode == 0
        status = await cli.ask("federation_status_query")
        assert (status["paused"], status["waits_for"]) == (True, "you paused it")
        assert "resume" in (await cli.ask("federation_now"))["message"]
        assert plm(member, "federation", "resume").returncode == 0
    left = plm(member, "federation", "leave", "--yes")
    assert "cannot be called back" in left.stdout
    assert plm(member, "federation", "forget", "--yes").returncode == 0
    status = json.loads(plm(member, "federation", "status", "--json").stdout)
    assert (status["community"], status["rounds"]) == (None, [])
    assert status["smallest_cohort"] == 20


async def test_a_site_is_let_and_everybody_hears_of_it(nobody: DaemonProcess) -> None:
    async with nobody.cli() as cli:
        assert plm(nobody, "sites", "allow", "forum.example", "--federate").returncode == 0
        (rule,) = (await cli.push("sites"))["sites"]
        assert (rule["capture"], rule["may_federate"]) == (True, True)
    assert "may federate" in plm(nobody, "sites", "list").stdout
    assert plm(nobody, "sites", "allow", "forum.example", "--no-federate").returncode == 0
    assert "may federate" not in plm(nobody, "sites", "list").stdout
    assert plm(nobody, "sites", "block", "forum.example").returncode == 0
    taken_back = plm(nobody, "sites", "allow", "forum.example", "--no-federate")
    assert taken_back.stdout == "off  forum.example  may not federate\n", "it switches nothing on"
