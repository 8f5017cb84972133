"""Which rows of a ledger travel, with which members, and in which order.

What a row refers to comes before it, and jobs come last: a daemon that sees one appear must find
all that is known of its picture. Rows of `worker` stay at home: processes do not travel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.ledger import lines
from tagbridge.ledger.lines import Field
from tagbridge.ledger.written import FATES, KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXT, _TEXT_OR_NONE = Field(kind=lines.TEXT), Field(kind=lines.TEXT, nullable=True)
_INTEGER, _INTEGER_OR_NONE = Field(kind=lines.INTEGER), Field(kind=lines.INTEGER, nullable=True)
_TIME, _TIME_OR_NONE = Field(kind=lines.NUMBER), Field(kind=lines.NUMBER, nullable=True)
_PATH, _PATH_OR_NONE = Field(kind=lines.PATH), Field(kind=lines.PATH, nullable=True)
_FLAG = Field(kind=lines.FLAG)

FIELDS: Mapping[str, Mapping[str, Field]] = {
    "asset": {"identity": Field(kind=lines.IDENTITY), "media_type": _TEXT, "seen_at": _TIME},
    "call": {
        "identity": Field(kind=lines.IDENTITY),  # instead of the asset's number
        "provider": _TEXT,
        "fingerprint": Field(kind=lines.FINGERPRINT),
        "state": Field(kind=lines.one_of("intent", "done", "failed", "doubt")),
        "token": _TEXT_OR_NONE,
        "courier": _TEXT_OR_NONE,
        "status": _INTEGER_OR_NONE,
        "headers": Field(kind=lines.HEADERS, nullable=True),
        "answer": Field(kind=lines.BODY, nullable=True),
        "price": _INTEGER,
        "cost": _INTEGER,
        "currency": _TEXT,
        "charged": _FLAG,
        "attempts": _INTEGER,
        "charges": _INTEGER,
        "sent_at": _TIME,
        "done_at": _TIME_OR_NONE,
    },
    "file": {
        "path": _PATH,
        "identity": Field(kind=lines.IDENTITY, nullable=True),
        "inode": _INTEGER,
        "size": _INTEGER,
        "mtime_ns": _INTEGER,
        "outcome": _TEXT,
        "reason": _TEXT,
        "target": _PATH_OR_NONE,
        "keywords": Field(kind=lines.KEYWORDS, nullable=True),
        "original": Field(kind=lines.FINGERPRINT, nullable=True),
        "trace": Field(kind=lines.FINGERPRINT, nullable=True),
        "at": _TIME,
    },
    "written": {
        "identity": Field(kind=lines.IDENTITY),
        "written_kind": Field(kind=lines.numbered(KINDS)),  # the column `kind`
        "value": _TEXT,
        "provider": _TEXT,  # these two instead of the source's number
        "model": _TEXT,
        "confidence": _INTEGER_OR_NONE,
        "at": _INTEGER,
        "fate": Field(kind=lines.numbered(FATES)),
    },
    "quota": {"scope": _TEXT, "day": _INTEGER, "calls": _INTEGER, "cost": _INTEGER},
    "limiter": {"account": _TEXT, "tat": _TIME, "not_before": _TIME},
    "pause": {
        "provider": _TEXT,
        "until": _TIME_OR_NONE,
        "pause_kind": _TEXT,  # the column `kind`; a line has another one
        "reason": _TEXT,
        "since": _TIME,
    },
    "job": {
        "path": _PATH,
        "state": Field(kind=lines.one_of("open", "running", "parked", "missing")),
        "priority": Field(kind=lines.one_of(0, 1)),
        "due": _TIME,
        "attempts": _INTEGER,
        "reason": _TEXT,
        "generation": _INTEGER,
        "version": _INTEGER,
        "inode": _INTEGER_OR_NONE,
        "size": _INTEGER_OR_NONE,
        "mtime_ns": _INTEGER_OR_NONE,
        "added": _TIME,
        "file_at": _TIME_OR_NONE,  # when what is known of the file was recorded
    },
}
"""What a line of each kind holds. Who runs a job stays at home."""

QUESTIONS: Mapping[str, str] = {
    "asset": "SELECT identity, media_type, seen_at FROM asset",
    "call": """
        SELECT asset.identity, call.provider, call.fingerprint, call.state, call.token,
            call.courier, call.status, call.headers, call.answer, call.price, call.cost,
            call.currency, call.charged, call.attempts, call.charges, call.sent_at, call.done_at
        FROM call JOIN asset ON asset.id = call.asset_id
    """,
    "file": """
        SELECT file.path, asset.identity, file.inode, file.size, file.mtime_ns, file.outcome,
            file.reason, file.target, file.keywords, file.original, file.trace, file.at
        FROM file LEFT JOIN asset ON asset.id = file.asset_id
    """,
    "written": """
        SELECT asset.identity, written.kind AS written_kind, written.value, source.provider,
            source.model, written.confidence, written.at, written.fate
        FROM written JOIN asset ON asset.id = written.asset_id
            JOIN source ON source.id = written.source_id
    """,
    "quota": "SELECT scope, day, calls, cost FROM quota",
    "limiter": "SELECT account, tat, not_before FROM limiter",
    "pause": "SELECT provider, until, kind AS pause_kind, reason, since FROM pause",
    "job": """
        SELECT job.path, job.state, job.priority, job.due, job.attempts, job.reason,
            job.generation, job.version, job.inode, job.size, job.mtime_ns, job.added,
            file.at AS file_at
        FROM job LEFT JOIN file ON file.path = job.path
    """,
}
"""What is asked of the database for the lines of each kind, in the order of the export."""
