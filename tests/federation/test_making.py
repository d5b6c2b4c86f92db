"""A node that cannot make an update says so, instead of staying online without one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from federation.device import TextTrainer
from federation.invitation import Invitation
from federation.layout import Tensors
from federation.node.federating import _Node
from federation.node.job import Event, Failed, Federate, Keys
from federation.release import encode, publish
from federation.strategies.fdlora import FDLoRA
from plm_engine.base.installed import InstalledBase
from plm_engine.learning.job import Text
from tests.federation.community import COMMUNITY, PUBLISHER, Node

Trains = Callable[..., Tensors]
SECRET = "what nobody may read"


def diverges(
    _trainer: TextTrainer, start: Tensors, learned: frozenset[str], _local: object
) -> Tensors:
    return {
        name: np.full_like(value, np.nan) if name in learned else value
        for name, value in start.items()
    }


def fails(*_asked: object) -> Tensors:
    raise RuntimeError(SECRET)


@pytest.mark.parametrize("trains", [diverges, fails])
async def test_why_no_update_could_be_made_is_said_and_nothing_of_a_text(
    tiny_base: InstalledBase, monkeypatch: pytest.MonkeyPatch, trains: Trains
) -> None:
    monkeypatch.setattr(TextTrainer, "train", trains)
    first = publish(
        FDLoRA().begin(tiny_base.config, seed=0).tensors,
        PUBLISHER,
        community=COMMUNITY.name,
        base=COMMUNITY.base,
        strategy="fdlora",
        version=0,
        epoch=0,
    )
    asked = Federate(
        cache="",
        base="",
        invitation="",
        keys=Keys(node_id=1, transport=b"", identity=b"", certificate=b""),
        release=encode(first),
        texts=[Text(1, SECRET)],
    )
    said: list[Event] = []
    line = Invitation(
        community=COMMUNITY.name,
        url="http://127.0.0.1:9",
        base=COMMUNITY.base,
        strategy="fdlora",
        authority=bytes(32),
        publisher=bytes(32),
    )

    node = _Node(asked, tiny_base, line, Node("1", first).member, said.append)
    await node.keep_an_update()

    [failed] = said
    assert isinstance(failed, Failed)
    assert "no update could be made" in failed.reason
    assert SECRET not in failed.reason
