"""Presage, the engine behind FluentTyper: smoothed word n-grams of English and of the user.

Debian's packages with their own settings: its English database, and a database of the user's own
in a folder that is thrown away. Sentences and capitals are handled as FluentTyper does.
"""

from __future__ import annotations

import atexit
import re
import shutil
import subprocess
from pathlib import Path
from typing import IO

from bench.peers.peer import SILENCE, Guess, NotHereError, gap, scratch

_SOURCE = Path(__file__).with_name("presage.cc")
_CONFIG = Path("/etc/presage.xml")
_PACKAGES = "Presage: apt install g++ libpresage-dev libpresage-data"
_NOT_IN_A_LINE = re.compile(r"[\s\0]")
_SENTENCE = re.compile(r"(?:[.?!]\s|\n)\s*")


class PresagePeer:
    """Whole words for what is typed of one, or for what comes next; one word at a time."""

    name = "Presage (FluentTyper's engine)"

    def __init__(self) -> None:
        if not (shutil.which("g++") and _CONFIG.exists()):
            raise NotHereError(_PACKAGES)
        self._folder = scratch()
        self._program = Path(self._folder.name) / "presage"
        built = subprocess.run(
            ["g++", "-O2", "-o", self._program, _SOURCE, "-lpresage"],
            check=False,
            capture_output=True,
        )
        if built.returncode:
            raise NotHereError(_PACKAGES)
        self._process = self._start()
        atexit.register(self._close)

    def restart(self) -> None:
        """A new process with an empty database of the user's."""
        self._stop()
        self._process = self._start()

    def learn(self, text: str) -> None:
        """Into the user's database."""
        self._send("l", text)

    def suggest(self, before: str) -> Guess:
        """The most probable word that adds anything to what is typed."""
        sentence = _SENTENCE.split(before)[-1]
        self._send("s", sentence)
        prefix, *answer = _pipe(self._process.stdout).readline().rstrip("\n").split("\t")
        words, probabilities = answer[::2], [float(one) for one in answer[1::2]]
        for word, probability in zip(words, probabilities, strict=True):
            if word.startswith(prefix) and word != prefix:
                rest = word[len(prefix) :] if prefix else gap(before) + word
                begins = not sentence.strip()
                text = _capitalised(rest) if begins else rest
                # Presage's probabilities do not know that letters were typed.
                return Guess(text, probability / sum(probabilities))
        return SILENCE

    def _send(self, command: str, text: str) -> None:
        to = _pipe(self._process.stdin)
        to.write(f"{command}{_NOT_IN_A_LINE.sub(' ', text)}\n")
        to.flush()

    def _start(self) -> subprocess.Popen[str]:
        home = Path(self._folder.name) / "home"
        home.mkdir()
        return subprocess.Popen(
            [self._program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"HOME": str(home)},
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def _stop(self) -> None:
        _pipe(self._process.stdin).close()
        self._process.wait()
        _pipe(self._process.stdout).close()
        shutil.rmtree(Path(self._folder.name) / "home")

    def _close(self) -> None:
        self._stop()
        self._folder.cleanup()


def _capitalised(text: str) -> str:
    letter = len(text) - len(text.lstrip())
    return text[:letter] + text[letter : letter + 1].upper() + text[letter + 1 :]


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
