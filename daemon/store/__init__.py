"""The encrypted store: everything that PLM remembers about its user."""

from __future__ import annotations

from pathlib import Path

from daemon.store.database import EncryptedDatabase
from daemon.store.deletions import Deletions
from daemon.store.documents import Documents
from daemon.store.errors import DamagedStore, DiskFull, StoreBusy, StoreError, WrongKey
from daemon.store.events import Events
from daemon.store.federation import Federation
from daemon.store.key import StoreKey, load_key
from daemon.store.pairings import PairedClient, Pairings
from daemon.store.personas import Personas
from daemon.store.settings import Settings
from daemon.store.sites import Sites
from daemon.store.versions import Versions

STORE_FILE = "store.db"


class Store:
    """One open store. Thread-safe; every call blocks until it is done."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database
        self.documents = Documents(database)
        self.deletions = Deletions(database)
        self.sites = Sites(database)
        self.settings = Settings(database)
        self.pairings = Pairings(database)
        self.events = Events(database)
        self.versions = Versions(database)
        self.personas = Personas(database)
        self.federation = Federation(database)

    @classmethod
    def open(cls, path: Path, key: StoreKey) -> Store:
        """Open or create the store. Raises `StoreError` with a line for the user."""
        return cls(EncryptedDatabase(path, key))

    def close(self) -> None:
        """Finish what was asked for and let go of the file."""
        self._database.close()


__all__ = [
    "STORE_FILE",
    "DamagedStore",
    "DiskFull",
    "PairedClient",
    "Store",
    "StoreBusy",
    "StoreError",
    "StoreKey",
    "WrongKey",
    "load_key",
]
