"""The daemon under a supervisor that expects signs of life (sd_notify(3))."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.service.launch import Launch, write_shim
from plm_engine.base import InstalledBase
from tests.daemon_process import daemon_environment

PATIENCE_S = 60
WATCHDOG_S = 1


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[socket.socket]:
    """What systemd listens on."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.settimeout(PATIENCE_S)
        listening.bind(str(tmp_path / "notify"))
        yield listening


@pytest.fixture
def service(
    tmp_path: Path, base: InstalledBase, shared_cache: Path, supervisor: socket.socket
) -> Iterator[subprocess.Popen[bytes]]:
    """The daemon as its service starts it."""
    env = daemon_environment(tmp_path, shared_cache)
    launch = Launch(
        python=Path(sys.executable),
        port=0,
        data_dir=tmp_path / "data",
        cache_dir=shared_cache,
        config_dir=tmp_path / "config",
        environment={name: value for name, value in env.items() if name.startswith("PLM_")},
    )
    write_shim(launch)
    supervised = {
        "NOTIFY_SOCKET": str(supervisor.getsockname()),
        "WATCHDOG_USEC": str(WATCHDOG_S * 1_000_000),
    }
    with subprocess.Popen(
        [launch.shim], env=os.environ | supervised, stdout=subprocess.DEVNULL
    ) as process:
        yield process
        if process.poll() is None:
            process.kill()


def test_it_says_when_it_is_ready_that_it_lives_and_when_it_goes(
    service: subprocess.Popen[bytes], supervisor: socket.socket
) -> None:
    assert supervisor.recv(64) == b"READY=1"
    assert supervisor.recv(64) == b"WATCHDOG=1"
    assert supervisor.recv(64) == b"WATCHDOG=1"
    service.send_signal(signal.SIGTERM)
    said = b""
    while said != b"STOPPING=1":
        said = supervisor.recv(64)
        assert said in (b"WATCHDOG=1", b"STOPPING=1")
    assert service.wait(PATIENCE_S) == 0
