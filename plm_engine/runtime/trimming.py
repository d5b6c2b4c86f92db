"""Memory that was needed for a moment is given back to the system.

glibc alone needs to be told; elsewhere the allocator does so by itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys

_M_MMAP_THRESHOLD = -3
"""Of ``malloc.h``."""
_LARGE_BYTES = 128 * 1024
"""Less than a key/value buffer, and than most matrices of an adapter."""


def keep_large_blocks_apart() -> None:
    """Have every large block go back the moment it is freed; call it before any was.

    By default glibc takes blocks of up to 32 MB from its heaps once one as large was freed: then
    what is left of a heap between two small blocks cannot be given back.
    """
    _tell_glibc("mallopt", _M_MMAP_THRESHOLD, _LARGE_BYTES)


def give_back_memory() -> None:
    """Collect what nobody holds, and return the free pages; takes some ten milliseconds."""
    gc.collect()
    _tell_glibc("malloc_trim", 0)


def _tell_glibc(function: str, *arguments: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library
            getattr(ctypes.CDLL("libc.so.6"), function)(*arguments)
