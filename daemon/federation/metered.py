"""Whether what goes over this machine's connection is paid for, as far as the system knows.

Linux: NetworkManager's verdict, asked over the system bus. Windows: the connection's cost. macOS
tells no program that is not built for it, so there the user says so, as everywhere where the system
knows nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys

_ASKED_S = 10
_LINUX = (
    "busctl",
    "--system",
    "get-property",
    "org.freedesktop.NetworkManager",
    "/org/freedesktop/NetworkManager",
    "org.freedesktop.NetworkManager",
    "Metered",
)
_METERED_ON_LINUX = frozenset({"u 1", "u 3"})
"""NM_METERED_YES and NM_METERED_GUESS_YES."""
_WINDOWS = (
    "powershell.exe",
    "-NoProfile",
    "-NonInteractive",
    "-Command",
    "[void][Windows.Networking.Connectivity.NetworkInformation, Windows.Networking.Connectivity, "
    "ContentType = WindowsRuntime]; "
    "[Windows.Networking.Connectivity.NetworkInformation]::GetInternetConnectionProfile()"
    ".GetConnectionCost().NetworkCostType",
)
_METERED_ON_WINDOWS = frozenset({"Fixed", "Variable"})


async def is_metered() -> bool:
    """False also where the system does not know."""
    if sys.platform == "linux":
        return await _said(_LINUX) in _METERED_ON_LINUX
    if sys.platform == "win32":
        return await _said(_WINDOWS) in _METERED_ON_WINDOWS
    return False


async def _said(command: tuple[str, ...]) -> str:
    """Empty where it cannot be asked."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return ""
    try:
        async with asyncio.timeout(_ASKED_S):
            said, _ = await process.communicate()
    except TimeoutError:
        return ""
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return said.decode(errors="replace").strip()
