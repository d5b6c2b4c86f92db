"""SQLCipher in the place where sqlite-utils looks for a better SQLite.

sqlite-utils prefers a module named ``pysqlite3`` over the standard library's ``sqlite3``, so ours
must be there before sqlite-utils is imported for the first time. Everybody imports both from here.
"""

from __future__ import annotations

import sys

import sqlcipher3
import sqlcipher3.dbapi2

sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher3.dbapi2)

from sqlite_utils import Database  # noqa: E402
from sqlite_utils.migrations import Migrations  # noqa: E402
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined] # noqa: E402

if sqlite3 is not sqlcipher3:
    raise ImportError("sqlite-utils was imported before SQLCipher was put in its place")

__all__ = ["Database", "Migrations", "sqlite3"]
