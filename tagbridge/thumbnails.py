"""Small pictures of the assets that people look through: kept by identity, the oldest go first.

They are a cache: whatever is wrong with it costs a little time, and never a photo its keywords.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import weakref
from contextlib import asynccontextmanager, closing, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tagbridge.config_web import WebSettings

log = logging.getLogger(__name__)

EDGE = 320
"""Longest edge of a thumbnail in pixels."""
_FILE = "thumbnails.sqlite3"
_BUSY_SECONDS = 0.5
_PAGE_BYTES = 8192
_LOOK_EVERY = 64
_SHARE_THAT_STAYS = 0.9  # of what there is room for, so that it is not done again at once
_TABLE = """
    CREATE TABLE IF NOT EXISTS thumbnail (
        id INTEGER PRIMARY KEY,
        identity BLOB NOT NULL UNIQUE,
        picture BLOB NOT NULL
    ) STRICT
"""


@asynccontextmanager
async def keeping_thumbnails(web: WebSettings, state: Path) -> AsyncIterator[Thumbnails | None]:
    """Yield what keeps a thumbnail of each picture that is decoded anyway; None if nobody does."""
    if not web.makes_thumbnails:
        yield None
        return
    thumbnails = await asyncio.to_thread(Thumbnails, state, most_bytes=web.thumbnails_mb << 20)
    try:
        yield thumbnails
    finally:
        thumbnails.close()


class Thumbnails:
    """The thumbnails in one file of the state folder; for any number of threads and processes."""

    def __init__(self, folder: Path, *, most_bytes: int) -> None:
        """Open the file, which is made anew if it is damaged.

        Args:
            folder: The state folder.
            most_bytes: What they may take on the disk.
        """
        self._file = folder / _FILE
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._puts = 0
        self._connection: sqlite3.Connection | None = None
        try:
            self._connection = self._opened()
        except (sqlite3.Error, OSError):
            self._begin_anew()

    def get(self, identity: str) -> bytes | None:
        """Return a thumbnail as JPEG, or None."""
        with self._lock:
            try:
                row = self._db.execute(
                    "SELECT picture FROM thumbnail WHERE identity = ?", (bytes.fromhex(identity),)
                ).fetchone()
            except (sqlite3.Error, ValueError) as error:
                self._said(error)
                return None
        return None if row is None else bytes(row[0])

    def put(self, identity: str, picture: bytes) -> None:
        """Keep a thumbnail; that it cannot be kept is no failure."""
        with self._lock:
            try:
                with self._db:
                    self._db.execute(
                        "INSERT OR IGNORE INTO thumbnail (identity, picture) VALUES (?, ?)",
                        (bytes.fromhex(identity), picture),
                    )
                self._puts += 1
                if self._puts % _LOOK_EVERY == 1:
                    self._make_room()
            except (sqlite3.Error, ValueError) as error:
                self._said(error)

    def close(self) -> None:
        """Close the file."""
        with self._lock, suppress(sqlite3.Error):
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    @property
    def _db(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.ProgrammingError("it is closed")
        return self._connection

    def _opened(self) -> sqlite3.Connection:
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file.touch(mode=0o600)
        connection = sqlite3.connect(self._file, timeout=_BUSY_SECONDS, check_same_thread=False)
        try:
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(_TABLE)
        except sqlite3.Error:
            connection.close()
            raise
        weakref.finalize(self, connection.close)  # where nobody closes it, as in a page
        return connection

    def _begin_anew(self) -> None:
        try:
            for end in ("", "-wal", "-shm"):
                self._file.with_name(_FILE + end).unlink(missing_ok=True)
            self._connection = self._opened()
        except (sqlite3.Error, OSError) as error:
            self._said(error)

    def _make_room(self) -> None:
        pages, free = (
            self._db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count")
        )
        used = (pages - free) * _PAGE_BYTES
        if used <= self._most_bytes:
            return
        with self._db, closing(self._db.execute("SELECT COUNT(*) FROM thumbnail")) as counted:
            share = 1.0 - _SHARE_THAT_STAYS * self._most_bytes / used
            number = int(counted.fetchone()[0] * share) + 1
            self._db.execute(
                "DELETE FROM thumbnail WHERE id IN (SELECT id FROM thumbnail ORDER BY id LIMIT ?)",
                (number,),
            )

    def _said(self, error: Exception) -> None:
        log.debug("the thumbnails in %s: %s", self._file, error)
