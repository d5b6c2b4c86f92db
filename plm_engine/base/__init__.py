"""Base models: fetched, verified and converted once; then a folder of files that the engine loads.

Only light modules are imported here; conversion runs in a process of its own.
"""

from plm_engine.base.build import ensure_base, installed, installed_bases
from plm_engine.base.errors import BaseModelError
from plm_engine.base.installed import InstalledBase

__all__ = ["BaseModelError", "InstalledBase", "ensure_base", "installed", "installed_bases"]
