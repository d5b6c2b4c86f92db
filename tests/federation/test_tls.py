"""A certificate that is renewed on disk is used without a restart."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from federation.certificates import Certificate, make_loopback_certificate
from federation.coordinator.tls import ServerTls


@contextlib.asynccontextmanager
async def served(tls: ServerTls) -> AsyncIterator[int]:
    """The port of somebody who greets."""
    server = await asyncio.start_server(_greet, "127.0.0.1", 0, ssl=tls.context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_certificate_that_was_renewed_is_used_for_connections_to_come(
    tmp_path: Path,
) -> None:
    files = make_loopback_certificate(tmp_path)
    tls = ServerTls(files.certificate, files.key)
    async with served(tls) as port:
        before = await shown(port)
        assert not tls.read_again(), "nothing has changed"
        make_loopback_certificate(tmp_path)
        assert tls.read_again()
        after = await shown(port)

    assert before != after == ssl.PEM_cert_to_DER_cert(files.certificate.read_text())


@pytest.mark.parametrize("spoil", ["certificate", "key"])
async def test_one_that_cannot_be_used_leaves_the_one_in_use(tmp_path: Path, spoil: str) -> None:
    files = make_loopback_certificate(tmp_path)
    tls = ServerTls(files.certificate, files.key)
    async with served(tls) as port:
        before = await shown(port)
        for content in (b"half written", _another(tmp_path, spoil)):
            getattr(files, spoil).write_bytes(content)
            assert not tls.read_again()
        assert await shown(port) == before


def _another(folder: Path, which: str) -> bytes:
    """Of another pair."""
    (folder / "another").mkdir()
    another: Certificate = make_loopback_certificate(folder / "another")
    file: Path = getattr(another, which)
    return file.read_bytes()


async def _greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def shown(port: int) -> bytes | None:
    """The certificate that a new connection is shown."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    try:
        shown: bytes | None = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return shown
    finally:
        writer.close()
