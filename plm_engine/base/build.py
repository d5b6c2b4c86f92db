"""Bring a base model onto this machine: fetch, verify, convert; once, under a lock.

The work is done in a process of its own, so that the serving process never holds a float32 copy
of the model, and so that it can be killed at any moment: a verified download is kept, a
half-made conversion is swept by the next one.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock

from plm_engine.base.catalogue import DEFAULT, BaseSource
from plm_engine.base.errors import BaseModelError
from plm_engine.base.installed import InstalledBase, bases_folder, read_installed

OnProgress = Callable[[str, float], None]
"""Told what is being done, and the fraction of it that is done."""
NEEDED_BYTES = 500_000_000


def installed(cache: Path, source: BaseSource = DEFAULT) -> InstalledBase | None:
    """The converted base model, if it is there."""
    return read_installed(bases_folder(cache) / source.name)


def installed_bases(cache: Path) -> list[InstalledBase]:
    """All converted base models, by name."""
    folders = sorted(bases_folder(cache).glob("[!.]*/"))
    return [base for folder in folders if (base := read_installed(folder))]


def ensure_base(
    cache: Path, progress: OnProgress, source: BaseSource = DEFAULT, *, again: bool = False
) -> InstalledBase:
    """Return the base model, made first if need be. ``again`` makes it anew.

    Two callers at once: one works, the other waits. Raises `BaseModelError`.
    """
    folder = bases_folder(cache)
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{source.name}.lock"):
        base = None if again else installed(cache, source)
        if base is None:
            _require_space(cache)
            _run_worker(cache, source, progress)
            base = installed(cache, source)
        if base is None:
            raise BaseModelError("the base model was converted but cannot be read back")
        return base


def _require_space(cache: Path) -> None:
    free = shutil.disk_usage(cache).free
    if free < NEEDED_BYTES:
        raise BaseModelError(
            f"the base model needs {NEEDED_BYTES // 10**6} MB in {cache}, "
            f"but only {free // 10**6} MB are free"
        )


def _run_worker(cache: Path, source: BaseSource, progress: OnProgress) -> None:
    command = [sys.executable, "-m", "plm_engine.base.worker", str(cache), source.name]
    complaints: deque[str] = deque(maxlen=5)
    failure = ""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as worker:
        for line in worker.stdout or ():
            event = _event(line)
            if "stage" in event:
                progress(event["stage"], event["fraction"])
            elif "error" in event:
                failure = event["error"]
            else:
                complaints.append(line.strip())
    if worker.returncode != 0:
        last = complaints[-1] if complaints else f"it stopped with code {worker.returncode}"
        raise BaseModelError(failure or f"converting the base model failed: {last}")


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}
