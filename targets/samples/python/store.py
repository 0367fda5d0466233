"""The store of one service: an SQLite file of its own, in the folder that STORE names."""

import os
import sqlite3
from pathlib import Path


def open_store(schema: str) -> sqlite3.Connection:
    """What a statement has written is durable, a SIGKILL included, when `execute` returns."""
    store = sqlite3.connect(Path(os.environ["STORE"]) / "store.db", isolation_level=None)
    store.row_factory = sqlite3.Row
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA synchronous = NORMAL")
    store.executescript(schema)
    return store


def number_of(store: sqlite3.Connection, query: str) -> int:
    """The one number that `query` gives; none counts as 0."""
    return store.execute(query).fetchone()[0] or 0
