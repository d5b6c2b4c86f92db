"""What is allowed on each exact host."""

from __future__ import annotations

from daemon.protocol.messages import SiteRule
from daemon.store.database import EncryptedDatabase


class Sites:
    """The ``sites`` table."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def rules(self) -> list[SiteRule]:
        """Every host with a rule or a document, by name."""
        rows = self._database.read(
            lambda db: db.execute(
                """
                SELECT site, max(capture), sum(documents), max(persona) FROM (
                    SELECT site, capture, 0 AS documents, persona FROM sites
                    UNION ALL
                    SELECT site, 0, count(*), NULL FROM documents GROUP BY site
                ) GROUP BY site ORDER BY site
                """
            ).fetchall()
        )
        return [
            SiteRule(site=site, capture=bool(capture), documents=documents, persona=persona)
            for site, capture, documents, persona in rows
        ]

    def set(self, site: str, capture: bool) -> None:
        """Switch capture on or off for one host."""
        row = {"site": site, "capture": int(capture)}
        self._database.write(lambda db: db.table("sites").upsert(row, pk="site"))

    def allows(self, site: str) -> bool:
        """Whether text from exactly this host may be kept. Off unless switched on."""
        return self._database.read(
            lambda db: bool(
                db.execute("SELECT 1 FROM sites WHERE site = ? AND capture", [site]).fetchone()
            )
        )
