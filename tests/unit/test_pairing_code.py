"""The one pairing code: once, five minutes, five attempts."""

from __future__ import annotations

import pytest

from daemon.pairing import CODE_LIFETIME_S, MAX_ATTEMPTS, PairingCode
from daemon.protocol.codec import ProtocolError


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_there_is_none_before_somebody_asks_for_it() -> None:
    with pytest.raises(ProtocolError):
        PairingCode().attempt()


def test_it_lasts_five_minutes_and_not_a_second_longer() -> None:
    clock = Clock()
    pairing = PairingCode(clock)
    code = pairing.issue()
    clock.now += CODE_LIFETIME_S - 1
    assert pairing.attempt() == code
    clock.now += 1
    with pytest.raises(ProtocolError):
        pairing.attempt()


def test_the_fifth_attempt_may_be_the_right_one_but_there_is_no_sixth() -> None:
    pairing = PairingCode()
    code = pairing.issue()
    assert [pairing.attempt() for _ in range(MAX_ATTEMPTS)] == [code] * MAX_ATTEMPTS
    with pytest.raises(ProtocolError):
        pairing.attempt()
    assert pairing.redeem(code)


def test_of_two_attempts_at_once_only_one_can_redeem() -> None:
    pairing = PairingCode()
    pairing.issue()
    first, second = pairing.attempt(), pairing.attempt()
    assert pairing.redeem(first)
    assert not pairing.redeem(second)


def test_an_attempt_at_the_code_before_cannot_redeem_the_new_one() -> None:
    pairing = PairingCode()
    pairing.issue()
    old = pairing.attempt()
    pairing.issue()
    assert not pairing.redeem(old)


def test_a_new_code_has_all_its_attempts() -> None:
    pairing = PairingCode()
    pairing.issue()
    for _ in range(MAX_ATTEMPTS):
        pairing.attempt()
    new = pairing.issue()
    assert pairing.attempt() == new
