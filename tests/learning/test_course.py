"""A course from texts to a verdict, and what it takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from federation.strategies.fdlora import FDLoRA
from plm_engine.adapters.shared import write_shared
from plm_engine.base.installed import InstalledBase
from plm_engine.learning.job import Job, Text
from tests.tiny_daemon import cache_of, vowels

TRIAL = """
import sys, msgspec
from plm_engine.learning.course import Course
from plm_engine.learning.job import Job
Course.of(msgspec.json.decode(sys.stdin.buffer.read(), type=Job), lambda event: None).run()
print("torch" in sys.modules)
"""


def test_what_others_have_learned_is_tried_without_torch(
    tiny_base: InstalledBase, tmp_path: Path
) -> None:
    offered = tmp_path / "offered.safetensors"
    write_shared(dict(FDLoRA().begin(tiny_base.config, seed=0).tensors), offered, tiny_base)
    job = Job(
        cache=str(cache_of(tiny_base)),
        base=tiny_base.name,
        part="shared",
        texts=[],
        held_out=[Text(number, vowels(number, 24)) for number in range(4)],
        offered=str(offered),
    )

    ran = subprocess.run(
        [sys.executable, "-c", TRIAL],
        input=msgspec.json.encode(job),
        capture_output=True,
        check=False,
    )

    assert ran.stdout == b"False\n", ran.stderr
