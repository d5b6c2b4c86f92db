"""A systemd user unit (systemd.service(5), systemd.exec(5))."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from daemon.service.launch import Launch, write_shim
from daemon.service.system import State, attempt, call

UNIT = "plm.service"

_TEMPLATE = """\
[Unit]
Description=PLM, the Personal Language Model
After=dbus.socket gnome-keyring-daemon.service
StartLimitIntervalSec=600
StartLimitBurst=5

[Service]
Type=notify
NotifyAccess=main
# Not the program itself: its name may have no quotes in it, and folders may.
ExecStart=/bin/sh {shim}
Restart=on-failure
RestartSec=60
# The first start may have to fetch and convert the base model.
TimeoutStartSec=1800
TimeoutStopSec=20
WatchdogSec=60

# The user's own programs come first.
Nice=5
MemoryHigh=2G

UMask=0077
NoNewPrivileges=yes
# Without a user namespace, a user unit's file-system rules have no effect.
PrivateUsers=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={writable}
PrivateTmp=yes
PrivateDevices=yes
ProtectControlGroups=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=default.target
"""


class Systemd:
    """The service manager of the user's session."""

    def install(self, launch: Launch) -> Path:
        """Write the unit and the program it starts; enable and start it."""
        call("systemctl", "--user", "show-environment")  # fails before anything is written
        write_shim(launch)
        file = _unit_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(unit(launch), encoding="utf-8")
        call("systemctl", "--user", "daemon-reload")
        call("systemctl", "--user", "enable", UNIT)
        call("systemctl", "--user", "restart", UNIT)
        return file

    def uninstall(self, launch: Launch) -> None:
        """Stop it, and remove what `install` wrote."""
        attempt("systemctl", "--user", "disable", "--now", UNIT)
        _unit_file().unlink(missing_ok=True)
        launch.shim.unlink(missing_ok=True)
        call("systemctl", "--user", "daemon-reload")

    def start(self) -> None:
        """Start it now."""
        call("systemctl", "--user", "start", UNIT)

    def stop(self) -> None:
        """Stop it until the next session."""
        call("systemctl", "--user", "stop", UNIT)

    def state(self) -> State:
        """How it is."""
        if not _unit_file().exists():
            return "not installed"
        said = attempt("systemctl", "--user", "is-active", UNIT).stdout.strip()
        return "running" if said in ("active", "activating", "reloading") else "stopped"

    def logs(self, launch: Launch, lines: int) -> str:  # noqa: ARG002 - the journal has them
        """From the journal."""
        return call(
            "journalctl", "--user", "--unit", UNIT, "--lines", str(lines), "--output", "cat"
        )


def unit(launch: Launch) -> str:
    """The unit file."""
    writable = (launch.data_dir, launch.cache_dir, launch.config_dir)
    return _TEMPLATE.format(
        shim=quoted(launch.shim).replace("$", "$$"),
        writable=" ".join(quoted(path) for path in writable),
    )


def quoted(path: Path) -> str:
    """A path as systemd reads it back: quotes and specifiers in it mean themselves."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text}"'


def _unit_file() -> Path:
    return platformdirs.user_config_path() / "systemd" / "user" / UNIT
