"""llama.cpp with the bare model, as an editor plugin would use it: it knows nobody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice, takewhile
from operator import eq
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.peers.peer import SILENCE, Guess, NotHereError
from daemon import paths
from plm_engine.base import ensure_base
from plm_engine.base.catalogue import DEFAULT
from plm_engine.completion.decoding import Step
from plm_engine.completion.words import whole_words

MAX_TOKENS = 8
FLOOR = 0.05
"""Nobody shows a first word that is less probable; decoding stops there."""
_CONTEXT = 1_024


class LlamaCppPeer:
    """Greedy, without healing or memory; what was read stays cached."""

    name = "llama.cpp, bare model"

    def __init__(self, *, threads: int | None = None) -> None:
        try:
            from llama_cpp import Llama
        except ImportError:
            raise NotHereError("llama-cpp-python: pip install '.[bench]'") from None
        cache = paths.cache_dir()
        ensure_base(cache, lambda _stage, _fraction: None)
        threads = threads or min(4, os.cpu_count() or 1)
        self._model = Llama(
            str(cache / "downloads" / Path(DEFAULT.member).name),
            n_ctx=_CONTEXT,
            n_threads=threads,
            n_threads_batch=threads,
            verbose=False,
        )
        self._read: list[int] = []

    def restart(self) -> None:
        """Nothing was learned; the cache is only faster or slower."""

    def learn(self, text: str) -> None:
        """The model stays as it is."""

    def suggest(self, before: str) -> Guess:
        """Up to eight tokens, to the end of the line at most, cut to whole words.

        A space before the caret is left out: the model's words begin with their own.
        """
        text = before.removesuffix(" ")
        prompt = self._model.tokenize(text.encode(), add_bos=True, special=False)
        prompt = prompt[-(_CONTEXT - MAX_TOKENS) :]
        guess = SILENCE
        steps = islice(self._steps(prompt), MAX_TOKENS)
        ends = frozenset([self._model.token_eos()])
        for cut in whole_words(steps, is_sure=_is_sure, control=ends):
            guess = Guess(cut.text, guess.confidence or cut.probability)
        if text == before:
            return guess
        return Guess(guess.text[1:], guess.confidence) if guess.text[:1] == " " else SILENCE

    def _steps(self, prompt: list[int]) -> Iterator[Step]:
        if not prompt:
            return
        logits = self._logits(prompt)
        while True:
            token = int(logits.argmax())
            probability = 1 / float(np.exp(logits - logits[token]).sum())
            new = self._model.detokenize([token])
            yield Step(token=token, probability=probability, begins_anew=1.0, order=0, new=new)
            logits = self._logits([*self._read, token])

    def _logits(self, tokens: list[int]) -> NDArray[np.float32]:
        """After the last token; only what differs from what was read before is read."""
        same = sum(1 for _ in takewhile(bool, map(eq, tokens, self._read)))
        same = min(same, len(tokens) - 1)
        self._model.n_tokens = same
        self._model.eval(tokens[same:])
        self._read = tokens
        return np.ctypeslib.as_array(self._model._ctx.get_logits_ith(-1), (self._model.n_vocab(),))


def _is_sure(words: int, probability: float) -> bool:
    return bool(words) or probability >= FLOOR
