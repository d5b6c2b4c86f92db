"""How a node proves to Flower who it is: it signs the time of each request with its P-384 key."""

from __future__ import annotations

import binascii
import datetime
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from flwr.common.constant import TIMESTAMP_HEADER, TIMESTAMP_TOLERANCE
from flwr.supercore.constant import FLEET_HTTP_PUBLIC_KEY_HEADER, FLEET_HTTP_SIGNATURE_HEADER

PUBLIC_KEY_HEADER = FLEET_HTTP_PUBLIC_KEY_HEADER
SIGNATURE_HEADERS = (FLEET_HTTP_PUBLIC_KEY_HEADER, TIMESTAMP_HEADER, FLEET_HTTP_SIGNATURE_HEADER)
SESSION_HEADER = "plm-session"
"""Ours, not Flower's: a random word that a node's process makes when it starts."""
_ALGORITHM = ec.ECDSA(hashes.SHA256())


def public_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half, as Flower wants it."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@dataclass(slots=True)
class Signer:
    """Signs requests; ``offset_s`` is what the server's clock is ahead of ours."""

    key: ec.EllipticCurvePrivateKey
    offset_s: float = 0.0

    def headers(self, now: float) -> dict[str, str]:
        """The headers of a request that is made ``now``, in seconds since 1970."""
        time = datetime.datetime.fromtimestamp(now + self.offset_s, datetime.UTC).isoformat()
        signature = self.key.sign(time.encode("ascii"), _ALGORITHM)
        return {
            FLEET_HTTP_PUBLIC_KEY_HEADER: b64encode(public_pem(self.key)).decode("ascii"),
            TIMESTAMP_HEADER: time,
            FLEET_HTTP_SIGNATURE_HEADER: b64encode(signature).decode("ascii"),
        }


def is_signed(headers: Mapping[str, str], now: float) -> bool:
    """Whether the request is signed, lately, by the key that it names; any key will do."""
    try:
        pem = b64decode(headers[FLEET_HTTP_PUBLIC_KEY_HEADER], validate=True)
        signature = b64decode(headers[FLEET_HTTP_SIGNATURE_HEADER], validate=True)
        time = headers[TIMESTAMP_HEADER]
        age = now - datetime.datetime.fromisoformat(time).timestamp()
        key = load_pem_public_key(pem)
        if not isinstance(key, ec.EllipticCurvePublicKey) or abs(age) > TIMESTAMP_TOLERANCE:
            return False
        key.verify(signature, time.encode("ascii"), _ALGORITHM)
    except (KeyError, ValueError, OverflowError, OSError, binascii.Error, InvalidSignature):
        return False
    return True
