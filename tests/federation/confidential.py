"""What must not be found in anything that leaves a device, and how it would look there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import torch

from federation.node.member import Update
from plm_engine.adapters.learned import unpack
from tests.federation.daemons import Device

_RUN = 12
"""Letters of a text, which nobody writes by chance."""
_NUMBERS = 4
"""Weights in a row."""


@dataclass(frozen=True)
class Secrets:
    """Patterns of bytes."""

    patterns: frozenset[bytes]

    @classmethod
    def of(cls, device: Device) -> Secrets:
        """Its notes, which its memory knows too, and its personal adapters."""
        found = set(_runs(device.author.notes))
        for _, _, packed in device.versions:
            if not packed:  # what did not help is not kept
                continue
            for tensor in unpack(packed, device.base).tensors.values():
                found |= set(_written(tensor))
        return cls(frozenset(found))

    def and_posts(self, device: Device) -> Secrets:
        """Which may be learned from, but not leave."""
        return Secrets(self.patterns | set(_runs(device.author.posts)))

    def and_updates(self, updates: Iterable[Update]) -> Secrets:
        """In the clear."""
        found = {run for update in updates for run in _written(update.vector)}
        return Secrets(self.patterns | found)

    def found_in(self, data: bytes) -> list[bytes]:
        return [one for one in self.patterns if one in data]


def said_in(job: msgspec.Struct) -> bytes:
    """All bytes and words of a job, as they are before they are written as JSON."""
    return b"\0".join(_leaves(msgspec.to_builtins(job, builtin_types=(bytes,))))


def _leaves(value: Any) -> Iterator[bytes]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from _leaves(one)
    else:
        yield value if isinstance(value, bytes) else str(value).encode()


def _runs(texts: Iterable[str]) -> Iterator[bytes]:
    for text in texts:
        for start in range(0, len(text) - _RUN, _RUN // 2):
            yield text[start : start + _RUN].encode()


def _written(tensor: Any) -> Iterator[bytes]:
    """A few of its numbers, as any format would write them."""
    flat = np.asarray(tensor, np.float32).ravel()
    (some,) = np.nonzero(flat)
    if not len(some):
        return
    run = torch.from_numpy(flat[some[0] : some[0] + _NUMBERS].copy())
    for kind in (torch.float64, torch.float32, torch.float16, torch.bfloat16):
        yield run.to(kind).view(torch.uint8).numpy().tobytes()
