"""A launchd agent (launchd.plist(5))."""

from __future__ import annotations

import os
import plistlib
from pathlib import Path

from daemon.service.launch import Launch, write_shim
from daemon.service.system import State, attempt, call, tail

LABEL = "dev.plm.daemon"


class Launchd:
    """The service manager of the user's session on macOS."""

    def install(self, launch: Launch) -> Path:
        """Write the agent and the program it starts; load it."""
        write_shim(launch, "--log-file", str(launch.log_file))
        file = _agent_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        attempt("launchctl", "bootout", _target())
        file.write_bytes(agent(launch))
        call("launchctl", "bootstrap", _domain(), str(file))
        return file

    def uninstall(self, launch: Launch) -> None:
        """Stop it, and remove what `install` wrote."""
        attempt("launchctl", "bootout", _target())
        _agent_file().unlink(missing_ok=True)
        launch.shim.unlink(missing_ok=True)

    def start(self) -> None:
        """Start it now, loading it again if it was stopped."""
        attempt("launchctl", "bootstrap", _domain(), str(_agent_file()))
        call("launchctl", "kickstart", _target())

    def stop(self) -> None:
        """Unload it until the next session: one that is loaded would be started again."""
        call("launchctl", "bootout", _target())

    def state(self) -> State:
        """How it is."""
        if not _agent_file().exists():
            return "not installed"
        said = attempt("launchctl", "print", _target()).stdout
        return "running" if "state = running" in said else "stopped"

    def logs(self, launch: Launch, lines: int) -> str:
        """From the log file."""
        return tail(launch.log_file, lines)


def agent(launch: Launch) -> bytes:
    """The agent's property list."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": [str(launch.shim)],
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 60,
            "ExitTimeOut": 20,
            # "Background" would be throttled while the user waits for a suggestion.
            "ProcessType": "Adaptive",
            "Nice": 5,
            "Umask": 0o077,
        }
    )


def _agent_file() -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"


def _domain() -> str:
    return f"gui/{os.getuid()}"


def _target() -> str:
    return f"{_domain()}/{LABEL}"
