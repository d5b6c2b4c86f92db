"""The community that this machine belongs to, what waits to go there, and what went.

The keys that make this machine a member, the release and the update lie in the store like the texts
that the update was made of, and change in one transaction with them.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from daemon.store.database import EncryptedDatabase
from daemon.store.errors import StoreError
from daemon.store.sqlcipher import Database

MOST_SEEN = 4_096
"""Rounds whose names are remembered, the newest: an update is sent once, whatever is replayed."""
_MOST_VERDICTS = 32
_AT_ONCE = 500
_TOLD = "federation_told"
_HELD = (
    "community, url, invitation, device, joined_at, paused, put_out, version, taken_back, tried, "
    "refused, in_use, waiting IS NOT NULL AS update_waits"
)
_FIELDS = [name.split()[-1] for name in _HELD.split(", ")]
_FLAGS = ("paused", "taken_back", "tried", "refused", "update_waits")
_VERDICT = ("at", "version", "kept", "reason", "gain", "tensors")
_ROUND = ("community", "at", "version", "noise_multiplier", "threshold", "bytes")


def now() -> str:
    """To the second, UTC."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


class NoUpdateError(StoreError):
    """What would be sent was thrown away meanwhile: a text that it was made of was deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMembership:
    """What joining ended with."""

    community: str
    url: str
    invitation: str
    keys: bytes = field(repr=False)
    device: str
    release: bytes = field(repr=False)
    version: int
    joined_at: str = field(default_factory=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Of one community."""

    community: str
    url: str
    invitation: str = field(repr=False)
    device: str | None
    """The number by which the coordinator knows this machine; None where nobody wrote it down."""
    joined_at: str
    paused: bool
    put_out: str | None
    """Why the coordinator will not have this machine any more; None as long as it does."""
    version: int
    """Of the newest release, whether it is used or not."""
    taken_back: bool
    """It is an older one again, since many devices did worse with the one before."""
    tried: bool
    """On the user's own texts, or taken without."""
    refused: bool
    """The user's own texts were harder to predict with it."""
    in_use: int | None
    """The version that suggestions are made with."""
    update_waits: bool
    """To be asked for."""


@dataclass(frozen=True, slots=True)
class Belongings:
    """What a member takes along to its community."""

    keys: bytes = field(repr=False)
    release: bytes = field(repr=False)
    """The newest."""
    update: bytes = field(repr=False)
    """Empty if none waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One in which an update was sent."""

    community: str
    at: str
    version: int
    noise_multiplier: float
    threshold: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """On a release."""

    at: str
    version: int
    kept: bool
    reason: str
    gain: float | None = None
    """How much better it predicts the user's newest texts, relative; None: it was not measured."""
    tensors: str = ""
    """Their digest; empty where it is not known."""

    @property
    def has_passed(self) -> bool:
        """It was tried on this user's own texts, and used."""
        return self.kept and self.gain is not None


class Federation:
    """The ``membership`` table, of one row at most, and those around it."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def membership(self) -> Membership | None:
        """None where this machine belongs to no community."""
        return self._database.read(_membership)

    def belongings(self) -> Belongings | None:
        """Of a member."""
        row = self._database.read(
            lambda db: db.execute("SELECT keys, release, waiting FROM membership").fetchone()
        )
        return Belongings(*(bytes(one or b"") for one in row)) if row else None

    def join(self, new: NewMembership) -> None:
        """From now on this machine belongs to that community, and no other."""
        self._database.write(lambda db: _join(db, new))

    def leave(self) -> None:
        """Keys, release and update are gone for good. What was sent stays listed."""
        self._database.erase(_leave)

    def set_paused(self, paused: bool) -> None:
        """Take no part, or do so again."""
        self._database.write(lambda db: db.execute("UPDATE membership SET paused = ?", [paused]))

    def renew(self, keys: bytes, device: str) -> None:
        """This machine has a new certificate."""
        self._database.write(
            lambda db: db.execute("UPDATE membership SET keys = ?, device = ?", [keys, device])
        )

    def put_out(self, reason: str) -> None:
        """The coordinator will not have this machine any more."""
        self._database.write(lambda db: _put_out(db, reason))

    def begin_update(self, documents: Collection[int]) -> None:
        """One is being made of these texts, as they read from now on."""
        self._database.write(lambda db: _begin_update(db, documents))

    def keep_update(self, update: bytes, documents: Collection[int]) -> bool:
        """It waits to be asked for; False, and it does not, if one of its texts is gone or is
        another since `begin_update`."""
        return self._database.write(lambda db: _keep_update(db, update, documents))

    def enter(self, round_id: bytes) -> None:
        """This machine is in this round, once."""
        self._database.write(lambda db: _enter(db, round_id))

    def seen(self) -> list[bytes]:
        """The rounds that it was in."""
        rows = self._database.read(
            lambda db: db.execute("SELECT round FROM federation_seen").fetchall()
        )
        return [bytes(one) for (one,) in rows]

    def send(self, sent: Round) -> int:
        """The update is about to leave and is used up. Returns the number of the round.

        Raises `NoUpdateError`, and then nothing may be sent.
        """
        return self._database.erase(lambda db: _send(db, sent))

    def add_bytes(self, number: int, count: int) -> None:
        """So many more left in a round."""
        self._database.write(
            lambda db: db.execute(
                "UPDATE federation_rounds SET bytes = bytes + ? WHERE id = ?", [count, number]
            )
        )

    def offer(self, release: bytes, version: int, *, taken_back: bool) -> None:
        """A release came, and has yet to be tried. An update for the one before is of no use."""
        self._database.write(lambda db: _offer(db, release, version, taken_back))

    def judge(self, verdict: Verdict, *, refused: bool = False) -> None:
        """The newest release was tried: it is used from now on, or what was used before still."""
        self._database.write(lambda db: _judge(db, verdict, refused))

    def rounds(self) -> list[Round]:
        """What was sent, to whichever community, the newest first."""
        rows = self._database.read(
            lambda db: db.execute(
                f"SELECT {', '.join(_ROUND)} FROM federation_rounds "  # noqa: S608 - our own names
                "ORDER BY id DESC"
            ).fetchall()
        )
        return [Round(**dict(zip(_ROUND, row, strict=True))) for row in rows]

    def verdicts(self) -> list[Verdict]:
        """On the community's releases, the newest first."""
        rows = self._database.read(
            lambda db: db.execute(
                f"SELECT {', '.join(_VERDICT)} FROM release_verdicts "  # noqa: S608 - our own
                "ORDER BY id DESC"
            ).fetchall()
        )
        found = (dict(zip(_VERDICT, row, strict=True)) for row in rows)
        return [Verdict(**(one | {"kept": bool(one["kept"])})) for one in found]

    def forgotten(self) -> float | None:
        """One round with this noise multiplier would tell as much as all that are not listed any
        more; None where there are none."""
        row = self._database.read(
            lambda db: db.execute("SELECT value FROM settings WHERE name = ?", [_TOLD]).fetchone()
        )
        return float(row[0]) if row else None

    def forget_rounds(self) -> None:
        """The list only: what was sent cannot be called back, and goes on being counted.

        Raises `StoreError` for a member, whose limits are counted by it.
        """
        self._database.erase(_forget_rounds)


def throw_away_update_with(db: Database, documents: Sequence[int]) -> None:
    """Within the transaction that deletes documents: what was made of them must not leave."""
    for start in range(0, len(documents), _AT_ONCE):
        some = documents[start : start + _AT_ONCE]
        found = db.execute(
            "SELECT 1 FROM update_documents "  # noqa: S608 - our own names
            f"WHERE document IN ({', '.join('?' * len(some))})",
            some,
        ).fetchone()
        if found:
            _throw_away_update(db)
            return


def throw_away_update_of(db: Database, site: str) -> None:
    """Within the transaction that takes back a site's leave."""
    rows = db.execute("SELECT id FROM documents WHERE site = ?", [site]).fetchall()
    throw_away_update_with(db, [int(number) for (number,) in rows])


def _membership(db: Database) -> Membership | None:
    row = db.execute(f"SELECT {_HELD} FROM membership").fetchone()  # noqa: S608 - our own names
    if row is None:
        return None
    held = dict(zip(_FIELDS, row, strict=True))
    return Membership(**(held | {name: bool(held[name]) for name in _FLAGS}))


def _join(db: Database, new: NewMembership) -> None:
    if db.execute("SELECT 1 FROM membership").fetchone():
        raise StoreError("This machine belongs to a community already.")
    row = {
        "id": 1,
        "community": new.community,
        "url": new.url,
        "invitation": new.invitation,
        "keys": new.keys,
        "device": new.device,
        "joined_at": new.joined_at,
        "release": new.release,
        "version": new.version,
    }
    db.table("membership").insert(row)


def _leave(db: Database) -> None:
    for table in ("membership", "update_documents", "federation_seen", "release_verdicts"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names


def _begin_update(db: Database, documents: Collection[int]) -> None:
    _throw_away_update(db)
    db.table("update_documents").insert_all({"document": number} for number in documents)


def _keep_update(db: Database, update: bytes, documents: Collection[int]) -> bool:
    made_of = {int(one) for (one,) in db.execute("SELECT document FROM update_documents")}
    rows = db.execute(
        "SELECT d.id FROM documents d JOIN sites s ON s.site = d.site WHERE s.may_federate"
    ).fetchall()
    allowed = {int(number) for (number,) in rows}
    if made_of != set(documents) or not allowed.issuperset(documents):
        return False
    db.execute("UPDATE membership SET waiting = ?", [update])
    return True


def _throw_away_update(db: Database) -> None:
    db.execute("UPDATE membership SET waiting = NULL")
    db.execute("DELETE FROM update_documents")


def _put_out(db: Database, reason: str) -> None:
    _throw_away_update(db)
    db.execute("UPDATE membership SET put_out = ?", [reason])


def _enter(db: Database, round_id: bytes) -> None:
    db.execute("INSERT OR IGNORE INTO federation_seen (round) VALUES (?)", [round_id])
    db.execute(
        "DELETE FROM federation_seen WHERE id <= (SELECT max(id) FROM federation_seen) - ?",
        [MOST_SEEN],
    )


def _send(db: Database, sent: Round) -> int:
    row = db.execute("SELECT 1 FROM membership WHERE waiting IS NOT NULL").fetchone()
    if row is None:
        raise NoUpdateError("What would have been sent was thrown away.")
    _throw_away_update(db)
    values = {name: getattr(sent, name) for name in _ROUND}
    inserted = db.execute(
        f"INSERT INTO federation_rounds ({', '.join(_ROUND)}) "  # noqa: S608 - our own names
        f"VALUES ({', '.join(f':{name}' for name in values)}) RETURNING id",
        values,
    )
    return int(inserted.fetchone()[0])


def _offer(db: Database, release: bytes, version: int, taken_back: bool) -> None:
    _throw_away_update(db)
    db.execute(
        "UPDATE membership SET release = ?, version = ?, taken_back = ?, tried = 0, refused = 0",
        [release, version, taken_back],
    )


def _judge(db: Database, verdict: Verdict, refused: bool) -> None:
    db.execute(
        "UPDATE membership SET tried = 1, refused = ?, in_use = CASE WHEN ? THEN ? ELSE in_use END "
        "WHERE version = ?",
        [refused, verdict.kept, verdict.version, verdict.version],
    )
    row = {name: getattr(verdict, name) for name in _VERDICT}
    db.table("release_verdicts").insert(row)
    db.execute(
        "DELETE FROM release_verdicts WHERE id <= (SELECT max(id) FROM release_verdicts) - ?",
        [_MOST_VERDICTS],
    )


def _forget_rounds(db: Database) -> None:
    if db.execute("SELECT 1 FROM membership").fetchone():
        raise StoreError("What a member sent is counted. Leave the community first.")
    told = db.execute(
        "SELECT noise_multiplier FROM federation_rounds "
        "UNION ALL SELECT CAST(value AS REAL) FROM settings WHERE name = ?",
        [_TOLD],
    ).fetchall()
    if told:
        noises = [float(noise) for (noise,) in told]
        # As Gaussian mechanisms compose: see `federation.privacy.accounting`.
        whole = sum(1 / noise**2 for noise in noises) ** -0.5 if all(noises) else 0.0
        db.execute(
            "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", [_TOLD, repr(whole)]
        )
    db.execute("DELETE FROM federation_rounds")
