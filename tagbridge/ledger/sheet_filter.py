"""Which photos somebody looks at, as a condition of SQL."""

# ruff: noqa: S608 - all text is our own, values are parameters

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from tagbridge.ledger.statement import Statement, letters, one_of
from tagbridge.ledger.written import FATES, KINDS, MILLE
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.paths import Paths

Condition: TypeAlias = Literal["all", "unreviewed", "review", "nsfw", "parked"]

KEYWORD, NSFW = KINDS.index("keyword"), KINDS.index("nsfw")
IS_PARKED = "file.path IN (SELECT path FROM job WHERE state <> 'open' AND state = 'parked')"
_RARE = 2000
# From one keyword to the next through the index: there are far fewer of them than rows.
_LOOK_FOR = """
    WITH RECURSIVE spelling(value) AS (
        SELECT MIN(value) FROM {table} WHERE kind = :kind
        UNION ALL
        SELECT (SELECT MIN(value) FROM {table} WHERE kind = :kind AND value > spelling.value)
        FROM spelling WHERE spelling.value IS NOT NULL
    ) SELECT value FROM spelling WHERE value IS NOT NULL
"""
_SPELLINGS = tuple(Statement(_LOOK_FOR.format(table=t)) for t in ("written", "proposed"))
SOURCES = Statement("SELECT id, provider FROM source")
_CONDITIONS: Mapping[Condition, str] = {
    "all": "",
    "unreviewed": f"""EXISTS (SELECT 1 FROM written WHERE written.asset_id = file.asset_id
        AND written.kind = {KEYWORD} AND written.fate = 0)""",
    "review": "file.outcome = 'review'",
    "nsfw": f"""(EXISTS (SELECT 1 FROM written WHERE written.asset_id = file.asset_id
        AND written.kind = {NSFW})
        OR EXISTS (SELECT 1 FROM proposed WHERE proposed.path = file.path
        AND proposed.kind = {NSFW}))""",
    "parked": IS_PARKED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which photos are looked at.

    Attributes:
        folders: Only these photos and what is below these folders; none for everywhere.
        provider: Only those with a keyword of this provider; empty for any.
        keyword: Only those with this keyword, in any spelling; empty for any.
        min_confidence: Only those with such a keyword from this confidence up, 0 to 1.
        condition: What is to be done with them.
    """

    folders: tuple[Path, ...] = ()
    provider: str = ""
    keyword: str = ""
    min_confidence: float = 0.0
    condition: Condition = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A condition as SQL, and its values."""

    text: str
    values: Mapping[str, object]


def where_of(connection: Connection, paths: Paths, chosen: Filter) -> Where:
    """Return the condition on rows of `file`."""
    values: dict[str, object] = {}
    parts = [_CONDITIONS[chosen.condition], _below(paths, chosen.folders, values)]
    if chosen.provider or chosen.keyword or chosen.min_confidence:
        parts.append(_has_keyword(connection, chosen, values))
    return Where(text=" AND ".join(filter(None, parts)) or "1 = 1", values=values)


def _below(paths: Paths, folders: Iterable[Path], values: dict[str, object]) -> str:
    ranges = [one for folder in folders for one in paths.below(folder)]
    if not ranges:
        return ""
    parts = []
    for i, (key, first, end) in enumerate(ranges):
        name = letters(i)
        values |= {f"key_{name}": key, f"first_{name}": first, f"end_{name}": end}
        parts.append(
            f"file.path = :key_{name} OR (file.path >= :first_{name} AND file.path < :end_{name})"
        )
    # Where all of them lie: of the index nothing else is looked at.
    values |= {"lowest": min(r[0] for r in ranges), "highest": max(r[2] for r in ranges)}
    return f"file.path >= :lowest AND file.path < :highest AND ({' OR '.join(parts)})"


def _has_keyword(connection: Connection, chosen: Filter, values: dict[str, object]) -> str:
    parts = [f"kind = {KEYWORD}"]
    if chosen.keyword:
        parts.append(one_of("value", _spellings(connection, chosen.keyword), values))
    if chosen.provider:
        rows = SOURCES(connection)
        said = [number for number, name in rows if chosen.provider in name.split("+")]
        parts.append(one_of("source_id", said, values))
    if chosen.min_confidence:
        values["least"] = round(chosen.min_confidence * MILLE)
        parts.append("confidence >= :least")
    wanted = " AND ".join(parts)
    # A keyword that was removed is there no more.
    written = f"{wanted} AND fate < {FATES.index('removed')}"
    if chosen.keyword and _is_rare(connection, wanted, values):  # from the index to the photos
        return f"""(file.asset_id IN (SELECT asset_id FROM written WHERE {written})
            OR file.path IN (SELECT path FROM proposed WHERE {wanted}))"""
    return f"""(EXISTS (SELECT 1 FROM written WHERE asset_id = file.asset_id AND {written})
        OR EXISTS (SELECT 1 FROM proposed WHERE proposed.path = file.path AND {wanted}))"""


def _is_rare(connection: Connection, wanted: str, values: Mapping[str, object]) -> bool:
    found = Statement(f"""
        SELECT COUNT(*) FROM (SELECT 1 FROM written WHERE {wanted} LIMIT {_RARE + 1}) AS some_rows
    """)
    return int(found(connection, **values).scalar_one()) <= _RARE


def _spellings(connection: Connection, keyword: str) -> list[str]:
    key = spelling_key(keyword)
    every = {value for ask in _SPELLINGS for (value,) in ask(connection, kind=KEYWORD)}
    return sorted(value for value in every if spelling_key(value) == key)
