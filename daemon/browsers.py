"""Browsers on this machine, and where the built extension lies for them."""

from __future__ import annotations

import shutil
from pathlib import Path

_EXTENSION = Path(__file__).parents[1] / "extension" / ".output"
CHROMIUM_EXTENSION = _EXTENSION / "chrome-mv3"
FIREFOX_EXTENSION = _EXTENSION / "firefox-mv3"

_CHROMIUMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "brave-browser",
    "microsoft-edge",
    "chrome",
    "msedge",
)
_FIREFOXES = ("firefox", "firefox-esr")
_PLACES = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Firefox.app/Contents/MacOS/firefox"),
    Path("C:/Program Files/Google/Chrome/Application/chrome.exe"),
    Path("C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe"),
    Path("C:/Program Files/Mozilla Firefox/firefox.exe"),
)


def chromium() -> str | None:
    """A browser of the Chromium family."""
    return _first(_CHROMIUMS, [place for place in _PLACES if "irefox" not in place.name])


def firefox() -> str | None:
    """Firefox."""
    return _first(_FIREFOXES, [place for place in _PLACES if "irefox" in place.name])


def extension_folders() -> list[Path]:
    """What a browser can load unpacked; empty when the extension is not built."""
    return [folder for folder in (CHROMIUM_EXTENSION, FIREFOX_EXTENSION) if folder.is_dir()]


def _first(names: tuple[str, ...], places: list[Path]) -> str | None:
    for name in names:
        if found := shutil.which(name):
            return found
    return next((str(place) for place in places if place.exists()), None)
