"""The base model loaded into ONNX Runtime."""

from __future__ import annotations

import os

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from plm_engine.base.errors import BaseModelError
from plm_engine.base.installed import InstalledBase
from plm_engine.runtime.cache import KeyValueCache
from plm_engine.runtime.personal import NOTHING_LEARNED, Personal

MAX_THREADS = 4
_ERRORS_ONLY = 3


class ModelSession:
    """One loaded model. Not thread-safe: all calls come from one thread."""

    def __init__(self, base: InstalledBase, *, threads: int | None = None) -> None:
        self.config = base.config
        self._session = _load(base, threads or min(MAX_THREADS, os.cpu_count() or 1))
        self._absent = dict(self._absent_adapters())
        self._head: tuple[Personal, KeyValueCache] | None = None
        """The soft prompt that was read last, for the next text to begin after."""

    def new_cache(self, capacity: int, personal: Personal = NOTHING_LEARNED) -> KeyValueCache:
        """A key/value cache with room for ``capacity`` tokens after the soft prompt.

        Raises ValueError for an adapter that does not fit the model.
        """
        cache = self._bare_cache(capacity + personal.prompt_length, personal)
        if personal.prompt_length:
            cache.begin_with_prompt_of(self._read_head(personal))
        return cache

    def forget_prompt(self) -> None:
        """Let go of what was read last."""
        self._head = None

    def _read_head(self, personal: Personal) -> KeyValueCache:
        if self._head is None or self._head[0] is not personal:
            assert personal.prompt is not None, "no prompt to read"
            cache = self._bare_cache(personal.prompt_length, personal)
            cache.read_prompt(personal.prompt)
            self._head = (personal, cache)
        return self._head[1]

    def _bare_cache(self, capacity: int, personal: Personal) -> KeyValueCache:
        cache = KeyValueCache(self._session, self.config, capacity)
        for name, value in (self._absent | self._adapter_inputs(personal)).items():
            cache.bind(name, value)
        return cache

    def _adapter_inputs(self, personal: Personal) -> dict[str, NDArray[np.float32]]:
        inputs: dict[str, NDArray[np.float32]] = {}
        for projection, low_rank in personal.adapter.items():
            a, b = f"{projection}.lora_A", f"{projection}.lora_B"
            fits = (
                a in self._absent
                and low_rank.a.shape[0] == self._absent[a].shape[0]
                and low_rank.b.shape[1] == self._absent[b].shape[1]
                and low_rank.a.shape[1] == low_rank.b.shape[0]
            )
            if not fits:
                raise ValueError(f"the adapter's {projection} does not fit the model")
            inputs |= {a: low_rank.a, b: low_rank.b}
        return inputs

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


def session_options(threads: int) -> onnxruntime.SessionOptions:
    """How the model is run. What waits for nobody's keys says so as it does to OpenMP: with
    ``OMP_WAIT_POLICY=PASSIVE``."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # Threads that spin between operators make decoding a quarter faster; they must stop spinning
    # the moment a run ends, or an idle daemon keeps a core busy. Beside other work they take the
    # processor from each other.
    spins = os.environ.get("OMP_WAIT_POLICY", "").upper() != "PASSIVE"
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spins)))
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return options


def _load(base: InstalledBase, threads: int) -> onnxruntime.InferenceSession:
    try:
        return onnxruntime.InferenceSession(
            str(base.graph), session_options(threads), providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        raise BaseModelError(
            f"the base model {base.name} cannot be loaded: run `plm base build --again`"
        ) from error
