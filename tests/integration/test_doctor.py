"""``plm doctor`` finds what is wrong, and says what to do about it."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from daemon.store import STORE_FILE, Store, load_key
from plm_engine.base import InstalledBase
from tests.daemon_process import DaemonProcess, daemon_environment, plm_command

Findings = dict[str, dict[str, Any]]


@pytest.fixture
def env(tmp_path: Path, base: InstalledBase, shared_cache: Path) -> dict[str, str]:
    """A user without a daemon."""
    return daemon_environment(tmp_path, shared_cache)


def examine(env: dict[str, str], port: int = 0) -> tuple[int, Findings]:
    """What it finds, by the name of the check; nothing bad comes without a cure. Another test may
    have the usual port, as any program may that asks for none in particular."""
    result = subprocess.run(
        [plm_command(), "doctor", "--json", "--port", str(port)],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    findings = {finding["check"]: finding for finding in json.loads(result.stdout)}
    for finding in findings.values():
        assert finding["state"] == "good" or finding["found"]
        assert finding["state"] != "bad" or finding["cure"]
    return result.returncode, findings


def data_dir(env: dict[str, str]) -> Path:
    path = Path(env["PLM_DATA_DIR"])
    path.mkdir(parents=True, exist_ok=True)
    return path


def test_before_the_first_start_nothing_is_bad(env: dict[str, str]) -> None:
    code, findings = examine(env)
    assert code == 0
    assert findings["Python"]["state"] == "good"
    assert "intact" in findings["base model"]["found"]
    assert findings["store"]["found"] == "none yet"
    assert findings["daemon"]["cure"] == "Run: plm run"


def test_a_running_daemon_is_found(shared_daemon: DaemonProcess) -> None:
    code, findings = examine(shared_daemon.env)
    assert code == 0
    assert str(shared_daemon.port) in findings["daemon"]["found"]
    assert findings["store"]["state"] == "good"
    assert findings["store key"]["state"] == "note", "without a keyring the key is in a file"


def test_a_port_that_another_program_has(env: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, findings = examine(env, port)
    assert code == 1
    assert findings["daemon"]["state"] == "bad"
    assert str(port) in findings["daemon"]["found"]


def test_a_missing_base_model(env: dict[str, str], tmp_path: Path) -> None:
    code, findings = examine(env | {"PLM_CACHE_DIR": str(tmp_path / "empty")})
    assert code == 1
    assert findings["base model"]["cure"] == "Run: plm base build"


def test_a_damaged_base_model(env: dict[str, str], damaged_cache: Path) -> None:
    code, findings = examine(env | {"PLM_CACHE_DIR": str(damaged_cache)})
    assert code == 1
    assert findings["base model"]["cure"] == "Run: plm base build --again"


def test_a_store_whose_key_is_gone(env: dict[str, str]) -> None:
    folder = data_dir(env)
    Store.open(folder / STORE_FILE, load_key(folder, store_exists=False)).close()
    (folder / "store.key").unlink(missing_ok=True)
    code, findings = examine(env)
    assert code == 1
    assert findings["store"]["state"] == "bad"


def test_a_key_file_that_others_can_read(env: dict[str, str]) -> None:
    folder = data_dir(env)
    (folder / "store.key").write_text("00" * 32)
    (folder / "store.key").chmod(0o644)
    code, findings = examine(env)
    assert code == 1
    assert findings["store key"]["cure"].startswith("chmod 600")
