"""A store that something was learned in, made before the daemon opens it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from daemon.protocol.messages import Capture
from daemon.store import STORE_FILE, Store, load_key
from daemon.store.personas import DEFAULT
from daemon.store.versions import NewVersion
from plm_engine.adapters.learned import Learned, pack
from plm_engine.base import InstalledBase

SITE = "mail.example"


def store_with_a_version(data_dir: Path, base: InstalledBase, texts: Sequence[str]) -> None:
    """All of these texts are behind a soft prompt that says nothing in particular."""
    data_dir.mkdir(parents=True)
    store = Store.open(data_dir / STORE_FILE, load_key(data_dir, store_exists=False))
    letters = (
        Capture(draft=text[:60], site=SITE, kind="textarea", text=text, typed_chars=len(text))
        for text in texts
    )
    numbers = {store.documents.add(letter).id for letter in letters}
    prompt = np.random.default_rng(1).normal(0, 0.1, (2, base.config.hidden)).astype(np.float32)
    figures = {"keystrokes_saved": 0.4, "general_bits_per_char": 1.0}
    store.versions.add(
        NewVersion(
            persona=DEFAULT,
            part="prompt",
            base=base.digest,
            kept=True,
            reason="",
            parent=None,
            tokens=100,
            cpu_seconds=60,
            figures={
                "before": figures | {"bits_per_char": 1.0},
                "after": figures | {"bits_per_char": 0.9},
            },
            learned=pack(Learned(base.digest, prompt=prompt)),
            documents=numbers,
        )
    )
    store.close()
