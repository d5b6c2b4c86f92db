"""What a learning process is asked, and what it says: one JSON line in, JSON lines out.

The process touches no file of the user's: what it needs of them comes in with the job, and what it
made goes out with its last line. So nothing of theirs lies on disk but in the encrypted store.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

Part = Literal["prompt", "adapter", "shared"]
"""What is learned; the other parts stay as they are. ``shared``: nothing is learned of this user;
another shared adapter is tried, and how strongly it and the user's own speak."""


class LearningError(Exception):
    """Why nothing was learned: some words for the user, without one of the texts."""


class Text(msgspec.Struct, frozen=True):
    """One document."""

    number: int
    text: str
    pasted: Sequence[tuple[int, int]] = ()
    """Parts that somebody else may have written: first character, and the one after the last."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Learn from texts, and say whether that helped on others."""

    cache: str
    """Folder of the converted base models."""
    base: str
    """Name of the base model."""
    part: Part
    texts: list[Text]
    """To learn from, in the order of time."""
    earlier: list[Text] = []
    """Written before those: the memory knows them, and nothing is learned from them now."""
    held_out: list[Text]
    """Written after all of those: the newest."""
    current: bytes = b""
    """The version in use; empty if there is none."""
    shared: str = ""
    """File of the shared adapter, if one is installed."""
    offered: str = ""
    """File of the shared adapter to try."""
    checkpoint: bytes = b""
    """Of this very job, from a process that was stopped."""
    seed: int = 0


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """How far it is."""

    stage: str
    fraction: float


class Checkpoint(msgspec.Struct, frozen=True, tag="checkpoint"):
    """Enough to go on from here."""

    state: bytes


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """How well a version predicts the newest texts, with the memory's help. Numbers only."""

    bits_per_char: float
    keystrokes_saved: float
    general_bits_per_char: float
    """Of general English, without the memory: what must not suffer."""


class Done(msgspec.Struct, frozen=True, kw_only=True, tag="done"):
    """It is finished."""

    learned: bytes
    kept: bool
    """Whether it beats the version in use."""
    reason: str
    before: Figures
    after: Figures
    tokens: int
    """Learned from."""
    cpu_seconds: float


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """It cannot be done; one line for the user, without a word of the texts."""

    reason: str


Event = Progress | Checkpoint | Done | Failed
