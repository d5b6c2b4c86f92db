"""What PLM needs from its machine, checked one by one, each with its cure."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from daemon.browsers import chromium, extension_folders, firefox
from daemon.instance import HOST, StartError, listen, read_note, single_instance
from daemon.service.launch import this_installation
from daemon.service.supervisor import supervisor
from daemon.service.system import ServiceError
from daemon.store import STORE_FILE, Store, StoreError, load_key
from plm_engine.base import BaseModelError, installed

PYTHONS = ((3, 11), (3, 13))
LEAST_FREE_BYTES = 10**9
_PRIVATE = 0o077

State = Literal["good", "note", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's result. A ``note`` is no reason to worry; what is ``bad`` stops PLM."""

    check: str
    state: State
    found: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """What is looked at."""

    data_dir: Path
    cache_dir: Path
    port: int


def examine(machine: Machine) -> list[Finding]:
    """Every check, in the order in which they would stand in the way."""
    return [check(machine) for check in _CHECKS]


def _python(_: Machine) -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        return Finding("Python", "good", found)
    return Finding("Python", "bad", found, "Install Python 3.11, 3.12 or 3.13.")


def _room(machine: Machine) -> Finding:
    for folder in (machine.data_dir, machine.cache_dir):
        free = shutil.disk_usage(folder).free
        if not os.access(folder, os.W_OK):
            return Finding("folders", "bad", f"{folder} cannot be written", "Give it to your user.")
        if free < LEAST_FREE_BYTES:
            found = f"{free / 1e6:.0f} MB free in {folder}"
            return Finding("folders", "note", found, "Free a gigabyte.")
    return Finding("folders", "good", f"{machine.data_dir}, {machine.cache_dir}")


def _base(machine: Machine) -> Finding:
    base = installed(machine.cache_dir)
    if base is None:
        return Finding("base model", "bad", "not built yet", "Run: plm base build")
    try:
        base.verify()
    except BaseModelError as error:
        return Finding("base model", "bad", str(error), "Run: plm base build --again")
    return Finding("base model", "good", f"{base.name}, {base.size_bytes / 1e6:.0f} MB, intact")


def _daemon(machine: Machine) -> Finding:
    try:
        with single_instance(machine.data_dir):
            return _port(machine.port)
    except StartError:
        info = read_note(machine.data_dir)
        if info is None:
            return Finding("daemon", "note", "it is starting or stopping", "Look again.")
        if _answers(info.port):
            return Finding("daemon", "good", f"running at {info.url}")
        found = f"process {info.pid} runs and does not answer"
        return Finding("daemon", "bad", found, f"End process {info.pid}, then start PLM again.")


def _port(port: int) -> Finding:
    try:
        listen(port).close()
    except StartError as error:
        return Finding("daemon", "bad", f"stopped; {error}", "Run: plm run --port 41718")
    return Finding("daemon", "note", f"stopped; port {port} is free", "Run: plm run")


def _answers(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=5).close()
    except OSError:
        return False
    return True


def _store(machine: Machine) -> Finding:
    """Open the store as the daemon would, unless the daemon has it open."""
    file = machine.data_dir / STORE_FILE
    if not file.exists():
        return Finding("store", "note", "none yet", "The first start makes it.")
    try:
        key = load_key(machine.data_dir, store_exists=True)
        with single_instance(machine.data_dir):
            store = Store.open(file, key)
            count = len(store.documents)
            store.close()
    except StoreError as error:
        return Finding("store", "bad", str(error), f"The store is {file}.")
    except StartError:
        return Finding("store", "good", "the running daemon has it open")
    return Finding("store", "good", f"opens, {count} documents")


def _key(machine: Machine) -> Finding:
    file = machine.data_dir / "store.key"
    if not file.exists():
        return Finding("store key", "good", "in the keyring, or not made yet")
    if os.name == "posix" and file.stat().st_mode & _PRIVATE:
        return Finding("store key", "bad", f"{file} can be read by others", f"chmod 600 {file}")
    cure = "Unlock or install a keyring before the first start to have the key kept there."
    return Finding("store key", "note", "in a file that only your user can read", cure)


def _extension(_: Machine) -> Finding:
    folders = extension_folders()
    if not folders:
        cure = "Install Node.js 20 or newer, then: make extension"
        return Finding("extension", "note", "not built", cure)
    return Finding("extension", "good", ", ".join(str(folder) for folder in folders))


def _browser(_: Machine) -> Finding:
    found = [path for path in (chromium(), firefox()) if path]
    if not found:
        cure = "Install Chromium, Chrome, Edge, Brave or Firefox; the playground needs one too."
        return Finding("browser", "note", "none found", cure)
    return Finding("browser", "good", ", ".join(found))


def _service(machine: Machine) -> Finding:
    try:
        state = supervisor().state()
    except ServiceError as error:
        return Finding("service", "note", str(error))
    if state == "not installed":
        return Finding("service", "note", state, "To start with your session: plm service install")
    shim = this_installation(machine.port).shim
    if shim.exists() and sys.executable not in shim.read_text("utf-8"):
        found = f"{state}, from another installation"
        return Finding("service", "note", found, "Run: plm service install")
    return Finding("service", "good", state)


_CHECKS: tuple[Callable[[Machine], Finding], ...] = (
    _python,
    _room,
    _base,
    _key,
    _store,
    _daemon,
    _extension,
    _browser,
    _service,
)
