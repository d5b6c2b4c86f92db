"""KenLM: a modified Kneser-Ney model of words, estimated anew on what the author wrote so far.

Its Python package only asks a model; the program that estimates one is compiled here, once, from
the sources on PyPI.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.peers.peer import SILENCE, Guess, NotHereError, gap, scratch
from daemon import paths

ORDER = 5
MAX_WORDS = 8
GO_ON_FROM = 0.1
_FREQUENT = 100
"""So many of the author's words are tried after any word, besides those that followed it."""
_SOURCES = "kenlm>=0.3,<0.4"
_PACKAGES = (
    "KenLM: pip install '.[bench]'; apt install g++ cmake libboost-program-options-dev "
    "libboost-system-dev libboost-thread-dev libboost-test-dev"
)
_TOKEN = re.compile(r"\w+(?:['\u2019\-]\w+)*|[^\w\s]")
_TYPED = re.compile(r"\w+(?:['\u2019\-]\w*)*$")
_AFTER_ALL = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class _Choice:
    word: str
    probability: float


class KenlmPeer:
    """Looks for the likeliest word among the author's own."""

    name = "KenLM, own texts"

    def __init__(self) -> None:
        try:
            import kenlm
        except ImportError:
            raise NotHereError(_PACKAGES) from None
        self._kenlm: Any = kenlm
        self._lmplz = _estimator()
        self.restart()

    def restart(self) -> None:
        """No text, no word."""
        self._lines: list[str] = []
        self._words: Counter[str] = Counter()
        self._next: defaultdict[str, set[str]] = defaultdict(set)
        self._model: Any = None

    def learn(self, text: str) -> None:
        """The model is estimated when it is next asked."""
        for line in text.splitlines():
            tokens = _TOKEN.findall(line)
            self._lines.append(" ".join(tokens))
            self._words.update(tokens)
            for one, other in zip(["", *tokens], tokens, strict=False):
                self._next[one].add(other)
        self._model = None

    def suggest(self, before: str) -> Guess:
        """Finish the word that is typed, or add words."""
        if not self._words:
            return SILENCE
        if self._model is None:
            self._estimate()
        line = before.rpartition("\n")[2]
        found = _TYPED.search(line)
        prefix = found[0] if found else ""
        context = _TOKEN.findall(line[: len(line) - len(prefix)])
        text, probability = "", 1.0
        if prefix:
            start = bisect_left(self._sorted, prefix)
            fitting = self._sorted[start : bisect_left(self._sorted, prefix + _AFTER_ALL)]
            choice = self._choose(context, fitting, narrowed=True)
            if choice is None:
                return SILENCE
            text, probability = choice.word[len(prefix) :], choice.probability
            context.append(choice.word)
        confidence = probability if text else 0.0
        for _ in range(MAX_WORDS - bool(text)):
            choice = self._choose(context, self._likely_after(context), narrowed=False)
            if choice is None or not choice.word[0].isalnum():
                break
            probability *= choice.probability
            if text and probability < GO_ON_FROM:
                break
            confidence = confidence or probability
            text += gap(before + text) + choice.word
            context.append(choice.word)
        return Guess(text, confidence) if text else SILENCE

    def _likely_after(self, context: list[str]) -> Iterable[str]:
        return self._next[context[-1] if context else ""] | self._frequent

    def _choose(
        self, context: list[str], words: Iterable[str], *, narrowed: bool
    ) -> _Choice | None:
        """The likeliest of some words; if letters narrowed them, among these words alone."""
        state, after = self._kenlm.State(), self._kenlm.State()
        self._model.BeginSentenceWrite(state)
        for word in context:
            self._model.BaseScore(state, word, after)
            state, after = after, state
        scored = [(10 ** self._model.BaseScore(state, word, after), word) for word in words]
        if not scored:
            return None
        probability, word = max(scored)
        total = sum(one for one, _ in scored) if narrowed else 1.0
        return _Choice(word, probability / total)

    def _estimate(self) -> None:
        self._sorted = sorted(self._words)
        self._frequent = {word for word, _ in self._words.most_common(_FREQUENT)}
        with scratch() as folder:
            texts, model = Path(folder) / "texts", Path(folder) / "model.arpa"
            texts.write_text("\n".join(self._lines) + "\n", "utf-8")
            asked = ["-o", str(ORDER), "-S", "64M", "-T", folder, "--discount_fallback"]
            subprocess.run(
                [self._lmplz, *asked, "--text", texts, "--arpa", model],
                check=True,
                capture_output=True,
            )
            config = self._kenlm.Config()
            config.show_progress = False
            config.arpa_complain = self._kenlm.ARPALoadComplain.NONE
            self._model = self._kenlm.Model(str(model), config)


def _estimator() -> Path:
    """``lmplz``, compiled on first use."""
    program = paths.cache_dir() / "bench" / "lmplz"
    if program.exists():
        return program
    if not (shutil.which("cmake") and shutil.which("g++")):
        raise NotHereError(_PACKAGES)
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        _run([*pip, "--no-binary", "kenlm", "--dest", folder, _SOURCES])
        (archive,) = Path(folder).glob("kenlm-*.tar.gz")
        with tarfile.open(archive) as sources:
            sources.extractall(folder, filter="data")
        build = str(Path(folder) / "build")
        _run(["cmake", "-S", str(archive)[: -len(".tar.gz")], "-B", build])
        _run(["cmake", "--build", build, "--target", "lmplz"])
        program.parent.mkdir(parents=True, exist_ok=True)
        made = program.with_suffix(f".{os.getpid()}")
        shutil.copy(Path(build) / "bin" / "lmplz", made)
        made.replace(program)
    return program


def _run(command: list[str]) -> None:
    if subprocess.run(command, check=False, capture_output=True).returncode:
        raise NotHereError(_PACKAGES)
