"""What may be kept: consent first, then what the text looks like."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.capture import refusal
from daemon.store import STORE_FILE, Store, load_key
from tests.letters import SITE, letter


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with one site switched on."""
    folder = tmp_path_factory.mktemp("store")
    opened = Store.open(folder / STORE_FILE, load_key(folder, store_exists=False))
    opened.sites.set(SITE, capture=True)
    yield opened
    opened.close()


ORDINARY = [
    "Dear Ann, see you at 8.",
    "ok!",
    "Call me on +49 30 901820 or 0171-5550123 after 17:30.",
    "The invoice 2026-0001234567 of 12.11.2026 is paid: 1,234,567.89 EUR.",
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz ist ein langes Wort.",
    "See https://letters.example/archive/2026/11/24/how-we-moved-the-garden-shed-in-one-day.html",
    "It is in /usr/share/doc/python3-something/examples/very/deep/folder/structure/readme.txt",
    "Fixed in 4f3a9c1 and again in 9d0e2b7.",
    "Order 4111 1111 1111 1112 never arrived.",
    "GB29 is not a bank account, and DE89 neither.",
    "Version 10.0.19045.3570 of build 1234567890123456789012345678901234567890",
    "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!",
    "日本語のテキストです。",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_writing_is_kept(store: Store, text: str) -> None:
    assert refusal(letter(text), store) is None


SECRETS = {
    "one_time_code": ["123456", " 482 913 ", "12-34-56"],
    "card_number": [
        "4111 1111 1111 1111",
        "my card is 5555-5555-5555-4444, thanks",
        "amex 378282246310005 until 12/29",
    ],
    "iban": [
        "DE89 3704 0044 0532 0130 00",
        "please pay to GB29NWBK60161331926819 today",
    ],
    "secret": [
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n",
        "token ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "AKIAIOSFODNN7EXAMPLE",
        "the password is q8ZrT2mXv9LwKp4NsY7bHc3JdF6gAe1U",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    ],
    "too_short": ["", "a", "  hi  ", "\n\n\n\n"],
}


@pytest.mark.parametrize(
    ("reason", "text"), [(reason, text) for reason, texts in SECRETS.items() for text in texts]
)
def test_what_looks_like_a_secret_is_not_kept(store: Store, reason: str, text: str) -> None:
    assert refusal(letter(text), store) == reason


@pytest.mark.parametrize("site", ["other.example", "sub." + SITE, SITE + ":8443", "example"])
def test_without_consent_nothing_else_matters(store: Store, site: str) -> None:
    assert refusal(letter("An ordinary text", site=site), store) == "site_off"
    assert refusal(letter("4111 1111 1111 1111", site=site), store) == "site_off"


def test_what_the_user_did_not_type_is_not_theirs(store: Store) -> None:
    pasted = letter("A text from somewhere else", typed_chars=0, pasted_chars=26)
    assert refusal(pasted, store) == "nothing_typed"
    mixed = letter("A text from somewhere else", typed_chars=1, pasted_chars=25)
    assert refusal(mixed, store) is None


@st.composite
def card_numbers(draw: st.DrawFn) -> str:
    """A valid number of one of the large issuers, in a usual grouping."""
    prefix, length = draw(st.sampled_from([("4", 16), ("51", 16), ("55", 16), ("37", 15)]))
    free = length - len(prefix) - 1
    body = prefix + "".join(
        draw(st.lists(st.sampled_from("0123456789"), min_size=free, max_size=free))
    )
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in body[::-2]]
    check = -(sum(doubled) + sum(map(int, body[-2::-2]))) % 10
    digits = body + str(check)
    separator = draw(st.sampled_from(["", " ", "-"]))
    groups = [4, 6, 5] if length == 15 else [4, 4, 4, 4]
    parts, rest = [], digits
    for size in groups:
        parts.append(rest[:size])
        rest = rest[size:]
    return separator.join(parts)


@given(number=card_numbers(), before=st.sampled_from(["", "Card: ", "(", "no. "]))
def test_every_valid_card_number_is_recognised_in_prose(
    store: Store, number: str, before: str
) -> None:
    assert refusal(letter(f"{before}{number}, until 12/29"), store) == "card_number"


@st.composite
def ibans(draw: st.DrawFn) -> str:
    """A valid account number (ISO 13616), in one piece or in groups of four."""
    country = draw(st.sampled_from(["DE", "GB", "FR", "NL", "CH"]))
    size = {"DE": 18, "GB": 18, "FR": 23, "NL": 14, "CH": 17}[country]
    account = "".join(draw(st.lists(st.sampled_from("0123456789"), min_size=size, max_size=size)))
    number = int("".join(str(int(letter_, 36)) for letter_ in account + country + "00"))
    whole = f"{country}{98 - number % 97:02}{account}"
    if draw(st.booleans()):
        return whole
    return " ".join(whole[start : start + 4] for start in range(0, len(whole), 4))


@given(ibans())
def test_every_valid_iban_is_recognised_in_prose(store: Store, iban: str) -> None:
    assert refusal(letter(f"Please pay to {iban}. Thank you!"), store) in ("iban", "card_number")
