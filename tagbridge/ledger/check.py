"""Look for what cannot be true in a ledger: damage, and rows that contradict each other."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tagbridge.ledger.merging import charges_of, has_keywords, is_readable
from tagbridge.ledger.overview import time_of
from tagbridge.ledger.quotas import DAY_SECONDS
from tagbridge.ledger.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagbridge.ledger.connection import Connection

KEPT_DAYS = 400
"""For so many days the quota of each day is kept; `vacuum` adds older ones up."""
_EXAMPLES = 5
_RESTORE = "import an export that still has them: tagbridge ledger import FILE"
_TIDY = "tagbridge ledger vacuum sets that right"
_CALLS = """
    SELECT call.id, asset.id AS asset, provider, state, status, headers, answer, price, currency,
        sent_at
    FROM call LEFT JOIN asset ON asset.id = call.asset_id
"""
_FILES = """
    SELECT path, asset_id, asset.id AS asset, keywords
    FROM file LEFT JOIN asset ON asset.id = file.asset_id
    WHERE keywords IS NOT NULL OR (asset_id IS NOT NULL AND asset.id IS NULL)
"""
_WRITTEN = """
    SELECT written.value FROM written
        LEFT JOIN asset ON asset.id = written.asset_id
        LEFT JOIN source ON source.id = written.source_id
    WHERE asset.id IS NULL OR source.id IS NULL
"""
_NOBODYS = Statement("SELECT path FROM job WHERE state = 'running' AND owner IS NULL")
_QUOTA = Statement("SELECT scope, day, calls, cost FROM quota")


@dataclass(slots=True, kw_only=True)
class Finding:
    """One kind of thing that cannot be true.

    Attributes:
        what: In words, after a number.
        remedy: What to do about it.
        count: How many there are.
        examples: The first few.
    """

    what: str
    remedy: str
    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, example: str) -> None:
        """Count one more."""
        self.count += 1
        if len(self.examples) < _EXAMPLES:
            self.examples.append(example)


def check(connection: Connection, advance: Callable[[int], None]) -> list[Finding]:
    """Return what is wrong with a ledger; nothing is changed.

    Args:
        connection: Sees the ledger as it is at one moment.
        advance: Is told of every few rows that were looked at.
    """
    damage = _damage(connection)
    if damage.count:
        return [damage]  # in what else would be read there is no sense
    findings = [*_of_calls(connection, advance), *_of_files(connection, advance)]
    findings += [_of_written(connection, advance), _of_jobs(connection)]
    return [finding for finding in findings if finding.count]


def _damage(connection: Connection) -> Finding:
    finding = Finding(
        what="faults in the database file",
        remedy="stop tagbridge, move state.sqlite3 away, and import your last export",
    )
    if connection.dialect == "sqlite":
        try:
            said = [str(line) for (line,) in connection.execute("PRAGMA integrity_check(100)")]
        except sqlite3.Error as error:
            said = [str(error)]
        for line in said:
            if line != "ok":
                finding.add(line)
    return finding


def _of_calls(connection: Connection, advance: Callable[[int], None]) -> Iterator[Finding]:
    orphans = Finding(what="calls of pictures that are not known", remedy=_TIDY)
    answers = Finding(what="paid answers that cannot be read", remedy=_RESTORE)
    charged: Counter[tuple[str, int]] = Counter()
    paid: Counter[tuple[str, int]] = Counter()
    for row in _streamed(connection, _CALLS, advance):
        if row["asset"] is None:
            orphans.add(f"call {row['id']} to {row['provider']}")
        if row["state"] == "done" and not _has_answer(row):
            answers.add(f"call {row['id']} to {row['provider']}")
        for scope, day, cost in charges_of(row):
            charged[scope, day] += 1
            paid[scope, day] += cost
    yield from (orphans, answers, _of_quota(connection, charged, paid))


def _of_quota(
    connection: Connection, charged: Counter[tuple[str, int]], paid: Counter[tuple[str, int]]
) -> Finding:
    today = int(time_of(connection) // DAY_SECONDS)
    used = {(scope, day): (calls, cost) for scope, day, calls, cost in _QUOTA(connection)}
    finding = Finding(
        what="daily sums that are below the calls of that day",
        remedy="for days that are over, nothing; today, lower the budget by the difference",
    )
    for (scope, day), count in sorted(charged.items(), key=lambda item: -item[0][1]):
        calls, cost = used.get((scope, day), (0, 0))
        if day >= today - KEPT_DAYS and (calls < count or cost < paid[scope, day]):
            when = "today" if day == today else f"{today - day} days ago"
            finding.add(f"{scope}, {when}: {calls} calls, but at least {count} were made")
    return finding


def _of_files(connection: Connection, advance: Callable[[int], None]) -> Iterator[Finding]:
    orphans = Finding(what="files of pictures that are not known", remedy=_TIDY)
    keywords = Finding(what="lists of written keywords that cannot be read", remedy=_RESTORE)
    for row in _streamed(connection, _FILES, advance):
        shown = _shown(row["path"])
        if row["asset_id"] is not None and row["asset"] is None:
            orphans.add(shown)
        if row["keywords"] is not None and not has_keywords(row["keywords"]):
            keywords.add(shown)
    yield from (orphans, keywords)


def _of_written(connection: Connection, advance: Callable[[int], None]) -> Finding:
    finding = Finding(what="written values of pictures or sources that are not known", remedy=_TIDY)
    for row in _streamed(connection, _WRITTEN, advance):
        finding.add(row["value"])
    return finding


def _of_jobs(connection: Connection) -> Finding:
    finding = Finding(what="jobs that run, but nobody runs them", remedy=_TIDY)
    for (path,) in _NOBODYS(connection):
        finding.add(_shown(path))
    return finding


def _streamed(
    connection: Connection, question: str, advance: Callable[[int], None]
) -> Iterator[dict[str, Any]]:
    for batch in connection.batches(question):
        yield from batch
        advance(len(batch))


def _has_answer(row: dict[str, Any]) -> bool:
    return row["status"] is not None and _is_json(row["headers"]) and is_readable(row["answer"])


def _is_json(text: str | None) -> bool:
    try:
        return text is not None and isinstance(json.loads(text), list)
    except ValueError:
        return False


def _shown(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
