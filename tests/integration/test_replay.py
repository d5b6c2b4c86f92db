"""``plm eval replay``, the command, with the real model."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from plm_engine.base import InstalledBase
from tests.daemon_process import daemon_environment, plm_command

TEXTS = {
    "ada": ("Thank you for the marigolds.", "Thank you for the roses."),
    "bo": ("The numbers are ready.", "The numbers are late."),
}


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    lines = [
        json.dumps({"author": author, "ts": f"2026-01-0{day}T00:00:00Z", "text": text})
        for author, texts in TEXTS.items()
        for day, text in enumerate(texts, start=1)
    ]
    file = tmp_path / "letters.jsonl"
    file.write_text("\n".join(lines))
    return file


def test_a_report_is_written_and_what_is_done_is_not_done_again(
    letters: Path, tmp_path: Path, base: InstalledBase, shared_cache: Path
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "bases").symlink_to(base.folder.parent)
    env = daemon_environment(tmp_path, cache)

    def replayed(report: Path, *options: str) -> Any:
        command = [plm_command(), "eval", "replay", str(letters), "--report", str(report)]
        output = subprocess.run(
            [*command, "--json", *options], env=env, capture_output=True, text=True, check=True
        )
        return json.loads(output.stdout)

    fresh, resumed = tmp_path / "fresh.html", tmp_path / "resumed.html"
    numbers = replayed(fresh, "--jobs", "2")
    assert numbers["mean"]["documents"] == 4
    assert set(numbers["authors"]) == set(TEXTS)
    assert replayed(resumed) == numbers
    assert resumed.read_bytes() == fresh.read_bytes()  # its latencies too

    html = fresh.read_text("utf-8")
    assert ElementTree.fromstring(html).tag == "html"
    for texts in TEXTS.values():
        for text in texts:
            assert text not in html
            assert text.split()[-1] not in html
