"""The rivals' side of the benchmark: our n-gram as a peer, and how a rule is chosen."""

from __future__ import annotations

import pytest

from bench.peers.ngram import NgramPeer
from bench.peers.peer import SILENCE, Guess, gap
from bench.peers.recording import SILENT, Author, Recording, Rule, choose_rule, record, total
from plm_engine.completion.vocabulary import Vocabulary
from plm_engine.evaluation.keystrokes import replay

KNOWN = "The kernel driver crashes when the device is removed on Wednesday."


@pytest.fixture
def ngram(vocabulary: Vocabulary) -> NgramPeer:
    return NgramPeer(vocabulary)


def test_the_ngram_finishes_words_and_adds_words_as_they_were_written(ngram: NgramPeer) -> None:
    assert ngram.suggest("The ker") == SILENCE
    ngram.learn(KNOWN)
    guess = ngram.suggest("The ker")
    assert guess.text.startswith("nel driver crashes when the")
    assert guess.confidence > 0.9
    assert ngram.suggest("The kernel").text.startswith(" driver crashes")
    assert ngram.suggest("The device is").text.startswith(" removed")
    assert ngram.suggest("The quux") == SILENCE


def test_the_ngram_stops_where_it_is_not_sure(ngram: NgramPeer) -> None:
    for place in range(20):
        ngram.learn(f"The device is removed on day {'abcdefghijklmnopqrst'[place] * 3} again.")
    guess = ngram.suggest("The device is")
    assert guess.text == " removed on day"


def test_a_restart_forgets_the_author(ngram: NgramPeer) -> None:
    ngram.learn(KNOWN)
    ngram.restart()
    assert ngram.suggest("The ker") == SILENCE


class Oracle:
    """Knows the text, is as sure as it is told, and wrong in every second word."""

    name = "oracle"

    def __init__(self, text: str) -> None:
        self._text = text
        self.learned: list[str] = []

    def restart(self) -> None:
        self.learned.clear()

    def learn(self, text: str) -> None:
        self.learned.append(text)

    def suggest(self, before: str) -> Guess:
        rest = self._text[len(before) :]
        word = rest[: rest.find(" ", 1)] if " " in rest[1:] else rest
        is_right = before.count(" ") % 2 == 0
        return Guess(word, 0.9) if is_right else Guess("§" + word, 0.4)


TEXT = "one two three four five six"


def recordings() -> list[Recording]:
    return list(record(Oracle(TEXT), Author([], [TEXT])))


def test_the_rule_saves_most_among_those_that_are_precise_enough() -> None:
    recorded = recordings()
    assert choose_rule(recorded, 0.95).threshold == 0.9
    assert total(recorded, choose_rule(recorded, 0.95)).precision_shown == 1.0
    assert choose_rule(recorded, 0.0).threshold == 0.4
    assert choose_rule([Recording("ab", [Guess("x", 1.0)] * 2, [])]) == SILENT
    assert total(recorded, SILENT).shown == 0


def test_within_words_only_if_that_is_more_precise() -> None:
    guesses = [Guess("zz", 0.5), Guess(TEXT[1:3], 0.5), *[SILENCE] * (len(TEXT) - 2)]
    rule = choose_rule([Recording(TEXT, guesses, [])], 0.9)
    assert rule == Rule(0.5, letters=1)


@pytest.mark.parametrize("rule", [Rule(0.0), Rule(0.5), Rule(0.5, letters=2), SILENT])
def test_what_is_recorded_is_what_is_replayed(rule: Rule) -> None:
    oracle = Oracle(TEXT)
    typed = replay(TEXT, lambda before: rule.shown(oracle.suggest(before), before))
    assert typed == total(recordings(), rule)


def test_a_text_is_learned_after_it_was_judged() -> None:
    oracle = Oracle(TEXT)
    seen = [list(oracle.learned) for _ in record(oracle, Author(["a", "b"], ["c", "d"]))]
    assert seen == [["a", "b"], ["a", "b", "c"]]
    assert oracle.learned == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("before", "between"),
    [("", ""), ("so ", ""), ("so", " "), ("so,", " "), ("(", ""), ("re-", "")],
)
def test_a_space_stands_where_one_belongs(before: str, between: str) -> None:
    assert gap(before) == between
