"""Nobody is told that a model is in use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from plm_engine.base import InstalledBase

LOADS = """
import sys
from pathlib import Path
from plm_engine.base.build import installed_bases
from plm_engine.runtime.session import ModelSession
ModelSession(installed_bases(Path(sys.argv[1]))[0])
"""


def test_the_runtime_keeps_no_number_of_this_machine_and_no_notes_to_send(
    tiny_base: InstalledBase, tmp_path: Path
) -> None:
    """Whatever the environment says. Where it may, it keeps both in its user's folders."""
    homes = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "USERPROFILE", "LOCALAPPDATA"), str(tmp_path))

    subprocess.run(
        [sys.executable, "-c", LOADS, str(tiny_base.folder.parents[1])],
        env=os.environ | homes | {"ORT_DISABLE_TELEMETRY": "0"},
        check=True,
    )

    assert list(tmp_path.iterdir()) == []
