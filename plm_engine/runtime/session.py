"""The base model loaded into ONNX Runtime."""

from __future__ import annotations

import os

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from plm_engine.base.errors import BaseModelError
from plm_engine.base.installed import InstalledBase
from plm_engine.runtime.cache import KeyValueCache

MAX_THREADS = 4
_ERRORS_ONLY = 3


class ModelSession:
    """One loaded model. Not thread-safe: all calls come from one thread."""

    def __init__(self, base: InstalledBase, *, threads: int | None = None) -> None:
        self.config = base.config
        self._session = _load(base, threads or min(MAX_THREADS, os.cpu_count() or 1))
        self._adapters = [*self._absent_adapters()]

    def new_cache(self, capacity: int) -> KeyValueCache:
        """An empty key/value cache with room for ``capacity`` tokens."""
        cache = KeyValueCache(self._session, self.config, capacity)
        for name, value in self._adapters:
            cache.bind(name, value)
        return cache

    def _absent_adapters(self) -> list[tuple[str, NDArray[np.float32]]]:
        """Rank 0 for every adapted projection."""
        absent = []
        for entry in self._session.get_inputs():
            rows, columns = entry.shape[-2:] if len(entry.shape) > 1 else (0, 0)
            if entry.name.endswith(".lora_A"):
                absent.append((entry.name, np.zeros((rows, 0), np.float32)))
            elif entry.name.endswith(".lora_B"):
                absent.append((entry.name, np.zeros((0, columns), np.float32)))
        return absent


def _load(base: InstalledBase, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # Threads that spin between operators make decoding a quarter faster; they must stop spinning
    # the moment a run ends, or an idle daemon keeps a core busy.
    options.add_session_config_entry("session.intra_op.allow_spinning", "1")
    options.add_session_config_entry("session.force_spinning_stop", "1")
    try:
        return onnxruntime.InferenceSession(
            str(base.graph), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        raise BaseModelError(
            f"the base model {base.name} cannot be loaded: run `plm base build --again`"
        ) from error
