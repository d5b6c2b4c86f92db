"""From paths to texts: which reader is for which file, and whose texts are wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from daemon.importing.found import MAX_CHARS, Found, ImportFailed
from daemon.importing.mail import read_eml, read_mbox
from daemon.importing.plain import read_jsonl, read_text

LEAST_CHARS = 3
Reader = Callable[[Path], Iterator[Found]]
READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".md": read_text,
    ".jsonl": read_jsonl,
    ".mbox": read_mbox,
    ".eml": read_eml,
}


@dataclass(frozen=True, slots=True)
class Harvest:
    """What would be imported."""

    texts: list[Found]
    """Without copies, in the order of time as far as it is known."""
    files: int
    copies: int
    others: int
    """Texts by somebody else."""


def harvest(paths: Sequence[Path], authors: Sequence[str] = ()) -> Harvest:
    """Read files and folders. ``authors`` are addresses or names; others' texts are left out.

    Raises `ImportFailed`.
    """
    files = [file for path in paths for file in _files(path)]
    found = [text for file in files for text in _read(file) if len(text.text) >= LEAST_CHARS]
    wanted = {author.lower() for author in authors} or _only_author(found)
    own = [text for text in found if not text.author or text.author.lower() in wanted]
    cut = (replace(text, text=text.text[:MAX_CHARS]) for text in own)
    distinct = {text.draft: text for text in cut}
    texts = sorted(distinct.values(), key=lambda text: text.written)
    return Harvest(texts, len(files), len(own) - len(texts), len(found) - len(own))


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(file for file in path.rglob("*") if file.suffix.lower() in READERS)
    elif path.suffix.lower() in READERS:
        yield path
    else:
        raise ImportFailed(f"{path.name} is none of {', '.join(READERS)}.")


def _read(file: Path) -> Iterable[Found]:
    try:
        return list(READERS[file.suffix.lower()](file))
    except OSError as error:
        raise ImportFailed(f"{file} cannot be read: {error.strerror}.") from None
    except ImportFailed as error:
        raise ImportFailed(f"{file}: {error}") from None


def _only_author(found: Sequence[Found]) -> set[str]:
    """The author, if they all are by one."""
    counts = Counter(text.author.lower() for text in found if text.author)
    if len(counts) > 1:
        names = ", ".join(name for name, _ in counts.most_common(3))
        raise ImportFailed(f"Texts of several people. Say which are yours with --mine: {names} …")
    return set(counts)
