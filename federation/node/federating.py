"""A node at work: it keeps an update ready, and answers what its coordinator asks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from federation import release
from federation.identity import Certificate, CertificateError, Identity, Trust
from federation.invitation import Invitation, InvitationError, read
from federation.node import enrolling, fleet, job
from federation.node.enrolling import EnrolmentError, enrol
from federation.node.fleet_calls import Membership, NotMemberError, ReplacedError
from federation.node.job import Event, Federate
from federation.node.limits import Limits
from federation.node.member import Community, Member, Update
from federation.node.renewing import RENEWED_BEFORE_S, left_s, packed, renewed, transport_key
from federation.privacy.accounting import Participation
from federation.release import Release, ReleaseError
from federation.strategies import STRATEGIES
from plm_engine.base.build import installed_bases
from plm_engine.base.installed import InstalledBase

Say = Callable[[Event], None]
_LOOK_S = 2.0
_DAMAGED = "what this machine knows of its community is damaged"


class FederatingError(Exception):
    """Why this node cannot go on: one line for the user."""


async def join(asked: job.Join) -> job.Joined:
    """Enrol. Raises `FederatingError`."""
    try:
        invitation = read(asked.invitation)
        if invitation.base != asked.base:
            raise FederatingError("the community's base model is not the one in use")
        if invitation.strategy not in STRATEGIES:
            raise FederatingError("this PLM does not know the community's strategy: update it")
        joined = await enrol(invitation)
    except (InvitationError, EnrolmentError) as error:
        raise FederatingError(str(error)) from None
    return job.Joined(
        community=invitation.community,
        url=invitation.url,
        keys=packed(joined),
        release=release.encode(joined.release),
    )


async def leave(asked: job.Leave) -> job.Left:
    """Tell the coordinator. Raises `FederatingError`."""
    try:
        identity = Ed25519PrivateKey.from_private_bytes(asked.keys.identity)
        await enrolling.leave(read(asked.invitation), identity)
    except (ValueError, EnrolmentError) as error:
        raise FederatingError(str(error)) from None
    return job.Left()


async def federate(asked: Federate, say: Say, keep: Say) -> None:
    """Be a node until cancelled. Raises `FederatingError`."""
    try:
        asked = await _renewed_in_time(asked, keep)
        try:
            await _take_part(asked, say, keep)
        except NotMemberError:
            # It was expelled, or the coordinator has lost its list: enrolling again tells.
            await _enrol_again(asked, keep)
            raise FederatingError("the coordinator had forgotten this machine") from None
    except ReplacedError:
        raise FederatingError("another machine has joined as this one: is it a copy?") from None
    except EnrolmentError as error:
        raise FederatingError(str(error)) from None


async def _renewed_in_time(asked: Federate, keep: Say) -> Federate:
    try:
        left = left_s(asked.keys)
        return await _enrol_again(asked, keep) if left < RENEWED_BEFORE_S else asked
    except EnrolmentError as error:
        if error.may_try_again and left > 0:
            return asked
        raise
    except ValueError:
        raise FederatingError(_DAMAGED) from None


async def _enrol_again(asked: Federate, keep: Say) -> Federate:
    try:
        keys = await renewed(asked)
    except EnrolmentError as error:
        if error.is_refusal:
            keep(job.PutOut(str(error)))
        raise
    keep(job.Renewed(keys))
    return msgspec.structs.replace(asked, keys=keys)


async def _take_part(asked: Federate, say: Say, keep: Say) -> None:
    node = _Node.of(asked, say, keep)
    reported = _Reports(say)
    making = asyncio.create_task(node.keep_an_update())
    try:
        membership = Membership(
            coordinator=node.invitation.url,
            node_id=asked.keys.node_id,
            key=transport_key(asked.keys.transport),
            ca_pem=node.invitation.certificates,
        )
        await fleet.take_part(membership, node.member.answer, reported.note)
    except ValueError as error:
        raise FederatingError(str(error)) from None
    finally:
        making.cancel()


@dataclass(slots=True)
class _Node:
    asked: Federate
    base: InstalledBase
    invitation: Invitation
    member: Member
    say: Say
    made: int = 0

    @classmethod
    def of(cls, asked: Federate, say: Say, keep: Say) -> _Node:
        try:
            invitation = read(asked.invitation)
            current = release.decode(asked.release)
            statement, _ = release.read(current)
            certificate = msgspec.msgpack.decode(asked.keys.certificate, type=Certificate)
            identity = Identity(
                Ed25519PrivateKey.from_private_bytes(asked.keys.identity), certificate
            )
        except (InvitationError, ReleaseError, CertificateError, ValueError):
            raise FederatingError(_DAMAGED) from None
        bases = [one for one in installed_bases(Path(asked.cache)) if one.name == asked.base]
        if not bases or bases[0].digest != invitation.base:
            raise FederatingError("the community's base model is not the one in use")
        if statement.strategy not in STRATEGIES:
            raise FederatingError("this PLM does not know the community's strategy: update it")
        authority = Ed25519PublicKey.from_public_bytes(invitation.authority)
        member = Member(
            Community(
                invitation.community,
                invitation.base,
                STRATEGIES[statement.strategy],
                Ed25519PublicKey.from_public_bytes(invitation.publisher),
            ),
            identity,
            trust=lambda: Trust(authority, time.time()),
            limits=Limits(
                smallest_cohort=asked.smallest_cohort,
                most_epsilon=asked.most_epsilon,
                taken_part=list(asked.taken_part),
            ),
            seen=_Seen(asked.seen, keep),
            keeper=_Keeper(keep, say, statement.version),
            current=current,
            update=job.unpack(asked.update) if asked.update else None,
        )
        return cls(asked, bases[0], invitation, member, say)

    async def keep_an_update(self) -> None:
        """Whenever there is none for the newest release, make one."""
        while self.asked.texts:
            current = self.member.current
            if current and self.member.needs_update:
                try:
                    update = await asyncio.to_thread(self._make, current)
                except Exception as error:  # noqa: BLE001 - it can hold texts, its type cannot
                    reason = f"no update could be made: {type(error).__name__}"
                    self.say(job.Failed(reason))
                    return
                self.say(job.Made(job.pack(update)))
                self.member.has_made(update)
            await asyncio.sleep(_LOOK_S)

    def _make(self, current: Release) -> Update:
        """In some minutes, at the lowest priority."""
        # torch takes seconds to load, and half a gigabyte while it is needed.
        from federation.device import TextTrainer  # noqa: PLC0415
        from plm_engine.learning.improving import Improver  # noqa: PLC0415

        statement, tensors = release.read(current)
        strategy = STRATEGIES[statement.strategy]
        steps = strategy.local.steps
        self.made += 1
        trainer = TextTrainer(
            Improver(self.base),
            self.asked.texts,
            seed=self.asked.seed + self.made,
            on_step=lambda step: self.say(job.Progress("making an update", step.number / steps)),
        )
        vector = strategy.layout(tensors).flat(strategy.improve(trainer, tensors))
        if not np.isfinite(vector).all():
            raise FloatingPointError("the training has diverged")
        is_first = current.digest == release.decode(self.asked.release).digest
        return Update(current.digest, vector, is_first and self.asked.refused_release)


class _Seen:
    def __init__(self, rounds: Iterable[bytes], keep: Say) -> None:
        self._rounds, self._keep = set(rounds), keep

    def remember(self, round_id: bytes) -> bool:
        if round_id in self._rounds:
            return False
        self._keep(job.Entered(round_id))
        self._rounds.add(round_id)
        return True


@dataclass(slots=True)
class _Keeper:
    keep: Say
    say: Say
    version: int

    def takes_part(self, participation: Participation) -> None:
        self.keep(job.Sent(participation=participation, version=self.version))

    def took(self, taken: Release) -> None:
        statement, _ = release.read(taken)
        self.keep(
            job.Offered(
                version=statement.version,
                taken_back=statement.taken_back,
                release=release.encode(taken),
            )
        )
        self.version = statement.version

    def passed_by(self, objection: str) -> None:
        self.say(job.PassedBy(objection))


@dataclass(frozen=True, slots=True)
class _Reports:
    say: Say

    def note(self, event: fleet.FleetEvent) -> None:
        match event:
            case fleet.Joined():
                self.say(job.Online())
            case fleet.Waiting(reason, seconds):
                self.say(job.Waiting(reason, seconds))
            case fleet.Answered(received, sent):
                self.say(job.Exchanged(received=received, sent=sent))
            case fleet.Refused(reason) | fleet.Failed(reason):
                self.say(job.Refused(reason))
