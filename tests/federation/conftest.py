"""What tests of the federation share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import settings

from tests.engine.conftest import tiny, tiny_base
from tests.federation.fleet import Fleet, a_fleet
from tests.federation.talking import Talker

__all__ = ["fleet", "member", "tiny", "tiny_base"]

settings.register_profile("busy", deadline=None)
settings.load_profile("busy")


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A coordinator for the tests of one file; each brings nodes of its own."""
    with a_fleet(tmp_path_factory.mktemp("fleet")) as running:
        yield running


@dataclass(frozen=True)
class Running:
    """A node that is online."""

    node_id: int
    process: Talker


@pytest.fixture(scope="module")
def member(fleet: Fleet) -> Iterator[Running]:
    """One node for all tests that leave it as it is."""
    enrolled = fleet.enrol()
    with fleet.node(enrolled) as process:
        yield Running(enrolled.node_id, process)
