"""Secret sharing (Shamir, "How to share a secret", 1979): any ``threshold`` shares give the secret.

Fewer give nothing about it. The secret is the value at zero of a random polynomial of degree
``threshold - 1`` over a prime field; a share is its value at a seat number of 1 or more.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from functools import reduce

# The first prime above 2**256, so that every 32-byte secret is an element of the field.
PRIME = 2**256 + 297
SECRET_BYTES = 32
SHARE_BYTES = 33


def split(secret: bytes, threshold: int, seats: Sequence[int]) -> list[bytes]:
    """One share of 33 bytes for each seat. O(seats x threshold)."""
    assert len(secret) == SECRET_BYTES
    assert 1 <= threshold <= len(set(seats)) == len(seats)
    assert all(0 < seat < PRIME for seat in seats)
    lower = int.from_bytes(secret, "little")
    falling = [secrets.randbelow(PRIME) for _ in range(threshold - 1)] + [lower]
    return [_value(falling, seat).to_bytes(SHARE_BYTES, "little") for seat in seats]


def weights(seats: Sequence[int]) -> list[int]:
    """Lagrange's coefficients at zero: what each seat's share counts for. O(seats squared), once.

    They depend on who is there alone, so all secrets of a round are joined with the same ones.
    """
    assert 1 <= len(set(seats)) == len(seats)
    return [_weight(seat, (other for other in seats if other != seat)) for seat in seats]


def join(shares: Iterable[bytes], counts: Iterable[int]) -> bytes:
    """The secret, from shares in the order of the seats that ``counts`` was made for.

    Raises `ValueError` if it is none. Shares of different polynomials give some other secret.
    """
    pairs = zip(shares, counts, strict=True)
    total = sum(int.from_bytes(share, "little") * count for share, count in pairs) % PRIME
    try:
        return total.to_bytes(SECRET_BYTES, "little")
    except OverflowError:
        raise ValueError("these shares give no secret") from None


def _value(falling: Sequence[int], at: int) -> int:
    """Of a polynomial whose highest coefficient comes first (Horner's scheme)."""
    return reduce(lambda value, coefficient: (value * at + coefficient) % PRIME, falling, 0)


def _weight(seat: int, others: Iterable[int]) -> int:
    above, below = 1, 1
    for other in others:
        above = above * other % PRIME
        below = below * (other - seat) % PRIME
    return above * pow(below, -1, PRIME) % PRIME
