"""What all tests share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon import paths
from plm_engine.base import InstalledBase, ensure_base
from tests.daemon_process import DaemonProcess, running_daemon

# The user's own keyring is none of the tests' business, here and in every process they start.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
# Threads that wait for each other sleep meanwhile: others want the processors, too.
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"


@pytest.fixture(scope="session")
def shared_cache() -> Path:
    """The cache folder that tests share with the product: a base model is converted once."""
    return paths.cache_dir()


@pytest.fixture(scope="session")
def base(shared_cache: Path) -> InstalledBase:
    """The real base model, made on first use."""
    return ensure_base(shared_cache, lambda _stage, _fraction: None)


@pytest.fixture
def damaged_cache(base: InstalledBase, tmp_path: Path) -> Path:
    """A cache folder whose base model has one wrong bit in its weights."""
    copy = tmp_path / "damaged" / "bases" / base.folder.name
    shutil.copytree(base.folder, copy)
    weights = max(copy.iterdir(), key=lambda file: file.stat().st_size)
    with weights.open("r+b") as file:
        file.seek(10**6)
        byte = file.read(1)[0]
        file.seek(10**6)
        file.write(bytes([byte ^ 1]))
    return tmp_path / "damaged"


@pytest.fixture
def daemon_process(
    tmp_path: Path, base: InstalledBase, shared_cache: Path
) -> Iterator[DaemonProcess]:
    """A real daemon of this test's own."""
    with running_daemon(tmp_path, shared_cache) as daemon:
        yield daemon


@pytest.fixture(scope="session")
def shared_daemon(
    tmp_path_factory: pytest.TempPathFactory, base: InstalledBase, shared_cache: Path
) -> Iterator[DaemonProcess]:
    """A real daemon for tests that leave nothing behind in it."""
    with running_daemon(tmp_path_factory.mktemp("shared-daemon"), shared_cache) as daemon:
        yield daemon
