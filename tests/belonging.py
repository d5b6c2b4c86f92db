"""A data folder whose owner belongs to a community and has sent something there, long ago."""

from __future__ import annotations

from pathlib import Path

from daemon.store import STORE_FILE, Store, load_key
from daemon.store.federation import NewMembership, Round, Verdict
from tests.letters import letter

COMMUNITY = "Allotment writers"
SITE = "allotment.example"
_TEXTS = 24
_NOISE, _DEVICES = 1.0, 40
_ROUNDS = (
    ("2026-09-04T02:12:00+00:00", 1, 1_214_310),
    ("2026-09-19T03:40:00+00:00", 2, 1_214_422),
    ("2026-10-02T01:05:00+00:00", 3, 1_214_310),
)
_BETTER, _NO_BETTER = (
    "it predicts your newest texts better",
    "it did not predict your newest texts better",
)
_VERDICTS = (
    Verdict(at="2026-09-05T01:10:00+00:00", version=1, kept=True, reason=_BETTER, gain=0.041),
    Verdict(at="2026-09-20T02:31:00+00:00", version=2, kept=False, reason=_NO_BETTER, gain=-0.013),
    Verdict(
        at="2026-09-21T03:02:00+00:00",
        version=3,
        kept=True,
        reason="the community took the version before it back",
    ),
    Verdict(at="2026-10-02T23:48:00+00:00", version=4, kept=True, reason=_BETTER, gain=0.006),
)


def make_member(data_dir: Path) -> None:
    """Before its daemon starts; what it has is no release, so it connects to nobody."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = Store.open(data_dir / STORE_FILE, load_key(data_dir, store_exists=False))
    new = NewMembership(
        community=COMMUNITY,
        url="https://writers.example",
        invitation="plm-join-1.abc",
        keys=b"keys",
        device="7",
        release=b"a release",
        version=4,
        joined_at="2026-08-28T19:30:00+00:00",
    )
    store.federation.join(new)
    store.sites.set(SITE, capture=True, may_federate=True)
    for number in range(_TEXTS):
        store.documents.add(letter(f"Letter {number} about the beds.", f"d{number}", SITE))
    for at, version, count in _ROUNDS:
        store.federation.keep_update(b"an update", [])
        store.federation.send(
            Round(
                community=COMMUNITY,
                at=at,
                version=version,
                noise_multiplier=_NOISE,
                threshold=_DEVICES,
                bytes=count,
            )
        )
    for verdict in _VERDICTS:
        store.federation.judge(verdict)
    store.close()
