"""What everything that was sent tells about this user, at most: counted beside the daemon, which
must not load what it takes to count it."""

from __future__ import annotations

import asyncio
import contextlib
import math
import sys
from collections.abc import Sequence

import msgspec

from daemon.store.federation import Round
from federation.privacy.accounting import Participation, in_words
from federation.secure_sum.parameters import MIN_MEMBERS

_MODULE = "federation.privacy.worth"
_PATIENCE_S = 120


class Worth:
    """ε of the rounds so far."""

    def __init__(self) -> None:
        self.epsilon: float | None = 0.0
        """Infinite where nothing blurs what was sent; None until it is counted."""
        self._counted: list[Participation] = []
        self._is_counting = False

    def in_words(self) -> str:
        """What it means."""
        if not self._counted:
            return "nothing was sent, so nobody can know anything"
        if self.epsilon is None:
            return "being counted" if self._is_counting else "it could not be counted"
        return in_words(self.epsilon)

    async def count(self, rounds: Sequence[Round], forgotten: float | None) -> bool:
        """Count anew if there are other rounds than before; whether there are."""
        wanted = participations(rounds, forgotten)
        if wanted == self._counted:
            return False
        self._counted = wanted
        self.epsilon, self._is_counting = (None, True) if wanted else (0.0, False)
        try:
            self.epsilon = await _count(wanted) if wanted else 0.0
        finally:
            self._is_counting = False
        return True


def participations(rounds: Sequence[Round], forgotten: float | None) -> list[Participation]:
    """As they are accounted for; those that are not listed any more as one."""
    found = [
        Participation(noise_multiplier=one.noise_multiplier, threshold=one.threshold)
        for one in rounds
    ]
    if forgotten is not None:
        found.append(Participation(noise_multiplier=forgotten, threshold=MIN_MEMBERS))
    return found


async def _count(rounds: list[Participation]) -> float | None:
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", _MODULE),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(_PATIENCE_S):
            said, _ = await process.communicate(msgspec.json.encode(rounds))
        value = float(said)
    except (TimeoutError, ValueError, OSError):
        return None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return None if math.isnan(value) else value
