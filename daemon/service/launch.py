"""How a service starts the daemon."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from daemon import paths

_FOLDERS = ("PLM_DATA_DIR", "PLM_CACHE_DIR", "PLM_CONFIG_DIR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What every kind of service needs to know."""

    python: Path
    """The interpreter of the environment that PLM is installed in."""
    port: int
    data_dir: Path
    cache_dir: Path
    config_dir: Path
    environment: dict[str, str]
    """Folders that the user moved."""

    @property
    def shim(self) -> Path:
        """The program that the service starts: its path stays the same across upgrades."""
        return self.data_dir / "bin" / "plm-daemon"

    @property
    def log_file(self) -> Path:
        """Where the log goes on systems without a journal."""
        return self.data_dir / "daemon.log"

    @property
    def arguments(self) -> list[str]:
        """After the interpreter."""
        return ["-m", "daemon", "run", "--port", str(self.port)]


def this_installation(port: int) -> Launch:
    """The PLM that is running this line."""
    return Launch(
        python=Path(sys.executable).absolute(),
        port=port,
        data_dir=paths.data_dir().absolute(),
        cache_dir=paths.cache_dir().absolute(),
        config_dir=paths.config_dir().absolute(),
        environment={name: os.environ[name] for name in _FOLDERS if os.environ.get(name)},
    )


def write_shim(launch: Launch, *arguments: str) -> None:
    """Write the shell script that becomes the daemon (it replaces itself: one process)."""
    lines = ["#!/bin/sh"]
    lines += [f"export {name}={shlex.quote(v)}" for name, v in launch.environment.items()]
    command = [str(launch.python), *launch.arguments, *arguments]
    lines.append(f"exec {shlex.join(command)}")
    launch.shim.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = launch.shim.with_name(launch.shim.name + ".new")
    new.write_text("\n".join(lines) + "\n", encoding="utf-8")
    new.chmod(0o700)
    new.replace(launch.shim)
