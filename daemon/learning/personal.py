"""The version in use as the engine takes it in."""

from __future__ import annotations

import logging

from daemon.store.versions import Versions
from plm_engine.adapters.learned import personal, unpack
from plm_engine.adapters.low_rank import AdapterError
from plm_engine.base.installed import InstalledBase
from plm_engine.runtime.personal import NOTHING_LEARNED, Personal

log = logging.getLogger("plm.learning")


def load_personal(versions: Versions, persona: str, base: InstalledBase) -> Personal:
    """What was learned; a version that cannot be used is retired, and the one before it is used.

    Raises `StoreError`.
    """
    while (current := versions.in_use(persona)) is not None:
        try:
            return personal(unpack(current.learned, base), base)
        except AdapterError as error:
            log.error("version retired", extra={"version": current.version.id})
            versions.retire(current.version.id, str(error))
    return NOTHING_LEARNED
