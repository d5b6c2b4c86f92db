"""A client has an allowance that fills over time."""

from __future__ import annotations

import contextlib

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from federation.coordinator.admission import Admission, Allowance, Limits, TooManyError


def test_a_minutes_worth_may_be_spent_at_once_and_no_more() -> None:
    allowance = Allowance(per_minute=3)
    for _ in range(3):
        allowance.spend("client", 0.0)

    with pytest.raises(TooManyError) as error:
        allowance.spend("client", 0.0)

    assert error.value.retry_after_s == 20
    allowance.spend("client", 20.0)
    allowance.spend("another", 0.0)


def test_clients_that_have_spent_nothing_lately_are_forgotten() -> None:
    allowance = Allowance(per_minute=3)
    allowance.spend("early", 0.0)
    allowance.spend("late", 59.0)

    allowance.forget_idle(60.0)

    assert set(allowance._spent) == {"late"}


def test_a_thousand_clients_of_one_minute_do_not_get_in_each_others_way() -> None:
    """Each enrols, goes online, and waits for mail."""
    admission = Admission(Limits())
    with contextlib.ExitStack() as waiting:
        for number in range(1_000):
            request = make_mocked_request("POST", "/")
            client = request.clone(remote=f"10.0.{number >> 8}.{number & 255}")
            for is_enrolment in (True, False):
                with admission.admitted(client, is_enrolment=is_enrolment):
                    pass
            waiting.enter_context(admission.admitted(client, is_enrolment=False))


def test_behind_a_proxy_the_last_address_is_believed_however_many_lines_there_are() -> None:
    admission = Admission(Limits(behind_proxy=True))
    lines = CIMultiDict([("X-Forwarded-For", "10.9.9.9"), ("X-Forwarded-For", "8.8.8.8, 10.0.0.1")])
    assert admission._client(make_mocked_request("POST", "/", headers=lines)) == "10.0.0.1"
