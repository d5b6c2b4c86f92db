"""Membership of a community: what waits to be sent, what was sent, and what is left of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.protocol.messages import Capture
from daemon.store import STORE_FILE, Store, StoreError, load_key
from daemon.store.federation import (
    MOST_SEEN,
    Belongings,
    Membership,
    NewMembership,
    NoUpdateError,
    Round,
    Verdict,
    now,
)
from daemon.store.selection import Which
from daemon.store.settings import FederationLimits
from tests.decrypted import stored_bytes

SITE = "forum.example"
KEYS, UPDATE = b"a canary of keys" * 40, b"a canary of an update" * 40
JOINED = NewMembership(
    community="Writers",
    url="https://writers.example",
    invitation="plm-join-1.abc",
    keys=KEYS,
    device="7",
    release=b"the first release",
    version=0,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / STORE_FILE, load_key(tmp_path, store_exists=False))
    yield opened
    opened.close()


def write(store: Store, text: str, site: str = SITE, draft: str = "") -> int:
    capture = Capture(
        site=site, kind="textarea", text=text, typed_chars=len(text), draft=draft or text
    )
    return store.documents.add(capture).id


def member(store: Store) -> Membership:
    held = store.federation.membership()
    assert held is not None
    return held


def belongings(store: Store) -> Belongings:
    held = store.federation.belongings()
    assert held is not None
    return held


def waiting(store: Store) -> list[int]:
    """Two texts of a site that may federate, and an update that was made of the first."""
    store.federation.join(JOINED)
    store.sites.set(SITE, capture=True, may_federate=True)
    numbers = [write(store, "one"), write(store, "two")]
    assert made(store, numbers[:1])
    assert belongings(store).update == UPDATE
    return numbers


def made(store: Store, documents: list[int]) -> bool:
    """Whether an update that was made of these texts, undisturbed, waits."""
    store.federation.begin_update(documents)
    return store.federation.keep_update(UPDATE, documents)


def a_round(version: int = 0) -> Round:
    return Round(
        community="Writers", at=now(), version=version, noise_multiplier=1.0, threshold=4, bytes=10
    )


def verdict(version: int, *, kept: bool) -> Verdict:
    return Verdict(at=now(), version=version, kept=kept, reason="a reason", gain=0.25)


def test_a_machine_belongs_to_one_community_at_most(store: Store) -> None:
    assert store.federation.membership() is None
    store.federation.join(JOINED)
    held = member(store)
    assert (held.community, held.version) == ("Writers", 0)
    assert belongings(store).keys == KEYS
    assert not held.tried
    assert held.in_use is None
    with pytest.raises(StoreError, match="already"):
        store.federation.join(JOINED)


def test_who_is_put_out_has_no_update_that_waits_and_is_free_once_it_left(store: Store) -> None:
    waiting(store)
    store.federation.renew(b"other keys", "8")
    store.federation.put_out("The operator has expelled this device.")
    held = member(store)
    assert (held.device, held.update_waits) == ("8", False)
    assert held.put_out == "The operator has expelled this device."
    assert belongings(store).keys == b"other keys"
    store.federation.leave()
    store.federation.join(JOINED)
    assert member(store).put_out is None


def test_no_site_may_federate_unless_it_is_switched_on(store: Store) -> None:
    write(store, "one")
    store.sites.set(SITE, capture=True)
    assert [rule.may_federate for rule in store.sites.rules()] == [False]
    assert store.documents.may_federate() == frozenset()
    store.sites.set(SITE, may_federate=True)
    assert [(rule.capture, rule.may_federate) for rule in store.sites.rules()] == [(True, True)]
    assert len(store.documents.may_federate()) == 1


def test_an_update_is_thrown_away_with_a_text_that_it_was_made_of(store: Store) -> None:
    first, second = waiting(store)
    store.documents.delete(Which(ids=[second]))
    assert member(store).update_waits
    store.documents.delete(Which(ids=[first]))
    assert not member(store).update_waits


def test_an_update_is_thrown_away_when_its_text_is_replaced(store: Store) -> None:
    waiting(store)
    write(store, "one, and more", draft="one")
    assert not member(store).update_waits


def test_an_update_is_thrown_away_when_its_site_may_not_federate_any_more(store: Store) -> None:
    waiting(store)
    store.sites.set("elsewhere.example", may_federate=False)
    assert member(store).update_waits
    store.sites.set(SITE, may_federate=False)
    assert not member(store).update_waits


def test_an_update_is_thrown_away_with_the_persona_that_wrote_it(store: Store) -> None:
    store.federation.join(JOINED)
    store.sites.set(SITE, may_federate=True)
    store.personas.add("work")
    capture = Capture(site=SITE, kind="textarea", text="a report", typed_chars=8, draft="r")
    number = store.documents.add(capture, persona="work").id
    assert made(store, [number])
    store.personas.remove("work")
    assert not member(store).update_waits


def test_an_update_of_a_text_that_is_gone_or_may_not_federate_is_not_kept(store: Store) -> None:
    (first, _) = waiting(store)
    other = write(store, "three", "elsewhere.example")
    assert not made(store, [first, other])
    assert not made(store, [10_000])


@pytest.mark.parametrize("way", ["replaced", "deleted", "taken back", "another one is made"])
def test_an_update_whose_texts_change_while_it_is_made_is_not_kept(store: Store, way: str) -> None:
    numbers = waiting(store)
    store.federation.begin_update(numbers)
    match way:
        case "replaced":
            write(store, "one, but no secret", draft="one")
        case "deleted":
            store.documents.delete(Which(ids=numbers[:1]))
        case "taken back":
            store.sites.set(SITE, may_federate=False)
            store.sites.set(SITE, may_federate=True)
        case _:
            store.federation.begin_update(numbers[:1])
    assert not store.federation.keep_update(UPDATE, numbers)
    assert not member(store).update_waits


def test_what_is_sent_is_used_up_and_listed(store: Store) -> None:
    waiting(store)
    number = store.federation.send(a_round())
    store.federation.add_bytes(number, 32)
    assert not member(store).update_waits
    (sent,) = store.federation.rounds()
    assert (sent.community, sent.bytes) == ("Writers", 42)
    with pytest.raises(NoUpdateError):
        store.federation.send(a_round())
    assert len(store.federation.rounds()) == 1


def test_rounds_are_remembered_the_newest(store: Store) -> None:
    store.federation.join(JOINED)
    for number in (1, 2, 2):
        store.federation.enter(number.to_bytes(16, "big"))
    assert len(store.federation.seen()) == 2
    for number in range(3, MOST_SEEN + 5):
        store.federation.enter(number.to_bytes(16, "big"))
    seen = set(store.federation.seen())
    assert len(seen) <= MOST_SEEN
    assert (MOST_SEEN + 4).to_bytes(16, "big") in seen
    assert (1).to_bytes(16, "big") not in seen


def test_a_release_is_used_once_it_was_found_good(store: Store) -> None:
    waiting(store)
    store.federation.offer(b"the next one", 1, taken_back=False)
    held = member(store)
    assert (held.version, held.tried) == (1, False)
    assert belongings(store).release == b"the next one"
    assert not held.update_waits, "it began at the release before"
    store.federation.judge(verdict(1, kept=True))
    assert (member(store).tried, member(store).in_use) == (True, 1)
    store.federation.offer(b"a bad one", 2, taken_back=False)
    store.federation.judge(verdict(2, kept=False), refused=True)
    held = member(store)
    assert (held.in_use, held.refused, held.tried) == (1, True, True)
    assert [(one.version, one.gain) for one in store.federation.verdicts()] == [
        (2, 0.25),
        (1, 0.25),
    ]


def test_a_verdict_on_a_release_that_is_no_longer_the_newest_changes_nothing(store: Store) -> None:
    store.federation.join(JOINED)
    store.federation.offer(b"the next one", 1, taken_back=True)
    store.federation.judge(verdict(0, kept=True))
    held = member(store)
    assert (held.in_use, held.tried, held.taken_back) == (None, False, True)


def test_who_leaves_is_nobody_and_the_list_stays_until_it_is_deleted(
    store: Store, tmp_path: Path
) -> None:
    waiting(store)
    assert b"a canary of" in stored_bytes(tmp_path)
    store.federation.send(a_round())
    with pytest.raises(StoreError, match="Leave"):
        store.federation.forget_rounds()
    store.federation.leave()
    assert store.federation.membership() is None
    assert store.federation.seen() == []
    assert len(store.federation.rounds()) == 1
    assert b"a canary of" not in stored_bytes(tmp_path)
    store.federation.forget_rounds()
    assert store.federation.rounds() == []


@pytest.mark.parametrize(
    ("noises", "told"), [([], None), ([3.0], 3.0), ([2.0, 2.0, 2.0, 2.0], 1.0), ([1.0, 0.0], 0.0)]
)
def test_what_is_not_listed_any_more_is_counted_all_the_same(
    store: Store, noises: list[float], told: float | None
) -> None:
    for noise in noises:
        waiting(store)
        store.federation.send(replace(a_round(), noise_multiplier=noise))
        store.federation.leave()
        store.federation.forget_rounds()
        store.documents.delete(Which(site=SITE))
    assert store.federation.rounds() == []
    assert store.federation.forgotten() == (None if told is None else pytest.approx(told))


def test_limits_and_pauses_outlive_a_restart(store: Store, tmp_path: Path) -> None:
    assert store.settings.federation_limits() == FederationLimits()
    limits = FederationLimits(smallest_cohort=20, most_epsilon=2.5, metered=True)
    store.settings.set_federation_limits(limits)
    store.federation.join(JOINED)
    store.federation.set_paused(True)
    store.close()
    again = Store.open(tmp_path / STORE_FILE, load_key(tmp_path, store_exists=True))
    assert again.settings.federation_limits() == limits
    assert member(again).paused
    again.settings.set_federation_limits(FederationLimits())
    assert again.settings.federation_limits().most_epsilon is None
    again.close()
