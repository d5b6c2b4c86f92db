"""How the model is run beside whatever else the machine does."""

from __future__ import annotations

import pytest

from plm_engine import background
from plm_engine.runtime.session import session_options

SPINNING = "session.intra_op.allow_spinning"


def spins() -> str:
    return str(session_options(threads=2).get_session_config_entry(SPINNING))


def test_threads_spin_while_somebody_waits_for_a_suggestion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    assert spins() == "1"


def test_in_the_background_they_sleep_while_they_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")  # undone at the end, with what follows
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    background.take_few_threads()
    assert spins() == "0"
