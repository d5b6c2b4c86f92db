"""The schema, grown step by step. A step that has been released is never changed."""

from __future__ import annotations

from daemon.store.sqlcipher import Database, Migrations

migrations = Migrations("plm")


@migrations()
def create_documents(db: Database) -> None:
    """Texts, and the index to search them; deleted text is overwritten in both."""
    db.conn.execute(
        """
        CREATE TABLE documents (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            persona TEXT NOT NULL DEFAULT 'default',
            site TEXT NOT NULL,
            kind TEXT NOT NULL,
            text TEXT NOT NULL,
            typed_chars INTEGER NOT NULL,
            pasted_chars INTEGER NOT NULL,
            created_at TEXT NOT NULL,
            draft TEXT NOT NULL,
            UNIQUE (draft, site)
        )
        """
    )
    db.table("documents").create_index(["site"])
    db.table("documents").enable_fts(
        ["text"], create_triggers=True, tokenize="unicode61 remove_diacritics 2"
    )
    db.conn.execute("INSERT INTO documents_fts (documents_fts, rank) VALUES ('secure-delete', 1)")


@migrations()
def create_sites(db: Database) -> None:
    """What is allowed on each exact host."""
    db.table("sites").create({"site": str, "capture": int}, pk="site", not_null={"capture"})


@migrations()
def create_settings(db: Database) -> None:
    """Named values."""
    db.table("settings").create({"name": str, "value": str}, pk="name", not_null={"value"})


@migrations()
def create_pairings(db: Database) -> None:
    """Clients that may connect, with the secret that each shares with us."""
    db.table("pairings").create(
        {"id": str, "client": str, "origin": str, "secret": bytes, "created_at": str},
        pk="id",
        not_null={"client", "origin", "secret", "created_at"},
    )


@migrations()
def create_events(db: Database) -> None:
    """Counts per day. Never text."""
    db.table("events").create(
        {"day": str, "kind": str, "amount": int}, pk=("day", "kind"), not_null={"amount"}
    )


@migrations()
def create_versions(db: Database) -> None:
    """What was learned, version by version, and from which documents."""
    db.conn.execute(
        """
        CREATE TABLE versions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            persona TEXT NOT NULL,
            part TEXT NOT NULL,
            state TEXT NOT NULL,
            reason TEXT NOT NULL,
            parent INTEGER REFERENCES versions (id),
            base TEXT NOT NULL,
            created_at TEXT NOT NULL,
            tokens INTEGER NOT NULL,
            cpu_seconds REAL NOT NULL,
            figures TEXT NOT NULL,
            learned BLOB
        )
        """
    )
    db.conn.execute(
        "CREATE UNIQUE INDEX one_version_in_use ON versions (persona) WHERE state = 'in_use'"
    )
    db.conn.execute(
        """
        CREATE TABLE version_documents (
            version INTEGER NOT NULL REFERENCES versions (id),
            document INTEGER NOT NULL,
            PRIMARY KEY (version, document)
        ) WITHOUT ROWID
        """
    )
    db.table("version_documents").create_index(["document"])


@migrations()
def create_checkpoints(db: Database) -> None:
    """Where learning that was interrupted goes on."""
    db.table("checkpoints").create(
        {"persona": str, "course": str, "state": bytes},
        pk="persona",
        not_null={"course", "state"},
    )


@migrations()
def create_personas(db: Database) -> None:
    """Several of them, one of which is there from the start; sites may choose one."""
    db.table("personas").create(
        {"name": str, "learned_up_to": int}, pk="name", not_null={"learned_up_to"}
    )
    db.conn.execute(
        "INSERT INTO personas (name, learned_up_to) SELECT 'default', "
        "coalesce((SELECT value FROM settings WHERE name = 'learned_up_to'), 0)"
    )
    db.conn.execute("DELETE FROM settings WHERE name = 'learned_up_to'")
    db.conn.execute("ALTER TABLE sites ADD COLUMN persona TEXT REFERENCES personas (name)")
    db.table("documents").create_index(["persona", "id"])


@migrations()
def add_pasted_spans(db: Database) -> None:
    """Where a text was pasted rather than typed."""
    db.conn.execute("ALTER TABLE documents ADD COLUMN pasted_spans TEXT NOT NULL DEFAULT '[]'")


@migrations()
def add_completions_of_sites(db: Database) -> None:
    """Whether suggestions are made on a host; null where nobody has said."""
    db.conn.execute("ALTER TABLE sites ADD COLUMN completions INTEGER")


@migrations()
def index_by_time(db: Database) -> None:
    """Whatever is asked for, the page is found without a look at the texts."""
    db.conn.execute("DROP INDEX idx_documents_site")
    db.conn.execute("CREATE INDEX documents_by_time ON documents (created_at, site, persona)")
    db.conn.execute("CREATE INDEX documents_by_site ON documents (site, created_at, persona)")
    db.conn.execute("CREATE INDEX documents_by_persona ON documents (persona, created_at, site)")


@migrations()
def create_deletions(db: Database) -> None:
    """What was deleted lately; what is null says nothing about what it covers."""
    names = ("deleted_at", "draft", "site", "persona", "since", "before")
    db.table("deletions").create(dict.fromkeys(names, str), not_null={"deleted_at"})


@migrations()
def create_federation(db: Database) -> None:
    """Whether this machine belongs to a community, and what went there. Sites have to be let."""
    db.conn.execute("ALTER TABLE sites ADD COLUMN may_federate INTEGER NOT NULL DEFAULT 0")
    db.conn.execute(
        """
        CREATE TABLE membership (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            community TEXT NOT NULL,
            url TEXT NOT NULL,
            invitation TEXT NOT NULL,
            keys BLOB NOT NULL,
            joined_at TEXT NOT NULL,
            paused INTEGER NOT NULL DEFAULT 0,
            release BLOB NOT NULL,
            version INTEGER NOT NULL,
            taken_back INTEGER NOT NULL DEFAULT 0,
            tried INTEGER NOT NULL DEFAULT 0,
            refused INTEGER NOT NULL DEFAULT 0,
            in_use INTEGER,
            waiting BLOB
        )
        """
    )
    db.conn.execute("CREATE TABLE update_documents (document INTEGER PRIMARY KEY)")
    db.conn.execute(
        """
        CREATE TABLE federation_rounds (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            community TEXT NOT NULL,
            at TEXT NOT NULL,
            version INTEGER NOT NULL,
            noise_multiplier REAL NOT NULL,
            threshold INTEGER NOT NULL,
            bytes INTEGER NOT NULL
        )
        """
    )
    db.conn.execute(
        "CREATE TABLE federation_seen (id INTEGER PRIMARY KEY AUTOINCREMENT, round BLOB UNIQUE)"
    )
    db.conn.execute(
        """
        CREATE TABLE release_verdicts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            version INTEGER NOT NULL,
            kept INTEGER NOT NULL,
            reason TEXT NOT NULL
        )
        """
    )


@migrations()
def add_standing_in_the_community(db: Database) -> None:
    """By which number the coordinator knows this machine, and why it will not have it any more."""
    db.conn.execute("ALTER TABLE membership ADD COLUMN device TEXT")
    db.conn.execute("ALTER TABLE membership ADD COLUMN put_out TEXT")


@migrations()
def add_gain_of_releases(db: Database) -> None:
    """By how much a release was better on the user's own texts; null where it was not tried."""
    db.conn.execute("ALTER TABLE release_verdicts ADD COLUMN gain REAL")


@migrations()
def add_tensors_of_releases(db: Database) -> None:
    """Which adapter a release was, to know it again."""
    db.conn.execute("ALTER TABLE release_verdicts ADD COLUMN tensors TEXT NOT NULL DEFAULT ''")
