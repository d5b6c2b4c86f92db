"""What was learned and is in use, as the engine takes it in."""

from __future__ import annotations

import logging
from pathlib import Path

from daemon.store.versions import Versions
from plm_engine.adapters.learned import Learned, personal, unpack
from plm_engine.adapters.low_rank import Adapter, AdapterError
from plm_engine.adapters.shared import read_shared
from plm_engine.base.installed import InstalledBase
from plm_engine.runtime.personal import NOTHING_LEARNED, Personal

log = logging.getLogger("plm.learning")


class Fusion:
    """Fuses the versions of personas with the shared adapter, where one is installed."""

    def __init__(self, base: InstalledBase, shared_file: Path | None = None) -> None:
        self._base = base
        self._shared = _shared(shared_file, base) if shared_file else None
        self.shared_file = shared_file if self._shared else None
        """Only if it can be used."""
        self.nothing = _without_version(base, self._shared)
        """What is in use where nothing was learned."""

    def load(self, versions: Versions, persona: str) -> Personal:
        """A version that cannot be used is retired, and the one before it is used.

        Raises `StoreError`.
        """
        while (current := versions.in_use(persona)) is not None:
            try:
                return personal(unpack(current.learned, self._base), self._base, self._shared)
            except AdapterError as error:
                log.error("version retired", extra={"version": current.version.id})
                versions.retire(current.version.id, str(error))
        return self.nothing


def _shared(file: Path, base: InstalledBase) -> Adapter | None:
    try:
        return read_shared(file, base)
    except AdapterError as error:
        log.error("shared adapter not used", exc_info=error)
        return None


def _without_version(base: InstalledBase, shared: Adapter | None) -> Personal:
    return personal(Learned(base.digest), base, shared) if shared else NOTHING_LEARNED
