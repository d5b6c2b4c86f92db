"""The handshake's arithmetic: who knows the secret, proven without ever sending it.

Both directions use HMAC-SHA256 over a label, the two nonces and the client's Origin. The label
differs by role and purpose, so no proof can be reflected or used elsewhere. The TypeScript twin
is ``extension/link/handshake.ts``; both are checked against the same vectors in
``tests/fixtures/handshake.json``.

Pairing stretches the short code with PBKDF2 (RFC 8018) before it keys the same challenge: 50 bits
of code times 600,000 iterations are out of reach of somebody who squats on the port and records
one attempt.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

NONCE_BYTES = 32
PAIRING_ITERATIONS = 600_000
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base32: no I, L, O, U
CODE_LENGTH = 10


def new_nonce() -> str:
    """32 random bytes in hexadecimal."""
    return secrets.token_hex(NONCE_BYTES)


def new_code() -> str:
    """A pairing code, ``XXXXX-XXXXX``, 50 bits."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def normalise_code(code: str) -> str:
    """What the user typed, as the ten letters it means (Crockford's reading of I, L, O)."""
    letters = code.upper().translate(str.maketrans("ILO", "110"))
    return "".join(letter for letter in letters if letter in CODE_ALPHABET)


def stretch_code(code: str, client_nonce: str, daemon_nonce: str) -> bytes:
    """The 32-byte key that a pairing code stands for in one pairing attempt."""
    salt = bytes.fromhex(client_nonce) + bytes.fromhex(daemon_nonce)
    return hashlib.pbkdf2_hmac("sha256", normalise_code(code).encode(), salt, PAIRING_ITERATIONS)


def proof(key: bytes, label: str, client_nonce: str, daemon_nonce: str, origin: str) -> str:
    """HMAC-SHA256 of ``label|client_nonce|daemon_nonce|origin`` in hexadecimal.

    Labels: ``pair-daemon``, ``pair-client``, ``daemon``, ``client``. ``origin`` is the exact
    Origin header of the connection, empty for a client that is not a browser.
    """
    message = "|".join(("plm.v1", label, client_nonce, daemon_nonce, origin))
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def pairing_secret(key: bytes, client_nonce: str, daemon_nonce: str, origin: str) -> bytes:
    """The 32-byte secret that both sides keep once pairing is done."""
    return bytes.fromhex(proof(key, "pair-secret", client_nonce, daemon_nonce, origin))


def proofs_equal(expected: str, given: str) -> bool:
    """Constant-time comparison."""
    return hmac.compare_digest(expected.encode(), given.encode())
