"""What became of which file, so that a restart neither forgets nor repeats it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagbridge.ledger.assets import PICTURE, digest
from tagbridge.ledger.packing import packed_list, unpacked_list
from tagbridge.ledger.proposals import propose
from tagbridge.ledger.sidecars import note_sidecars
from tagbridge.ledger.statement import Statement, one_of
from tagbridge.ledger.throughput import count
from tagbridge.ledger.written import write_entries
from tagbridge.printable import plain

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.database import Database
    from tagbridge.ledger.paths import Paths
    from tagbridge.ledger.written import Entry

_STAMP = Statement("SELECT inode, size, mtime_ns FROM file WHERE path = :path")
_STAMP_OF_JOB = Statement("""
    SELECT inode, size, mtime_ns FROM job WHERE path = :path AND state <> 'missing'
""")
_AT_ONCE = 250  # keys in one question, which costs as much as looking up ten of them alone
_FEW = 10
_KEYS: dict[str, object] = {}
_IS_ONE = one_of("path", range(_AT_ONCE), _KEYS)
_STAMPS = Statement(
    "SELECT path, inode, size, mtime_ns FROM file WHERE :is_one".replace(":is_one", _IS_ONE)
)
_STAMPS_OF_JOBS = Statement(
    """
    SELECT path, inode, size, mtime_ns FROM job WHERE :is_one AND state <> 'missing'
    """.replace(":is_one", _IS_ONE)
)
_FIND = Statement("""
    SELECT asset.identity, asset.media_type, outcome, reason, target, keywords, original, trace,
        inode, size, mtime_ns, at
    FROM file LEFT JOIN asset ON asset.id = file.asset_id WHERE path = :path
""")
# What we wrote into one picture says nothing about another one that takes its name.
_RECORD = Statement("""
    INSERT INTO file (path, asset_id, inode, size, mtime_ns, outcome, reason, target, keywords,
        original, trace, at)
    VALUES (:path, :asset_id, :inode, :size, :mtime_ns, :outcome, :reason, :target, :keywords,
        :original, :trace, :now)
    ON CONFLICT (path) DO UPDATE SET
        asset_id = excluded.asset_id,
        inode = excluded.inode,
        size = excluded.size,
        mtime_ns = excluded.mtime_ns,
        outcome = excluded.outcome,
        reason = excluded.reason,
        target = CASE WHEN file.asset_id <> excluded.asset_id THEN excluded.target
            ELSE COALESCE(excluded.target, file.target) END,
        keywords = CASE WHEN file.asset_id <> excluded.asset_id THEN excluded.keywords
            ELSE COALESCE(excluded.keywords, file.keywords) END,
        original = CASE WHEN file.asset_id <> excluded.asset_id THEN excluded.original
            ELSE COALESCE(file.original, excluded.original) END,
        trace = CASE WHEN excluded.outcome = 'writing' OR file.asset_id <> excluded.asset_id
            THEN excluded.trace ELSE COALESCE(excluded.trace, file.trace) END,
        at = excluded.at
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """What is known of one file.

    Attributes:
        identity: Of its picture; empty if it was unreadable.
        media_type: Of its picture; empty if that is not known.
        outcome: `writing`, `review` while it awaits its review, or the outcome of the receipt.
        reason: Why, if it did not go well.
        target: What was written last: the file itself or a sidecar; None if nothing was.
        keywords: Those that we have written; None if that is not known.
        original: Hash of its metadata before we first wrote into it, 16 bytes; None if we did not.
        trace: Hash of the metadata in the target as we left it, 16 bytes; None if unknown.
        stamp: Inode, size and time of the last change.
        at: When this was recorded.
    """

    identity: str
    media_type: str
    outcome: str
    reason: str
    target: Path | None
    keywords: tuple[str, ...] | None
    original: bytes | None
    trace: bytes | None
    stamp: tuple[int, int, int]
    at: float


class Files:
    """The table of files."""

    def __init__(self, database: Database, paths: Paths) -> None:
        self._database = database
        self._paths = paths

    def is_known(self, path: Path, status: os.stat_result) -> bool:
        """Return whether exactly this file was dealt with, is our own write, or is queued."""
        key = self._paths.key(path)
        stamp, values = self._paths.stamp(key, status), {"path": key}
        if self._database.look_up(_STAMP, values) == stamp:
            return True
        return self._database.look_up(_STAMP_OF_JOB, values) == stamp

    def are_known(self, files: Sequence[tuple[Path, os.stat_result]]) -> list[bool]:
        """Return the same of many files, in their order."""
        if len(files) <= _FEW:
            return [self.is_known(path, status) for path, status in files]
        keys = [self._paths.key(path) for path, _ in files]
        stamps = [self._paths.stamp(k, s) for k, (_, s) in zip(keys, files, strict=True)]
        done = self._stamps_of(_STAMPS, keys)
        others = [k for k, stamp in zip(keys, stamps, strict=True) if done.get(k) != stamp]
        queued = self._stamps_of(_STAMPS_OF_JOBS, others)
        return [s in (done.get(k), queued.get(k)) for k, s in zip(keys, stamps, strict=True)]

    def _stamps_of(
        self, question: Statement, keys: Sequence[bytes]
    ) -> dict[bytes, tuple[int, int, int]]:
        def work(connection: Connection) -> dict[bytes, tuple[int, int, int]]:
            rows = (row for values in _batches(keys) for row in question(connection, **values))
            return {key: (inode, size, mtime_ns) for key, inode, size, mtime_ns in rows}

        return self._database.read(work) if keys else {}

    def stamp(self, path: Path, status: os.stat_result) -> tuple[int, int, int]:
        """Return what tells a file from another one of the same name, as `FileRecord` has it."""
        return self._paths.stamp(self._paths.key(path), status)

    def find(self, path: Path) -> FileRecord | None:
        """Return what is known of the file of this name."""
        row = self._database.look_up(_FIND, {"path": self._paths.key(path)})
        return None if row is None else _record_of(row, self._paths)

    def record(
        self,
        path: Path,
        status: os.stat_result,
        identity: str,
        outcome: str,
        reason: str = "",
        *,
        media_type: str = "",
        target: Path | None = None,
        keywords: Sequence[str] | None = None,
        original: bytes | None = None,
        trace: bytes | None = None,
        written: Sequence[Entry] = (),
        proposed: Sequence[Entry] = (),
        sidecars: Sequence[tuple[Path, os.stat_result]] = (),
    ) -> None:
        """Remember what became of a file, or, as `writing`, what it is about to become.

        Args:
            path: The file.
            status: How it is, or will be.
            identity: Of its picture; empty if it is unreadable.
            outcome: `writing`, or the outcome of the receipt.
            reason: Why, if it did not go well.
            media_type: Of the picture.
            target: What was written; None keeps what is known of the same picture.
            keywords: Those that we have written; None keeps what is known of the same picture.
            original: Hash of its metadata before this write, 16 bytes; the first one is kept.
            trace: Hash of the metadata in the target as we left it, 16 bytes; None keeps what is
                known of the same picture, but for `writing`.
            written: What is new about the picture in what we wrote, and what became of it.
            proposed: What would be written; it awaits its review.
            sidecars: Its sidecars that were looked at, as they were then.

        Raises:
            WriteError: It cannot be remembered, for example because the disk is full.
        """
        key = self._paths.key(path)
        inode, size, mtime_ns = self._paths.stamp(key, status)
        values = {
            "path": key,
            "inode": inode,
            "size": size,
            "mtime_ns": mtime_ns,
            "outcome": outcome,
            "reason": plain(reason),
            "target": None if target is None else self._paths.key(target),
            "keywords": None if keywords is None else packed_list(keywords),
            "original": original,
            "trace": trace,
        }
        picture = {"identity": digest(identity), "media_type": media_type} if identity else None

        def work(connection: Connection) -> None:
            asset_id = None if picture is None else PICTURE(connection, **picture).scalar_one()
            _RECORD(connection, asset_id=asset_id, **values)
            propose(connection, key, proposed)
            if asset_id is not None and written:
                write_entries(connection, asset_id, written)
            note_sidecars(connection, self._paths, sidecars)
            if outcome != "writing":  # not yet
                count(connection, outcome)

        self._database.transaction(work)


def _batches(keys: Sequence[bytes]) -> Iterator[dict[str, bytes]]:
    """Yield keys by the names of their parameters; the last one stands for those that lack."""
    for start in range(0, len(keys), _AT_ONCE):
        batch = keys[start : start + _AT_ONCE]
        yield {name: batch[min(number, len(batch) - 1)] for number, name in enumerate(_KEYS)}


def file_of(connection: Connection, paths: Paths, path: Path) -> FileRecord | None:
    """Return what is known of the file of this name."""
    row = _FIND(connection, path=paths.key(path)).first()
    return None if row is None else _record_of(row, paths)


def _record_of(row: Sequence[Any], paths: Paths) -> FileRecord:
    identity, media_type, outcome, reason, target, keywords, original, trace, *stamp, at = row
    inode, size, mtime_ns = stamp
    return FileRecord(
        identity="" if identity is None else identity.hex(),
        media_type=media_type or "",
        outcome=outcome,
        reason=reason,
        target=None if target is None else paths.shown(target),
        keywords=None if keywords is None else tuple(unpacked_list(keywords)),
        original=original,
        trace=trace,
        stamp=(inode, size, mtime_ns),
        at=at,
    )
