"""What may be kept: the site's consent first, then what the text looks like.

The rules on content are best effort and no more: a card number split by letters, or a password
typed into an ordinary field, passes them. Consent per site is the rule to rely on; the page side
has rules of its own for sensitive fields.
"""

from __future__ import annotations

import datetime
import math
import re
from collections import Counter

from daemon.protocol.messages import Capture
from daemon.store import Store
from daemon.store.deletions import LONGEST_WAY

LEAST_CHARS = 3
_CARD = re.compile(r"(?<![\d.])(?:\d[ -]?){12,18}\d(?![\d.])")
_CARD_PREFIX = re.compile(r"4|5[1-5]|2[2-7]|3[47]|3[068]|6(?:011|4|5)|35|62")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_ONE_TIME_CODE = re.compile(r"\s*\d[\d -]{2,8}\d\s*")
_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_KNOWN_TOKEN = re.compile(
    r"\b(?:gh[opsu]_\w{36}|github_pat_\w{22,}|glpat-[\w-]{20}|sk-[\w-]{20,}|xox[abprs]-[\w-]{10,}"
    r"|AKIA[0-9A-Z]{16}|AIza[\w-]{35}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+)"
)
_LONG_WORD = re.compile(r"[\w+=]{32,}")
_RANDOM_BITS_PER_CHAR = 4.2
_IBAN_MODULUS = 97


def refusal(capture: Capture, store: Store) -> str | None:
    """Why this text is not kept, by name; None when it may be.

    ``site_off``, ``too_late``, ``too_short``, ``nothing_typed``, ``one_time_code``,
    ``card_number``, ``iban``, ``secret``.
    """
    if not store.sites.allows(capture.site):
        return "site_off"
    if way_of(capture) > LONGEST_WAY:
        return "too_late"
    unfit = unsuitable(capture.text.strip())
    if capture.typed_chars == 0 and unfit != "too_short":
        return "nothing_typed"
    return unfit


def way_of(capture: Capture) -> datetime.timedelta:
    """How long it took to get here."""
    return datetime.timedelta(milliseconds=capture.waited_ms)


def unsuitable(text: str) -> str | None:
    """What is wrong with a text wherever it was written, by name."""
    return "too_short" if len(text) < LEAST_CHARS else looks_like(text)


def looks_like(text: str) -> str | None:
    """What must not be kept, by name: ``one_time_code``, ``card_number``, ``iban``, ``secret``."""
    if _ONE_TIME_CODE.fullmatch(text):
        return "one_time_code"
    if any(_is_card(match[0]) for match in _CARD.finditer(text)):
        return "card_number"
    if any(_is_iban(match[0]) for match in _IBAN.finditer(text)):
        return "iban"
    if _KEY_BLOCK.search(text) or _KNOWN_TOKEN.search(text):
        return "secret"
    if any(_is_random(match[0]) for match in _LONG_WORD.finditer(text)):
        return "secret"
    return None


def _is_card(written: str) -> bool:
    """An issuer's prefix and a valid check digit (Luhn, ISO/IEC 7812)."""
    digits = [int(letter) for letter in written if letter.isdigit()]
    if not _CARD_PREFIX.match("".join(map(str, digits))):
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_iban(written: str) -> bool:
    """Valid check digits (ISO 13616)."""
    plain = written.replace(" ", "")
    digits = "".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])
    return int(digits) % _IBAN_MODULUS == 1


def _is_random(word: str) -> bool:
    """Letters and digits mixed, with more entropy a character than words and paths have."""
    if not (re.search(r"\d", word) and re.search(r"[A-Za-z]", word)):
        return False
    shares = [count / len(word) for count in Counter(word).values()]
    return -sum(share * math.log2(share) for share in shares) > _RANDOM_BITS_PER_CHAR
