"""What docs/operating.md tells operators to write down works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from federation.coordinator.folder import Held
from federation.coordinator.metrics import exposition
from federation.coordinator.overview import Listed, Live, Overview, Privacy

DOCUMENT = (Path(__file__).parents[2] / "docs" / "operating.md").read_text("utf-8")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_has_nothing_against_the_unit(tmp_path: Path) -> None:
    block = re.search(r"```ini\n(.*?)```", DOCUMENT, re.DOTALL)
    assert block
    unit = tmp_path / "plm-coordinator.service"
    here = str(Path(sys.executable).with_name("plm"))
    text = block[1].replace("/opt/plm/.venv/bin/plm", here)
    unit.write_text(text.replace("User=plm", "User=root").replace("Group=plm", "Group=root"))

    result = subprocess.run(
        ["systemd-analyze", "verify", str(unit)],
        env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stderr) == (0, "")


def test_every_figure_that_is_to_be_watched_is_given() -> None:
    held = Held(
        at=1,
        version=1,
        devices=3,
        groups_left_out=0,
        norm=1.0,
        within_norm=0.5,
        refused_release=0.1,
        noise_multiplier=1.0,
        threshold=2,
        bits_per_char=1.0,
        verdict="taken back: most devices did worse with the release before",
    )
    said = Overview(
        name="Writers",
        url="https://plm.example",
        strategy="fdlora",
        version=1,
        epoch=0,
        enrolled=3,
        cohort=3,
        groups=1,
        noise_multiplier=1.0,
        norm=1.0,
        live=Live(online=3, ready=1, fruitless=2, letters=0, superlink_is_up=False),
        privacy=Privacy(rounds=1, epsilon=None, delta=1e-6, in_words="none"),
        verdicts={"taken back": 1},
        rounds=[Listed(held=held, epsilon=None)],
    )

    given = exposition(said).decode()

    for figure in re.findall(r"`((?:plm|process)_[a-z_]+)`", DOCUMENT):
        assert f"\n{figure}" in given, figure
    assert '\nplm_rounds_total{verdict="taken_back"} 1.0' in given
    assert "\nplm_privacy_epsilon +Inf" in given
    assert "\nplm_superlink_up 0.0" in given
