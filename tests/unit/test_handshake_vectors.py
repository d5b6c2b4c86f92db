"""The handshake's arithmetic against vectors that the TypeScript twin is checked against too.

The vectors were made with OpenSSL's HMAC and the `cryptography` package's PBKDF2.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.protocol import handshake

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "handshake.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("vector", VECTORS["normalise_code"], ids=lambda v: repr(v["code"]))
def test_a_typed_code_is_read_as_the_letters_it_means(vector: dict[str, Any]) -> None:
    assert handshake.normalise_code(vector["code"]) == vector["letters"]


@pytest.mark.parametrize("vector", VECTORS["stretch_code"], ids=lambda v: v["code"])
def test_a_code_stretches_to_the_known_key(vector: dict[str, Any]) -> None:
    key = handshake.stretch_code(vector["code"], vector["client_nonce"], vector["daemon_nonce"])
    assert key.hex() == vector["key"]


@pytest.mark.parametrize("vector", VECTORS["proof"], ids=lambda v: f"{v['label']} {v['origin']}")
def test_a_proof_is_the_known_hmac(vector: dict[str, Any]) -> None:
    made = handshake.proof(
        bytes.fromhex(vector["key"]),
        vector["label"],
        vector["client_nonce"],
        vector["daemon_nonce"],
        vector["origin"],
    )
    assert made == vector["proof"]


@pytest.mark.parametrize("vector", VECTORS["pairing_secret"], ids=lambda v: v["origin"])
def test_the_pairing_secret_is_the_known_one(vector: dict[str, Any]) -> None:
    key = bytes.fromhex(vector["key"])
    made = handshake.pairing_secret(
        key, vector["client_nonce"], vector["daemon_nonce"], vector["origin"]
    )
    assert made.hex() == vector["secret"]


@pytest.mark.parametrize("vector", VECTORS["proofs_equal"])
def test_only_identical_proofs_are_equal(vector: dict[str, Any]) -> None:
    assert handshake.proofs_equal(vector["expected"], vector["given"]) is vector["equal"]


def test_every_proof_in_the_vectors_is_different() -> None:
    proofs = [vector["proof"] for vector in VECTORS["proof"]]
    assert len(set(proofs)) == len(proofs)


@given(st.integers(0, 3))
def test_a_fresh_code_survives_normalising(_: int) -> None:
    code = handshake.new_code()
    letters = handshake.normalise_code(code)
    assert code == f"{letters[:5]}-{letters[5:]}"
    assert len(letters) == handshake.CODE_LENGTH


@given(st.text())
def test_normalising_twice_changes_nothing(code: str) -> None:
    once = handshake.normalise_code(code)
    assert handshake.normalise_code(once) == once
