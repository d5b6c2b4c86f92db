"""What is allowed on each exact host."""

from __future__ import annotations

from daemon.protocol.messages import SiteRule
from daemon.store.database import EncryptedDatabase
from daemon.store.federation import throw_away_update_of
from daemon.store.sqlcipher import Database


class Sites:
    """The ``sites`` table."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def rules(self) -> list[SiteRule]:
        """Every host with a rule or a document, by name."""
        rows = self._database.read(
            lambda db: db.execute(
                """
                SELECT site, max(capture), max(completions), sum(documents), max(persona),
                max(may_federate) FROM (
                    SELECT site, capture, completions, 0 AS documents, persona, may_federate
                    FROM sites
                    UNION ALL
                    SELECT site, 0, NULL, count(*), NULL, 0 FROM documents GROUP BY site
                ) GROUP BY site ORDER BY site
                """
            ).fetchall()
        )
        return [
            SiteRule(
                site=site,
                capture=bool(capture),
                completions=None if completions is None else bool(completions),
                documents=documents,
                persona=persona,
                may_federate=bool(may_federate),
            )
            for site, capture, completions, documents, persona, may_federate in rows
        ]

    def set(
        self,
        site: str,
        *,
        capture: bool | None = None,
        completions: bool | None = None,
        may_federate: bool | None = None,
    ) -> None:
        """Switch something on or off for one host; None leaves it as it is."""
        row = {
            "site": site,
            "capture": capture,
            "completions": completions,
            "may_federate": may_federate,
        }
        self._database.write(lambda db: _set(db, row))

    def allows(self, site: str) -> bool:
        """Whether text from exactly this host may be kept. Off unless switched on."""
        return self._database.read(
            lambda db: bool(
                db.execute("SELECT 1 FROM sites WHERE site = ? AND capture", [site]).fetchone()
            )
        )


def _set(db: Database, row: dict[str, str | bool | None]) -> None:
    db.execute(
        "INSERT INTO sites (site, capture, completions, may_federate) "
        "VALUES (:site, coalesce(:capture, 0), :completions, coalesce(:may_federate, 0)) "
        "ON CONFLICT (site) DO UPDATE SET capture = coalesce(:capture, capture), "
        "completions = coalesce(:completions, completions), "
        "may_federate = coalesce(:may_federate, may_federate)",
        row,
    )
    if row["may_federate"] is False:
        throw_away_update_of(db, str(row["site"]))
