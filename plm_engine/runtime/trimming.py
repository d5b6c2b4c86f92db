"""Memory that was needed for a moment is given back to the system."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys


def give_back_memory() -> None:
    """Collect what nobody holds, and let glibc return its free pages; elsewhere the allocator
    does so by itself. Takes some ten milliseconds."""
    gc.collect()
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL("libc.so.6").malloc_trim(0)
