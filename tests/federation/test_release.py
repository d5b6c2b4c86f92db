"""What a device takes over as the next shared adapter, and what it does not."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from federation.layout import Array
from federation.release import (
    MOST_BYTES,
    Release,
    ReleaseError,
    Statement,
    decode,
    encode,
    publish,
    verified,
)

KEY = Ed25519PrivateKey.generate()
COMMUNITY: dict[str, Any] = {"community": "writers", "base": "b" * 64}


def tensors(value: float = 1.0, size: int = 3) -> dict[str, Array]:
    return {"a.lora_B.weight": np.full((size, 2), value, np.float32)}


def release(version: int, parent: Release | None = None, **changed: Any) -> Release:
    said: dict[str, Any] = {"tensors": tensors(), "key": KEY, "strategy": "fdlora", "epoch": 0}
    return publish(version=version, parent=parent, **COMMUNITY, **(said | changed))


def take_over(offered: Release, current: Release | None = None) -> Statement:
    statement, _ = verified(offered, KEY.public_key(), current=current, **COMMUNITY)
    return statement


def test_one_follows_the_other() -> None:
    first = release(0)
    second = release(1, first, tensors=tensors(2.0))

    statement, held = verified(
        decode(encode(second)), KEY.public_key(), current=decode(encode(first)), **COMMUNITY
    )

    assert statement.version == 1
    assert np.array_equal(held["a.lora_B.weight"], tensors(2.0)["a.lora_B.weight"])


def test_who_slept_may_skip_some() -> None:
    first = release(0)
    fourth = release(3, release(2, release(1, first)))

    assert take_over(fourth, first).version == 3


def test_the_same_again_is_no_step_back() -> None:
    assert take_over(release(4), release(4)).version == 4


def test_an_older_one_is_published_again_under_a_new_number() -> None:
    good = release(1)
    bad = release(2, good, tensors=tensors(9.0))

    again = release(3, bad, taken_back=True)

    assert take_over(again, bad).taken_back


@pytest.mark.parametrize(
    ("offered", "why"),
    [
        (lambda now: release(1, key=Ed25519PrivateKey.generate()), "did not sign"),
        (lambda now: release(4, now), "no newer"),
        (lambda now: release(5, now, tensors=tensors(7.0)), "no newer"),
        (lambda now: release(6, release(5, tensors=tensors(7.0)), epoch=1), "told others"),
        (lambda now: release(6, now, epoch=1, strategy="fedavg"), "strategy"),
        (lambda now: release(6, now, epoch=0), "no newer"),
        (lambda now: release(6, now, epoch=1, tensors=tensors(size=4)), "another form"),
        (lambda now: release(6, now, epoch=1, tensors=tensors(float("nan"))), "finite"),
        (lambda now: release(6, now, epoch=1, tensors=tensors(float("inf"))), "finite"),
        (lambda now: release(6, now, epoch=1, tensors=tensors(1e6)), "too large"),
    ],
)
def test_a_coordinator_that_lies_is_not_believed(offered: Any, why: str) -> None:
    current = release(5, epoch=1)

    with pytest.raises(ReleaseError, match=why):
        take_over(offered(current), current)


@pytest.mark.parametrize("other", [{"community": "others"}, {"base": "c" * 64}])
def test_what_is_for_others_is_not_taken(other: dict[str, str]) -> None:
    with pytest.raises(ReleaseError, match="another community or base"):
        verified(release(0), KEY.public_key(), **(COMMUNITY | other))


def test_tensors_that_were_exchanged_are_noticed() -> None:
    mixed = msgspec.structs.replace(release(0), tensors=release(0, tensors=tensors(2.0)).tensors)

    with pytest.raises(ReleaseError, match="damaged"):
        take_over(mixed)


def test_what_is_too_large_is_not_even_read() -> None:
    with pytest.raises(ReleaseError, match="too large"):
        decode(bytes(MOST_BYTES + 1))


WHOLE = encode(release(0))


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_changed_byte_is_never_taken_over(place: int, change: int) -> None:
    changed = bytearray(WHOLE)
    changed[place] ^= change

    with pytest.raises(ReleaseError):
        take_over(decode(bytes(changed)))


@given(st.integers(0, len(WHOLE) - 1))
def test_a_part_is_never_taken_over(length: int) -> None:
    with pytest.raises(ReleaseError):
        take_over(decode(WHOLE[:length]))
