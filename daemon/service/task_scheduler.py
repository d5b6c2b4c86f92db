"""An entry of the Windows Task Scheduler (its XML schema, version 1.3).

The task inherits the user's own environment, so folders that were moved must be set there.
"""

from __future__ import annotations

import getpass
import os
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

from daemon.service.launch import Launch
from daemon.service.system import State, attempt, call, tail

TASK = "PLM"
NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"


class TaskScheduler:
    """The service manager of the user's session on Windows."""

    def install(self, launch: Launch) -> Path:
        """Write the task, register it, start it."""
        file = _task_file(launch)
        file.write_bytes(task(launch, _user()))
        call("schtasks", "/Create", "/TN", TASK, "/XML", str(file), "/F")
        self.start()
        return file

    def uninstall(self, launch: Launch) -> None:
        """Stop it, and remove what `install` wrote."""
        attempt("schtasks", "/End", "/TN", TASK)
        attempt("schtasks", "/Delete", "/TN", TASK, "/F")
        _task_file(launch).unlink(missing_ok=True)

    def start(self) -> None:
        """Start it now."""
        call("schtasks", "/Run", "/TN", TASK)

    def stop(self) -> None:
        """Stop it until the next session."""
        call("schtasks", "/End", "/TN", TASK)

    def state(self) -> State:
        """How it is."""
        # schtasks would answer in the user's language.
        question = f"(Get-ScheduledTask -TaskName {TASK} -ErrorAction Stop).State"
        result = attempt("powershell", "-NoProfile", "-Command", question)
        if result.returncode:
            return "not installed"
        return "running" if result.stdout.strip() == "Running" else "stopped"

    def logs(self, launch: Launch, lines: int) -> str:
        """From the log file."""
        return tail(launch.log_file, lines)


def task(launch: Launch, user: str) -> bytes:
    """The task's definition, in the encoding that `schtasks` wants."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(_name("Task"), {"version": "1.3"})
    _fill(root, "RegistrationInfo", {"Description": "PLM, the Personal Language Model"})
    triggers = _add(root, "Triggers")
    _fill(triggers, "LogonTrigger", {"Enabled": "true", "UserId": user})
    principal = _fill(
        _add(root, "Principals"),
        "Principal",
        {"UserId": user, "LogonType": "InteractiveToken", "RunLevel": "LeastPrivilege"},
    )
    principal.set("id", "user")
    settings = _fill(root, "Settings", _SETTINGS)
    _fill(settings, "RestartOnFailure", {"Interval": "PT1M", "Count": "5"})
    actions = _add(root, "Actions")
    actions.set("Context", "user")
    arguments = [*launch.arguments, "--log-file", str(launch.log_file)]
    _fill(
        actions,
        "Exec",
        {
            # The interpreter that opens no console window.
            "Command": str(launch.python.with_name("pythonw.exe")),
            "Arguments": subprocess.list2cmdline(arguments),
        },
    )
    document: bytes = ET.tostring(root, encoding="utf-16", xml_declaration=True)
    return document


_SETTINGS = {
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "ExecutionTimeLimit": "PT0S",  # none
    "Priority": "6",  # a little below the user's own programs
    "Hidden": "true",
}


def _fill(parent: ET.Element, name: str, values: dict[str, str]) -> ET.Element:
    element = _add(parent, name)
    for key, value in values.items():
        _add(element, key).text = value
    return element


def _add(parent: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(parent, _name(name))


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _user() -> str:
    return f"{os.environ.get('USERDOMAIN', '.')}\\{getpass.getuser()}"


def _task_file(launch: Launch) -> Path:
    return launch.data_dir / "task.xml"
