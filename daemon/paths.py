"""Where PLM keeps things: platform folders, each overridable by one environment variable."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

APP = "plm"


def data_dir() -> Path:
    """The user's own data: the encrypted store and, later, artefacts. ``PLM_DATA_DIR``."""
    return _private("PLM_DATA_DIR", platformdirs.user_data_path(APP, appauthor=False))


def cache_dir() -> Path:
    """What can be fetched or built again: base models. ``PLM_CACHE_DIR``."""
    return _private("PLM_CACHE_DIR", platformdirs.user_cache_path(APP, appauthor=False))


def config_dir() -> Path:
    """Settings of the machine, not of the person. ``PLM_CONFIG_DIR``."""
    return _private("PLM_CONFIG_DIR", platformdirs.user_config_path(APP, appauthor=False))


def _private(variable: str, default: Path) -> Path:
    path = Path(os.environ.get(variable) or default)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
