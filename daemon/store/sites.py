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
                SELECT site, max(capture), max(completions), sum(documents), max(persona) FROM (
                    SELECT site, capture, completions, 0 AS documents, persona FROM sites
                    UNION ALL
                    SELECT site, 0, NULL, count(*), NULL FROM documents GROUP BY site
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
            )
            for site, capture, completions, documents, persona in rows
        ]

    def set(
        self, site: str, *, capture: bool | None = None, completions: bool | None = None
    ) -> None:
        """Switch capture or suggestions on or off for one host; None leaves one as it is."""
        row = {"site": site, "capture": capture, "completions": completions}
        self._database.write(
            lambda db: db.execute(
                "INSERT INTO sites (site, capture, completions) "
                "VALUES (:site, coalesce(:capture, 0), :completions) "
                "ON CONFLICT (site) DO UPDATE SET capture = coalesce(:capture, capture), "
                "completions = coalesce(:completions, completions)",
                row,
            )
        )

    def allows(self, site: str) -> bool:
        """Whether text from exactly this host may be kept. Off unless switched on."""
        return self._database.read(
            lambda db: bool(
                db.execute("SELECT 1 FROM sites WHERE site = ? AND capture", [site]).fetchone()
            )
        )
