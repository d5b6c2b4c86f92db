"""Any ``threshold`` shares give the secret, fewer give nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.secure_sum.shamir import PRIME, SHARE_BYTES, join, split, weights

a_secret = st.binary(min_size=32, max_size=32)


@st.composite
def some_of_some(draw: st.DrawFn) -> tuple[int, list[int], list[int]]:
    """A threshold, seats, and at least so many of them in some order."""
    seats = draw(st.lists(st.integers(1, 1_000), min_size=1, max_size=12, unique=True))
    threshold = draw(st.integers(1, len(seats)))
    chosen = draw(st.permutations(seats))[: draw(st.integers(threshold, len(seats)))]
    return threshold, seats, chosen


@given(a_secret, some_of_some())
def test_enough_shares_give_the_secret(
    secret: bytes, given_seats: tuple[int, list[int], list[int]]
) -> None:
    threshold, seats, chosen = given_seats
    shares = dict(zip(seats, split(secret, threshold, seats), strict=True))
    assert all(len(share) == SHARE_BYTES for share in shares.values())
    assert join((shares[seat] for seat in chosen), weights(chosen)) == secret


@given(a_secret, a_secret, st.integers(2, 8))
def test_fewer_shares_fit_every_secret(secret: bytes, other: bytes, threshold: int) -> None:
    seats = range(1, threshold + 1)
    known = split(secret, threshold, seats)[1:]
    # With one share missing, there is a value for it that makes any other secret.
    first, *rest = weights(seats)
    sum_of_rest = sum(int.from_bytes(s, "little") * w for s, w in zip(known, rest, strict=True))
    missing = (int.from_bytes(other, "little") - sum_of_rest) * pow(first, -1, PRIME) % PRIME
    assert join([missing.to_bytes(SHARE_BYTES, "little"), *known], weights(seats)) == other


def test_the_same_secret_is_never_dealt_the_same_way_twice() -> None:
    assert split(bytes(32), 2, [1, 2]) != split(bytes(32), 2, [1, 2])


def test_the_largest_secret_fits() -> None:
    secret = b"\xff" * 32
    assert join(split(secret, 2, [1, 2]), weights([1, 2])) == secret


def test_shares_that_give_no_secret_say_so() -> None:
    with pytest.raises(ValueError, match="no secret"):
        join([(PRIME - 1).to_bytes(SHARE_BYTES, "little")], weights([1]))


def test_the_field_is_the_smallest_that_takes_every_secret() -> None:
    # Fermat's test: of a constant that nobody chose to deceive, many bases are proof enough.
    assert all(pow(base, PRIME - 1, PRIME) == 1 for base in range(2, 60))
    assert all(pow(3, number - 1, number) != 1 for number in range(2**256 + 1, PRIME, 2))
