"""The server's certificate, read again when whatever renews it has put another one in its place."""

from __future__ import annotations

import asyncio
import logging
import ssl
from pathlib import Path

log = logging.getLogger("plm.coordinator.gateway")

_LOOK_S = 30.0

_Stamp = tuple[tuple[int, int, int], ...]


class ServerTls:
    """One context, for connections to come; those that are open keep what they began with."""

    def __init__(self, certificate: Path, key: Path | None) -> None:
        """Raises `OSError` for what is no certificate with its key."""
        self._files = (certificate, key)
        self._read = self._stamp()
        self.context = self._loaded()

    def read_again(self) -> bool:
        """Where a file has changed; whether another certificate is in use now.

        What cannot be used, as one that is half written, leaves the one that is in use.
        """
        try:
            stamp = self._stamp()
            if stamp == self._read:
                return False
            self._loaded()  # tried apart: a certificate without its key would spoil the context
            self.context.load_cert_chain(*self._files)
        except OSError as error:  # also `ssl.SSLError`
            log.warning("the new certificate cannot be used", extra={"error": type(error).__name__})
            return False
        self._read = stamp
        log.info("another certificate is in use")
        return True

    async def read_again_forever(self) -> None:
        """Look every now and then."""
        while True:
            await asyncio.sleep(_LOOK_S)
            await asyncio.to_thread(self.read_again)

    def _loaded(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*self._files)
        return context

    def _stamp(self) -> _Stamp:
        found = (file.stat() for file in self._files if file is not None)
        return tuple((one.st_mtime_ns, one.st_ino, one.st_size) for one in found)
