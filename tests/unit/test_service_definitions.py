"""What the systems' own service managers are told about PLM."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
from pathlib import Path
from typing import Literal

import msgspec
import pytest
import xmlschema

from daemon.service import launchd, systemd, task_scheduler
from daemon.service.launch import Launch, write_shim

ODD = "O'Brien's \"50%\" $HOME \\ folder"
SCHEMA = Path(__file__).parents[1] / "fixtures" / "task.xsd"


@pytest.fixture(params=["plain", ODD])
def launch(request: pytest.FixtureRequest, tmp_path: Path) -> Launch:
    """An installation in folders with an ordinary and with an awkward name."""
    home = tmp_path / request.param
    for name in ("data", "cache", "config", "venv"):
        (home / name).mkdir(parents=True)
    python = home / "venv" / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$PLM_DATA_DIR" "$@"\n')
    python.chmod(0o755)
    return Launch(
        python=python,
        port=41717,
        data_dir=home / "data",
        cache_dir=home / "cache",
        config_dir=home / "config",
        environment={"PLM_DATA_DIR": str(home / "data")},
    )


def verify(unit: Path, runtime_dir: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", "verify", "--user", str(unit)],
        env=os.environ | {"XDG_RUNTIME_DIR": str(runtime_dir)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
class TestSystemd:
    def test_the_unit_has_nothing_that_systemd_complains_about(
        self, launch: Launch, tmp_path: Path
    ) -> None:
        write_shim(launch)
        unit = tmp_path / "plm.service"
        unit.write_text(systemd.unit(launch))
        result = verify(unit, tmp_path)
        assert (result.returncode, result.stderr) == (0, "")

    def test_a_mistyped_key_would_have_been_noticed(self, launch: Launch, tmp_path: Path) -> None:
        write_shim(launch)
        unit = tmp_path / "plm.service"
        unit.write_text(systemd.unit(launch).replace("WatchdogSec", "WatchdogSecs"))
        assert "WatchdogSecs" in verify(unit, tmp_path).stderr


def test_the_shim_becomes_the_daemon_with_the_folders_that_were_moved(launch: Launch) -> None:
    write_shim(launch, "--log-file", str(launch.log_file))
    said = subprocess.run([launch.shim], capture_output=True, text=True, check=True).stdout
    expected = [launch.data_dir, "-m", "daemon", "run", "--port", 41717, "--log-file"]
    assert said.splitlines() == [*map(str, expected), str(launch.log_file)]


def test_nobody_else_may_change_the_shim(launch: Launch) -> None:
    write_shim(launch)
    assert launch.shim.stat().st_mode & 0o777 == 0o700


class KeepAlive(msgspec.Struct, forbid_unknown_fields=True):
    SuccessfulExit: bool


class LaunchdJob(msgspec.Struct, forbid_unknown_fields=True):
    """The keys of launchd.plist(5) that PLM may use, with their types."""

    Label: str
    ProgramArguments: list[str]
    RunAtLoad: bool
    KeepAlive: KeepAlive
    ThrottleInterval: int
    ExitTimeOut: int
    ProcessType: Literal["Background", "Standard", "Adaptive", "Interactive"]
    Nice: int
    Umask: int


def test_the_launchd_agent_has_known_keys_of_the_right_types(launch: Launch) -> None:
    job = msgspec.convert(plistlib.loads(launchd.agent(launch)), LaunchdJob)
    assert job.ProgramArguments == [str(launch.shim)]
    assert job.Label == "dev.plm.daemon"
    assert job.RunAtLoad
    assert not job.KeepAlive.SuccessfulExit, "a daemon that was told to stop must stay stopped"


def test_the_windows_task_fits_the_task_schedulers_schema(launch: Launch) -> None:
    definition = task_scheduler.task(launch, "DESK\\ada")
    xmlschema.XMLSchema(SCHEMA).validate(definition)


def test_the_windows_task_starts_the_daemon_without_a_console_window(launch: Launch) -> None:
    definition = xmlschema.XMLSchema(SCHEMA).to_dict(task_scheduler.task(launch, "DESK\\ada"))
    assert isinstance(definition, dict)
    action = definition["Actions"]["Exec"][0]
    assert action["Command"].endswith("pythonw.exe")
    assert action["Arguments"].startswith("-m daemon run --port 41717 --log-file ")
    assert definition["Settings"]["ExecutionTimeLimit"] == "PT0S", "it would be ended after 3 days"
