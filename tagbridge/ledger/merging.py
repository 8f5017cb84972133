"""Bring the rows of an export into a ledger that may know better.

Of two rows the newer one stays, with one exception: an answer wins over none, whatever its age,
because it was paid for. What is in flight here is left alone.
"""

from __future__ import annotations

import zlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from tagbridge.ledger.lines import BrokenLineError
from tagbridge.ledger.packing import unpacked, unpacked_list
from tagbridge.ledger.quotas import ALL, DAY_SECONDS
from tagbridge.ledger.statement import Statement, one_of
from tagbridge.ledger.written import MERGE, add_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tagbridge.ledger.connection import Connection, Rows

    Row = Mapping[str, Any]

LINE = "line"
"""Under this name a row carries the number of its line."""

_ASSET = Statement("""
    INSERT INTO asset (identity, media_type, seen_at) VALUES (:identity, :media_type, :seen_at)
    ON CONFLICT (identity) DO UPDATE SET seen_at = excluded.seen_at,
        media_type = CASE excluded.media_type WHEN '' THEN asset.media_type
            ELSE excluded.media_type END
    WHERE excluded.seen_at > asset.seen_at
""")
_CALL = Statement("""
    INSERT INTO call (asset_id, provider, fingerprint, state, token, courier, status, headers,
        answer, price, cost, currency, charged, attempts, charges, sent_at, done_at)
    VALUES ((SELECT id FROM asset WHERE identity = :identity), :provider, :fingerprint, :state,
        :token, :courier, :status, :headers, :answer, :price, :cost, :currency, :charged,
        :attempts, :charges, :sent_at, :done_at)
    ON CONFLICT (asset_id, provider, fingerprint) DO UPDATE SET state = excluded.state,
        token = excluded.token, courier = excluded.courier, status = excluded.status,
        headers = excluded.headers, answer = excluded.answer, price = excluded.price,
        cost = CASE WHEN excluded.cost > call.cost THEN excluded.cost ELSE call.cost END,
        currency = excluded.currency, charged = excluded.charged OR call.charged,
        attempts = CASE WHEN excluded.attempts > call.attempts THEN excluded.attempts
            ELSE call.attempts END,
        charges = CASE WHEN excluded.charges > call.charges THEN excluded.charges
            ELSE call.charges END,
        sent_at = excluded.sent_at, done_at = excluded.done_at
    WHERE call.state <> 'intent' AND (:mends
        OR (excluded.state = 'done' AND call.state <> 'done')
        OR ((excluded.state = 'done' OR call.state <> 'done')
            AND COALESCE(excluded.done_at, excluded.sent_at) > COALESCE(call.done_at, call.sent_at))
    )
""")
_FILE = Statement("""
    INSERT INTO file (path, asset_id, inode, size, mtime_ns, outcome, reason, target, keywords,
        original, trace, at)
    VALUES (:path, (SELECT id FROM asset WHERE identity = :identity), :inode, :size, :mtime_ns,
        :outcome, :reason, :target, :keywords, :original, :trace, :at)
    ON CONFLICT (path) DO UPDATE SET asset_id = excluded.asset_id, inode = excluded.inode,
        size = excluded.size, mtime_ns = excluded.mtime_ns, outcome = excluded.outcome,
        reason = excluded.reason, target = excluded.target, trace = excluded.trace,
        at = excluded.at,
        keywords = CASE WHEN :mends OR file.asset_id <> excluded.asset_id THEN excluded.keywords
            ELSE COALESCE(excluded.keywords, file.keywords) END,
        original = CASE WHEN :mends OR file.asset_id <> excluded.asset_id THEN excluded.original
            ELSE COALESCE(file.original, excluded.original) END
    WHERE :mends OR excluded.at > file.at
""")
# The larger of both: a budget must hold whichever ledger it was used in.
_QUOTA = Statement("""
    INSERT INTO quota (scope, day, calls, cost) VALUES (:scope, :day, :calls, :cost)
    ON CONFLICT (scope, day) DO UPDATE SET
        calls = CASE WHEN excluded.calls > quota.calls THEN excluded.calls ELSE quota.calls END,
        cost = CASE WHEN excluded.cost > quota.cost THEN excluded.cost ELSE quota.cost END
    WHERE excluded.calls > quota.calls OR excluded.cost > quota.cost
""")
_CHARGE = Statement("""
    INSERT INTO quota (scope, day, calls, cost) VALUES (:scope, :day, :calls, :cost)
    ON CONFLICT (scope, day) DO UPDATE SET
        calls = quota.calls + excluded.calls, cost = quota.cost + excluded.cost
""")
_LIMITER = Statement("""
    INSERT INTO limiter (account, tat, not_before) VALUES (:account, :tat, :not_before)
    ON CONFLICT (account) DO UPDATE SET
        tat = CASE WHEN excluded.tat > limiter.tat THEN excluded.tat ELSE limiter.tat END,
        not_before = CASE WHEN excluded.not_before > limiter.not_before
            THEN excluded.not_before ELSE limiter.not_before END
    WHERE excluded.tat > limiter.tat OR excluded.not_before > limiter.not_before
""")
_PAUSE = Statement("""
    INSERT INTO pause (provider, until, kind, reason, since)
    VALUES (:provider, :until, :pause_kind, :reason, :since)
    ON CONFLICT (provider) DO UPDATE SET until = excluded.until, kind = excluded.kind,
        reason = excluded.reason, since = excluded.since
    WHERE excluded.since > pause.since
""")
# None for a file that was dealt with here since; nobody here runs what ran there.
_JOB = Statement("""
    INSERT INTO job (path, state, priority, due, attempts, reason, generation, version,
        inode, size, mtime_ns, added)
    SELECT :path, CASE CAST(:state AS TEXT) WHEN 'running' THEN 'open' ELSE :state END, :priority,
        :due, :attempts, :reason, :generation, :version, :inode, :size, :mtime_ns, :added
    WHERE NOT EXISTS (SELECT 1 FROM file
        WHERE path = :path AND at > COALESCE(CAST(:file_at AS DOUBLE PRECISION), 0.0))
    ON CONFLICT (path) DO NOTHING
""")
_PICTURES = "SELECT identity FROM asset"
_KEYWORDS = "SELECT path, keywords FROM file"
_ANSWERS = """
    SELECT identity, provider, fingerprint, state, answer
    FROM call JOIN asset ON asset.id = call.asset_id
"""
_STATEMENTS = {
    "asset": _ASSET,
    "call": _CALL,
    "file": _FILE,
    "written": MERGE,
    "quota": _QUOTA,
    "limiter": _LIMITER,
    "pause": _PAUSE,
    "job": _JOB,
}


def merge(connection: Connection, kind: str, rows: Sequence[Row]) -> int:
    """Bring rows of one kind into the ledger, and return how many were new or newer.

    Raises:
        BrokenLineError: A row names a picture that is not there.
    """
    if kind == "call":
        return _merge_calls(connection, rows)
    if kind == "file":
        return _merge_files(connection, rows)
    if kind == "written":
        _check_pictures(connection, rows)
        add_sources(connection, {(row["provider"], row["model"]) for row in rows})
    return _STATEMENTS[kind].many(connection, rows)


def _merge_calls(connection: Connection, rows: Sequence[Row]) -> int:
    _check_pictures(connection, rows)
    known = _known_calls(connection, rows)
    merged = [
        {
            **row,
            # Whoever made it does so for another ledger: here nobody will say what came of it.
            "state": "doubt" if row["state"] == "intent" else row["state"],
            "mends": row["state"] == "done" and known.get(_place(row)) is False,
        }
        for row in rows
    ]
    taken = _CALL.many(connection, merged)
    _charge(connection, [row for row in merged if _place(row) not in known])
    return taken


def _merge_files(connection: Connection, rows: Sequence[Row]) -> int:
    _check_pictures(connection, rows)
    known = _known(connection, _KEYWORDS, "path", (row["path"] for row in rows))
    damaged = {key for key, packed in known if packed is not None and not has_keywords(packed)}
    merged = [{**row, "mends": row["path"] in damaged} for row in rows]
    return _FILE.many(connection, merged)


def _known_calls(connection: Connection, rows: Sequence[Row]) -> dict[tuple[object, ...], bool]:
    """Return the calls that are here already, and whether the answer of each can be read."""
    # By the picture alone: for that there is an index on both databases.
    known = _known(connection, _ANSWERS, "identity", {row["identity"] for row in rows})
    return {
        (identity, provider, fingerprint): state != "done" or is_readable(answer)
        for identity, provider, fingerprint, state, answer in known
    }


def _known(connection: Connection, question: str, column: str, wanted: Iterable[bytes]) -> Rows:
    """Return the rows of the ledger that have one of some values in a column."""
    values: dict[str, object] = {}
    return Statement(f"{question} WHERE {one_of(column, wanted, values)}")(connection, **values)


def is_readable(packed: bytes | None) -> bool:
    """Return whether what was stored compressed can be had again."""
    try:
        return packed is not None and unpacked(packed) is not None
    except zlib.error:
        return False


def has_keywords(packed: bytes) -> bool:
    """Return whether stored keywords can be read."""
    try:
        return isinstance(unpacked_list(packed), list)
    except (zlib.error, ValueError):
        return False


def _place(row: Row) -> tuple[object, ...]:
    return row["identity"], row["provider"], row["fingerprint"]


def _charge(connection: Connection, rows: Iterable[Row]) -> None:
    """Count calls that this ledger did not know of in the budgets of their days."""
    calls: Counter[tuple[str, int]] = Counter()
    costs: Counter[tuple[str, int]] = Counter()
    for row in rows:
        for scope, day, cost in charges_of(row):
            calls[scope, day] += 1
            costs[scope, day] += cost
    counted = [
        {"scope": scope, "day": day, "calls": count, "cost": costs[scope, day]}
        for (scope, day), count in sorted(calls.items())
    ]
    _CHARGE.many(connection, counted)


def charges_of(call: Row) -> Iterator[tuple[str, int, int]]:
    """Yield the scope, the day and the cost of each sum in which a call surely is.

    That is its last attempt, if it was answered well or may have been.
    """
    answered = call["status"] is not None and call["status"] // 100 == 2  # noqa: PLR2004 - HTTP
    if answered or call["state"] in ("intent", "doubt"):
        day = int(call["sent_at"] // DAY_SECONDS)
        yield ALL, day, 0
        yield f"provider/{call['provider']}", day, call["price"]
        if call["currency"]:
            yield f"cost/{call['currency']}", day, call["price"]


def _check_pictures(connection: Connection, rows: Sequence[Row]) -> None:
    wanted = {row["identity"] for row in rows} - {None}
    there = {found for (found,) in _known(connection, _PICTURES, "identity", wanted)}
    for row in rows:
        if row["identity"] is not None and row["identity"] not in there:
            raise BrokenLineError(row[LINE], "names a picture of which no line before it tells")
