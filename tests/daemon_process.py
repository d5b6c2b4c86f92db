"""The real daemon in a process of its own, with folders of its own and the shared base model."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tests.daemon_client import (
    EXTENSION,
    Client,
    Credentials,
    open_client,
    open_playground,
    open_session,
)

STOP_TIMEOUT_S = 60


@dataclass
class DaemonProcess:
    """A running ``plm run``."""

    process: subprocess.Popen[str]
    port: int
    data_dir: Path
    env: dict[str, str]
    """For commands that shall find this daemon."""
    log: Path
    """What it wrote to stderr."""

    @property
    def url(self) -> str:
        """The playground."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def cli_credentials(self) -> Credentials:
        """What the command line proves."""
        secret = bytes.fromhex((self.data_dir / "cli.secret").read_text())
        return Credentials("cli", secret)

    @asynccontextmanager
    async def cli(self) -> AsyncIterator[Client]:
        """A session as the command line has it."""
        async with open_session(self.port, self.cli_credentials) as client:
            yield client

    @asynccontextmanager
    async def playground(self) -> AsyncIterator[Client]:
        """A session as the playground has it."""
        async with open_playground(self.port) as client:
            yield client

    @asynccontextmanager
    async def browser(self, who: Credentials | None = None) -> AsyncIterator[Client]:
        """A session as the extension has it, newly paired unless credentials are given."""
        async with open_session(self.port, who or await self.pair()) as client:
            yield client

    async def new_code(self) -> str:
        """A fresh pairing code."""
        async with self.cli() as cli:
            return str((await cli.ask("pair_begin"))["code"])

    async def pair(self, origin: str = EXTENSION) -> Credentials:
        """Pair a new browser."""
        code = await self.new_code()
        async with open_client(self.port, origin) as client:
            credentials = await client.pair(code, origin)
        assert isinstance(credentials, Credentials), credentials
        return credentials

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop; returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(STOP_TIMEOUT_S)


def plm_command() -> str:
    """The ``plm`` that belongs to this Python."""
    command = shutil.which("plm", path=str(Path(sys.executable).parent))
    assert command, "the package is not installed"
    return command


def daemon_environment(folder: Path, cache_dir: Path) -> dict[str, str]:
    """An environment with folders of its own and no keyring."""
    return os.environ | {
        "PLM_DATA_DIR": str(folder / "data"),
        "PLM_CONFIG_DIR": str(folder / "config"),
        "PLM_CACHE_DIR": str(cache_dir),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }


@contextmanager
def running_daemon(
    folder: Path,
    cache_dir: Path,
    port: int = 0,
    *,
    environment: Mapping[str, str] = MappingProxyType({}),
    under: Sequence[str] = (),
) -> Iterator[DaemonProcess]:
    """``plm run`` until the end of the block; ready when the block begins. ``under`` is a command
    that becomes it, and watches it."""
    env = {**daemon_environment(folder, cache_dir), **environment}
    log = folder / "daemon.log"
    with (
        log.open("a") as stderr,
        subprocess.Popen(
            [*under, plm_command(), "run", "--port", str(port)],
            env=env,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        try:
            bound = _wait_until_ready(process, log)
            yield DaemonProcess(process, bound, folder / "data", env, log)
        finally:
            if process.poll() is None:
                process.terminate()
            _kill_if_stuck(process)


def _wait_until_ready(process: subprocess.Popen[str], log: Path) -> int:
    for line in process.stdout or ():
        if line.startswith("ready: "):
            return int(line.rstrip("/\n").rpartition(":")[2])
    raise AssertionError(f"the daemon did not start:\n{log.read_text()}")


def _kill_if_stuck(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
