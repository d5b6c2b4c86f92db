"""A letter is where the gateway last saw it, and comes back to the queue when its node lost it."""

from __future__ import annotations

import asyncio

import pytest

from federation.coordinator.ledger import Ledger, Letter, Place

NODE = 7
FAR = 1e9


@pytest.fixture
def ledger() -> Ledger:
    """An empty one."""
    return Ledger()


def _waiting(ledger: Ledger, name: str = "one") -> Letter:
    letter = ledger.add(NODE, b"payload", FAR)
    ledger.pushing(letter, name)
    ledger.pushed(letter, now=1.0)
    return letter


def test_a_letter_goes_from_the_queue_to_the_node_and_back(ledger: Ledger) -> None:
    letter = ledger.add(NODE, b"payload", FAR)
    assert ledger.due(now=0) == [letter]
    ledger.pushing(letter, "one")
    assert ledger.due(now=0) == []
    ledger.pushed(letter, now=1.0)
    ledger.took("one")
    ledger.delivered(NODE)
    assert ledger.delivered_letters() == [letter]
    assert ledger.close(letter.number) is letter
    assert len(ledger) == 0


def test_a_node_that_asks_again_has_lost_what_it_took(ledger: Ledger) -> None:
    letter = _waiting(ledger)
    ledger.took("one")

    ledger.asked(NODE)

    assert ledger.due(now=0) == [letter]
    assert ledger.take_litter(9) == ["one"]
    ledger.took("one")
    assert letter.place is Place.QUEUED, "the lost one is another parcel now"


def test_a_node_that_has_delivered_has_lost_nothing(ledger: Ledger) -> None:
    letter = _waiting(ledger)
    ledger.took("one")
    ledger.delivered(NODE)

    ledger.asked(NODE)

    assert letter.place is Place.DELIVERED


def test_a_quick_node_may_take_a_letter_before_we_know_that_it_is_there(ledger: Ledger) -> None:
    letter = ledger.add(NODE, b"payload", FAR)
    ledger.pushing(letter, "one")
    ledger.took("one")

    ledger.pushed(letter, now=1.0)

    assert letter.place is Place.TAKEN


@pytest.mark.parametrize(("asked_at", "place"), [(2.0, Place.QUEUED), (0.5, Place.WAITING)])
def test_a_letter_that_should_have_been_found_and_was_not_is_lost(
    ledger: Ledger, asked_at: float, place: Place
) -> None:
    letter = _waiting(ledger)

    for _ in range(2):
        ledger.found_nothing(NODE, asked_at)

    assert letter.place is place


def test_a_letter_behind_one_that_was_withdrawn_is_not_lost(ledger: Ledger) -> None:
    """The SuperLink gives nothing, once, in the place of what was withdrawn."""
    withdrawn = _waiting(ledger)
    ledger.close(withdrawn.number)
    letter = _waiting(ledger, "two")

    ledger.found_nothing(NODE, 2.0)

    assert letter.place is Place.WAITING


def test_behind_many_that_were_withdrawn_a_letter_comes_through(ledger: Ledger) -> None:
    """The SuperLink, and what it still has for the node: the names of parcels, in order."""
    there = [f"withdrawn {number}" for number in range(7)]
    letter = ledger.add(NODE, b"payload", FAR)
    for turn in range(50):
        if letter.place is Place.QUEUED:
            there.append(f"try {turn}")
            ledger.pushing(letter, there[-1])
            ledger.pushed(letter, now=0.0)
        if there.pop(0) == letter.name:
            return
        ledger.found_nothing(NODE, 1.0)

    pytest.fail("it never does")


def test_a_reply_that_is_not_there_was_not_delivered(ledger: Ledger) -> None:
    letter = _waiting(ledger)
    ledger.took("one")
    ledger.delivered(NODE)

    ledger.undelivered(letter)
    ledger.asked(NODE)

    assert letter.place is Place.QUEUED


def test_a_letter_that_is_closed_while_it_is_pushed_leaves_litter(ledger: Ledger) -> None:
    letter = ledger.add(NODE, b"payload", FAR)
    ledger.pushing(letter, "one")

    ledger.close(letter.number)
    ledger.pushed(letter, now=1.0)

    assert ledger.take_litter(9) == ["one"]
    assert ledger.due(now=0) == []
    assert ledger.close(letter.number) is None


def test_a_letter_that_was_not_taken_is_tried_again_later(ledger: Ledger) -> None:
    letter = ledger.add(NODE, b"payload", FAR)
    ledger.queue(letter, not_before=10.0)

    assert ledger.due(now=9.0) == []
    assert ledger.due(now=11.0) == [letter]


def test_letters_of_other_nodes_stay_where_they_are(ledger: Ledger) -> None:
    letter = _waiting(ledger)
    ledger.took("one")

    ledger.asked(NODE + 1)
    ledger.delivered(NODE + 1)

    assert letter.place is Place.TAKEN


def test_everything_is_queued_again_with_a_new_run(ledger: Ledger) -> None:
    first, second = _waiting(ledger, "one"), _waiting(ledger, "two")
    third = ledger.add(NODE, b"payload", FAR)
    ledger.took("one")
    ledger.queue(third, not_before=10.0)

    ledger.queue_all()

    assert ledger.due(now=0) == [first, second, third]
    assert ledger.named("one") is None
    assert ledger.take_litter(9) == [], "the old run took its parcels with it"


def test_letters_are_overdue_after_their_deadline(ledger: Ledger) -> None:
    letter = ledger.add(NODE, b"payload", deadline=5.0)

    assert ledger.overdue(now=4.0) == []
    assert ledger.overdue(now=5.0) == [letter]


async def test_who_waits_for_mail_is_told_when_there_is_some(ledger: Ledger) -> None:
    waiting = [asyncio.create_task(ledger.mail_for(NODE, 30)) for _ in range(2)]
    await asyncio.sleep(0)

    _waiting(ledger)

    assert await asyncio.gather(*waiting) == [True, True]
    assert await ledger.mail_for(NODE, 30)


async def test_who_waits_for_mail_in_vain_is_told_so(ledger: Ledger) -> None:
    assert not await ledger.mail_for(NODE, 0.01)


async def test_who_was_let_out_is_not_kept_waiting(ledger: Ledger) -> None:
    waiting = asyncio.create_task(ledger.mail_for(NODE, 30))
    await asyncio.sleep(0)

    ledger.let_out(NODE)

    assert await waiting
    assert await ledger.mail_for(NODE, 30)


async def test_a_node_may_go_when_its_replies_are_gathered(ledger: Ledger) -> None:
    letter = _waiting(ledger)
    ledger.took("one")
    ledger.delivered(NODE)
    going = asyncio.create_task(ledger.gathered(NODE, 30))
    await asyncio.sleep(0.1)
    assert not going.done()

    ledger.close(letter.number)

    await going
