"""HTTP requests byte by byte, for what no well-behaved client would send."""

from __future__ import annotations

import socket

TIMEOUT_S = 20
UPGRADE = (
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Version", "13"),
)
OFFER = ("Sec-WebSocket-Protocol", "plm.v1")


def status_of(
    port: int,
    *headers: tuple[str, str],
    target: str = "/v1",
    method: str = "GET",
    version: str = "HTTP/1.1",
    body: bytes = b"",
) -> int:
    """The status that the daemon answers with; 0 when it just hangs up."""
    lines = [f"{method} {target} {version}", *(f"{name}: {value}" for name, value in headers)]
    request = "\r\n".join([*lines, "", ""]).encode() + body
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S) as connection:
        connection.sendall(request)
        answer = connection.recv(64)
    return int(answer.split()[1]) if answer else 0
