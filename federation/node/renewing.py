"""A node that its community knows already enrols again, with its keys: before its certificate ends,
and when its coordinator does not know it any more.
"""

from __future__ import annotations

import time
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from federation import release
from federation.enrolment import Keys
from federation.identity import Certificate
from federation.invitation import read
from federation.node import job
from federation.node.enrolling import Joined, enrol

RENEWED_BEFORE_S = 60 * 86_400
"""A machine may sleep for weeks."""


def left_s(keys: job.Keys) -> float:
    """Seconds until the certificate ends. Raises `ValueError` for a damaged one."""
    certificate = msgspec.msgpack.decode(keys.certificate, type=Certificate)
    return certificate.not_after - time.time()


async def renewed(asked: job.Federate) -> job.Keys:
    """With a new certificate. Raises `EnrolmentError`, and `ValueError` for what is damaged."""
    identity = Ed25519PrivateKey.from_private_bytes(asked.keys.identity)
    keys = Keys(transport_key(asked.keys.transport), identity)
    current = release.decode(asked.release)
    return packed(await enrol(read(asked.invitation), keys, current=current))


def packed(joined: Joined) -> job.Keys:
    """As they are kept."""
    return job.Keys(
        node_id=joined.node_id,
        transport=joined.keys.transport.private_bytes(
            Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
        ),
        identity=joined.keys.identity.private_bytes_raw(),
        certificate=msgspec.msgpack.encode(joined.identity.certificate),
    )


def transport_key(der: bytes) -> EllipticCurvePrivateKey:
    """Raises `ValueError` for what is none."""
    key: Any = load_der_private_key(der, password=None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise ValueError("the key of this machine is damaged")
    return key
