"""A node's answers: what it does for its community, and what it does not.

It holds one update, made before any round asked for it, and gives it to one round at most, under
masks. Everything that leaves goes through here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from federation import protocol, release
from federation.identity import Identity, Trust
from federation.layout import Layout, Vector
from federation.node.limits import Limits
from federation.privacy.accounting import Participation
from federation.privacy.mechanism import unpredictable
from federation.protocol import (
    Answer,
    AreYouReady,
    Declined,
    GoOn,
    Question,
    Said,
    Standing,
    TakePart,
    TakeRelease,
    TookRelease,
)
from federation.release import Release, ReleaseError
from federation.rounds import RoundTerms, contribution
from federation.secure_sum.client import Participant, SeenRounds, Terms
from federation.secure_sum.errors import Phase, RefusedError
from federation.secure_sum.masks import Vector as Masked
from federation.strategies.strategy import Strategy


@dataclass(frozen=True, slots=True)
class Update:
    """What a device made of its user's texts, waiting to be asked for."""

    release: str
    """Digest of the release that it begins at."""
    vector: Vector = field(repr=False)
    """``[layout.size]``, not clipped yet."""
    refused_release: bool = False
    """That release made this user's held-out texts harder to predict."""


class Keeper(Protocol):
    """Where a node keeps what must outlive its process. A call returns when that is on disk."""

    def takes_part(self, participation: Participation) -> None:
        """The update is about to be sent: it is used up, and is accounted for, whatever comes."""

    def took(self, taken: Release) -> None:
        """A release that follows the one before; nothing is written with it yet."""

    def passed_by(self, objection: str) -> None:
        """A round did not suit the user's limits: they want to know. Nothing has to be kept."""


@dataclass(frozen=True, slots=True)
class Community:
    """Whom the node belongs to; all of it pinned when it joined."""

    name: str
    base: str
    """Digest of the base model."""
    strategy: Strategy
    publisher: Ed25519PublicKey


class Member:
    """Answers questions, one at a time."""

    def __init__(
        self,
        community: Community,
        identity: Identity,
        *,
        trust: Callable[[], Trust],
        limits: Limits,
        seen: SeenRounds,
        keeper: Keeper,
        current: Release | None = None,
        update: Update | None = None,
    ) -> None:
        self._community = community
        self._identity = identity
        self._trust = trust
        self._limits = limits
        self._seen = seen
        self._keeper = keeper
        self._current = current
        self._layout = _layout(community, current) if current else None
        self._update = update
        self._round: _Round | None = None

    @property
    def current(self) -> Release | None:
        """The newest release that it has."""
        return self._current

    @property
    def needs_update(self) -> bool:
        """One has to be made, at the newest release."""
        return self._current is not None and self._ready() is None

    def has_made(self, update: Update) -> None:
        """Training has come to an end."""
        self._update = update

    def answer(self, packed: bytes) -> bytes:
        """To one question. Whatever is wrong with it, the answer is that this node declines."""
        try:
            return protocol.encode(self._answer(protocol.read_question(packed)))
        except (protocol.ProtocolError, ReleaseError, RefusedError):
            return protocol.encode(Declined())

    def _answer(self, question: Question) -> Answer:
        match question:
            case AreYouReady(digest):
                return Standing(self._has(digest), self._has(digest) and self._ready() is not None)
            case TakeRelease(packed):
                return self._take(release.decode(packed))
            case TakePart():
                return self._take_part(question)
            case GoOn():
                return self._go_on(question)

    def _has(self, digest: str) -> bool:
        return self._current is not None and self._current.digest == digest

    def _ready(self) -> Update | None:
        update = self._update
        return update if update and self._has(update.release) else None

    def _take(self, offered: Release) -> Answer:
        community = self._community
        statement, _ = release.verified(
            offered,
            community.publisher,
            community=community.name,
            base=community.base,
            current=self._current,
        )
        if statement.strategy != community.strategy.name:
            return Declined()
        if not self._has(offered.digest):
            self._keeper.took(offered)
            self._current = offered
            self._layout = _layout(community, offered)
            self._update = None  # it begins at another release: there will be a new one
        return TookRelease()

    def _take_part(self, question: TakePart) -> Answer:
        begun = self._round
        if begun and begun.began_with == question:
            return Said(begun.answers[question.invitation])
        update = self._ready()
        if update is None or not self._is_about_ours(question.terms):
            return Declined()
        if objection := self._limits.objection(question.terms):
            self._keeper.passed_by(objection)
            return Declined()
        insisted = Terms(
            trust=self._trust(),
            smallest=self._limits.smallest_cohort,
            subject=question.terms.subject,
        )
        participant = Participant(self._identity, insisted, self._seen)
        frame = participant.advertise(question.invitation)
        if not question.terms.fit(participant.parameters):
            return Declined()
        self._round = _Round(question, participant, update, {question.invitation: frame})
        return Said(frame)

    def _is_about_ours(self, terms: RoundTerms) -> bool:
        layout = self._layout
        return (
            layout is not None
            and self._has(terms.release)
            and (terms.layout, terms.size) == (layout.digest, layout.size)
        )

    def _go_on(self, question: GoOn) -> Answer:
        begun = self._round
        if begun is None or begun.participant.parameters.round != question.round:
            return Declined()
        if question.frame not in begun.answers:
            begun.answers[question.frame] = self._step(begun, question.frame)
        return Said(begun.answers[question.frame])

    def _step(self, begun: _Round, frame: bytes) -> bytes:
        participant = begun.participant
        match participant.phase:
            case Phase.SHARE:
                return participant.share(frame)
            case Phase.MASK:
                return participant.mask(frame, lambda: self._contribution(begun))
            case Phase.CONFIRM:
                return participant.confirm(frame)
            case _:
                return participant.unmask(frame)

    def _contribution(self, begun: _Round) -> Masked:
        """The update leaves now, and never again: two sums with it in both would tell of it."""
        terms, update = begun.began_with.terms, begun.update
        vector = contribution(
            terms, update.vector, refused_release=update.refused_release, random=unpredictable()
        )
        participation = Participation(
            noise_multiplier=terms.noise_multiplier, threshold=terms.threshold
        )
        self._update = None
        self._limits = self._limits.after(participation)
        self._keeper.takes_part(participation)
        return vector


@dataclass(slots=True)
class _Round:
    """The one that this node is in."""

    began_with: TakePart
    participant: Participant
    update: Update
    answers: dict[bytes, bytes] = field(repr=False)
    """By the frame that was answered: a question that comes again has the same answer."""


def _layout(community: Community, current: Release) -> Layout:
    _, tensors = release.read(current)
    return community.strategy.layout(tensors)
