"""How the sidecars of tagged files were when they were last looked at, so that an edit shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.ledger.statement import Statement

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.database import Database
    from tagbridge.ledger.paths import Paths

_STAMP = Statement("SELECT inode, size, mtime_ns FROM sidecar WHERE path = :path")
_NOTE = Statement("""
    INSERT INTO sidecar (path, inode, size, mtime_ns) VALUES (:path, :inode, :size, :mtime_ns)
    ON CONFLICT (path) DO UPDATE SET
        inode = excluded.inode, size = excluded.size, mtime_ns = excluded.mtime_ns
""")
_FILE = Statement("SELECT path, outcome, target FROM file WHERE path = :path")
_NEXT_FILE = Statement("""
    SELECT path, outcome, target FROM file WHERE path >= :first AND path < :end
    ORDER BY path LIMIT 1
""")


class Sidecars:
    """The table of sidecars; only those of files that we have written to are in it."""

    def __init__(self, database: Database, paths: Paths) -> None:
        self._database = database
        self._paths = paths

    def is_known(self, path: Path, status: os.stat_result) -> bool:
        """Return whether there is nothing to do for exactly this sidecar.

        It was looked at, is our own write, or belongs to nothing that we have written to.
        """
        key = self._paths.key(path)
        stamp = self._paths.stamp(key, status)
        if self._database.look_up(_STAMP, {"path": key}) == stamp:
            return True
        return next(self._keys_of_assets(key), None) is None

    def assets_of(self, path: Path) -> list[Path]:
        """Return the files that we have written to and that a sidecar may belong to, by its name.

        Args:
            path: `IMG.CR2.xmp`, which is for `IMG.CR2`, or `IMG.xmp`, for any `IMG.*`.
        """
        found = map(self._paths.path, self._keys_of_assets(self._paths.key(path)))
        return [asset for asset in found if asset is not None]

    def note(self, path: Path, status: os.stat_result) -> None:
        """Remember how a sidecar is, or, before a write, how it will be.

        Raises:
            WriteError: It cannot be remembered, for example because the disk is full.
        """
        self._database.transaction(
            lambda connection: note_sidecars(connection, self._paths, [(path, status)])
        )

    def _keys_of_assets(self, sidecar: bytes) -> Iterator[bytes]:
        stem = sidecar.rpartition(b".")[0]
        exact = self._database.look_up(_FILE, {"path": stem})
        if exact is not None and _is_written(exact[1], exact[2], sidecar):
            yield stem
        first, end = stem + b".", stem + b"/"
        while row := self._database.look_up(_NEXT_FILE, {"first": first, "end": end}):
            name, slash, _ = row[0].removeprefix(stem + b".").partition(b"/")
            if slash:  # `IMG.old/` is a folder, and all that is in it comes here as well
                first = stem + b"." + name + b"0"  # the character after `/`
                continue
            first = row[0] + b"\0"
            if b"." not in name and _is_written(row[1], row[2], sidecar):
                yield row[0]


def note_sidecars(
    connection: Connection, paths: Paths, seen: Iterable[tuple[Path, os.stat_result]]
) -> None:
    """Remember how sidecars are."""
    rows = []
    for path, status in seen:
        key = paths.key(path)
        inode, size, mtime_ns = paths.stamp(key, status)
        rows.append({"path": key, "inode": inode, "size": size, "mtime_ns": mtime_ns})
    _NOTE.many(connection, rows)


def _is_written(outcome: str, target: bytes | None, sidecar: bytes) -> bool:
    """Return whether a file was tagged, or could not be because of this sidecar."""
    return outcome in ("written", "unchanged", "undone") or target == sidecar
