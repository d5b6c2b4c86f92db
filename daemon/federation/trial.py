"""A community's release is tried on this user's own texts before anything is suggested with it."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from daemon.federation.shared_files import file_in_use, release_file, sweep
from daemon.learning.learning import Learning, Outcome, TooLittleTextError
from daemon.store import Store
from daemon.store.federation import Membership, Verdict, now
from daemon.writing import Writing
from federation import release
from federation.release import ReleaseError
from plm_engine.adapters.low_rank import AdapterError
from plm_engine.adapters.shared import write_shared

log = logging.getLogger("plm.federation")

_TAKEN_BACK = "the community took the version before it back, and this one had helped you"
_TOO_LITTLE = "you have written too little yet to try it on"
_CHANGES_NOTHING = "it changes nothing yet"


class Trial:
    """Of the newest release."""

    def __init__(self, store: Store, writing: Writing, learning: Learning, folder: Path) -> None:
        self._store, self._writing, self._learning = store, writing, learning
        self._folder = folder

    async def hold(self, member: Membership) -> bool:
        """Whether it is used from now on. Raises `LearningError` and `StoreError`, and then it is
        still to be tried."""
        outcome = await self._outcome(member)
        verdict = Verdict(
            at=now(),
            version=member.version,
            kept=outcome.kept,
            reason=outcome.reason,
            gain=outcome.gain,
            tensors=await asyncio.to_thread(self._tensors),
        )
        # The file is in its place, and the version that was fused with it is in the store. Who is
        # cut off here tries the release again.
        await asyncio.to_thread(
            self._store.federation.judge, verdict, refused=outcome.did_harm and not outcome.kept
        )
        await self.use_what_is_kept()
        log.info("release tried", extra={"version": member.version, "kept": outcome.kept})
        return outcome.kept

    async def use_what_is_kept(self) -> None:
        """What the store says is in use, is: the community's or, for who left, the installed."""
        member = await asyncio.to_thread(self._store.federation.membership)
        version = member.in_use if member else None
        file = file_in_use(self._folder, version)
        if (file if file.exists() else None) != self._writing.fusion.shared_file:
            await asyncio.to_thread(self._writing.use_shared, file)
        await asyncio.to_thread(sweep, self._folder, version)

    async def _outcome(self, member: Membership) -> Outcome:
        file = release_file(self._folder, member.version)
        try:
            changes = await asyncio.to_thread(self._write, file)
        except (ReleaseError, AdapterError) as error:
            return _without_trial(str(error), kept=False)
        if not changes:
            return _without_trial(_CHANGES_NOTHING, kept=False)
        if member.taken_back and await asyncio.to_thread(self._has_passed):
            return _without_trial(_TAKEN_BACK)
        try:
            return await self._learning.try_shared(self._writing.persona, file)
        except TooLittleTextError:
            return _without_trial(_TOO_LITTLE)

    def _has_passed(self) -> bool:
        """Whether this very adapter was tried here before, and helped: that the community calls a
        version an older one again is not taken from its word."""
        tensors = self._tensors()
        verdicts = self._store.federation.verdicts()
        return any(one.has_passed and one.tensors == tensors for one in verdicts)

    def _tensors(self) -> str:
        """Digest of the newest release's; empty if it is no release."""
        held = self._store.federation.belongings()
        try:
            return release.read(release.decode(held.release))[0].tensors if held else ""
        except ReleaseError:
            return ""

    def _write(self, file: Path) -> bool:
        """Put it where it can be tried; whether it differs from no adapter at all."""
        held = self._store.federation.belongings()
        if held is None:
            raise ReleaseError("this machine belongs to no community any more")
        _, tensors = release.read(release.decode(held.release))
        write_shared(tensors, file, self._writing.base)
        return any(tensor.any() for name, tensor in tensors.items() if ".lora_B." in name)


def _without_trial(reason: str, *, kept: bool = True) -> Outcome:
    return Outcome(version=0, kept=kept, reason=reason, did_harm=False)
