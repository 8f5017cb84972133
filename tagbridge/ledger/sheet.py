"""Photos page by page, for somebody who looks through them: quick however many there are.

Pages follow each other by the key of the path, never by counting rows off. Whoever wants to jump
gets the keys at which pages begin, from one walk through an index.
"""

# ruff: noqa: S608 - all text is our own, values are parameters

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tagbridge.ledger.sheet_filter import IS_PARKED, KEYWORD, NSFW, SOURCES, where_of
from tagbridge.ledger.statement import Statement, one_of
from tagbridge.ledger.written import FATES, MILLE
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.paths import Paths
    from tagbridge.ledger.sheet_filter import Filter, Where
    from tagbridge.ledger.written import Fate

_MOST_STARTS = 5000
_COLUMNS = f"""
    file.path, asset.identity, file.outcome, file.reason, file.asset_id,
    CASE WHEN {IS_PARKED} THEN 1 ELSE 0 END
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One keyword of ours.

    Attributes:
        text: As it was or would be written.
        provider: Who said it; several are joined by `+`.
        confidence: 0 to 1, or None.
        fate: What became of it; None while it awaits its review.
    """

    text: str
    provider: str
    confidence: float | None
    fate: Fate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One photo.

    Attributes:
        key: Of its path; the next page begins behind it.
        identity: Of its picture; empty if it was unreadable.
        outcome: What became of it; `review` while it awaits its review.
        reason: Why.
        parked: Whether it was set aside for a person.
        nsfw: Whether its picture is, or would be, flagged as not safe for work.
        keywords: Ours, the surest first.
    """

    key: bytes
    identity: str
    outcome: str
    reason: str
    parked: bool
    nsfw: bool
    keywords: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """Where pages begin, so that one can jump.

    Attributes:
        total: How many photos there are.
        size: So many on each page, but for the last.
        keys: The first of each page.
    """

    total: int
    size: int
    keys: tuple[bytes, ...] = field(repr=False)


def page(
    connection: Connection,
    paths: Paths,
    chosen: Filter,
    *,
    start: bytes = b"",
    after: bytes = b"",
    limit: int = 200,
) -> list[Row]:
    """Return some photos in the order of their paths.

    Args:
        connection: To the ledger.
        paths: Knows their keys.
        chosen: Which.
        start: Key of the first that may be among them.
        after: Key of the last that was seen; empty to begin at `start`.
        limit: Most of them.
    """
    where = where_of(connection, paths, chosen)
    from_here = "file.path > :after" if after else "file.path >= :start"
    found = Statement(f"""
        SELECT {_COLUMNS} FROM file LEFT JOIN asset ON asset.id = file.asset_id
        WHERE {from_here} AND {where.text} ORDER BY file.path LIMIT :limit
    """)
    values = {**where.values, "start": start, "after": after, "limit": limit}
    return _with_keywords(connection, found(connection, **values).all())


def rows_of(connection: Connection, keys: Sequence[bytes]) -> list[Row]:
    """Return the photos of some keys, as far as they are known; at most some hundred."""
    if not keys:
        return []
    values: dict[str, object] = {}
    wanted = one_of("file.path", keys, values)
    found = Statement(f"""
        SELECT {_COLUMNS} FROM file LEFT JOIN asset ON asset.id = file.asset_id
        WHERE {wanted} ORDER BY file.path
    """)
    return _with_keywords(connection, found(connection, **values).all())


def starts(connection: Connection, paths: Paths, chosen: Filter, *, size: int = 200) -> Starts:
    """Return how many photos there are, and where their pages begin.

    Where there are very many, pages are a multiple of `size`.
    """
    where = where_of(connection, paths, chosen)
    total = _count(connection, where)
    size *= max(1, -(-total // (size * _MOST_STARTS)))
    walk = Statement(f"""
        SELECT path FROM (
            SELECT file.path AS path, ROW_NUMBER() OVER (ORDER BY file.path) AS number
            FROM file WHERE {where.text}
        ) AS numbered WHERE (number - 1) / :size * :size = number - 1 ORDER BY path
    """)
    keys = tuple(key for (key,) in walk(connection, size=size, **where.values))
    return Starts(total=total, size=size, keys=keys)


def count(connection: Connection, paths: Paths, chosen: Filter) -> int:
    """Return how many photos there are."""
    return _count(connection, where_of(connection, paths, chosen))


def neighbours(
    connection: Connection, paths: Paths, chosen: Filter, key: bytes
) -> tuple[bytes | None, bytes | None]:
    """Return the photo before and the one behind one, which itself need not be chosen."""
    where = where_of(connection, paths, chosen)
    found = []
    for sign, order in (("<", "DESC"), (">", "ASC")):
        nearest = Statement(f"""
            SELECT path FROM file WHERE file.path {sign} :key AND {where.text}
            ORDER BY path {order} LIMIT 1
        """)
        found.append(nearest(connection, key=key, **where.values).scalar())
    before, behind = found
    return before, behind


def providers(connection: Connection) -> list[str]:
    """Return who has said anything that was written or would be."""
    return sorted({name for _, said in SOURCES(connection) for name in said.split("+")})


def _count(connection: Connection, where: Where) -> int:
    # Their own count is quicker than to ask each photo.
    count = Statement(f"SELECT COUNT(*) FROM file WHERE {where.text}")
    return int(count(connection, **where.values).scalar_one())


def _with_keywords(connection: Connection, found: Sequence[Any]) -> list[Row]:
    assets = sorted({row[4] for row in found if row[4] is not None})
    written = _of_assets(connection, assets)
    planned = _of_files(connection, [row[0] for row in found if row[2] == "review"])
    rows = []
    for key, identity, outcome, reason, asset_id, parked in found:
        said = [*planned.get(key, ()), *written.get(asset_id, ())]
        keywords = {spelling_key(s.text): s for kind, s in reversed(said) if kind == KEYWORD}
        rows.append(
            Row(
                key=key,
                identity="" if identity is None else identity.hex(),
                outcome=outcome,
                reason=reason,
                parked=bool(parked),
                nsfw=any(kind == NSFW for kind, _ in said),
                keywords=tuple(sorted(keywords.values(), key=_surest)),
            )
        )
    return rows


def _surest(said: Said) -> tuple[float, str]:
    return (-(said.confidence or 0.0), said.text)


def _of_assets(
    connection: Connection, assets: Sequence[int]
) -> dict[object, list[tuple[int, Said]]]:
    if not assets:
        return {}
    rows = Statement(f"""
        SELECT asset_id, kind, value, provider, confidence, fate
        FROM written JOIN source ON source.id = written.source_id
        WHERE asset_id IN ({", ".join(map(str, assets))}) AND kind IN ({KEYWORD}, {NSFW})
    """)(connection)
    return _grouped(rows)


def _of_files(
    connection: Connection, keys: Sequence[bytes]
) -> dict[object, list[tuple[int, Said]]]:
    if not keys:
        return {}
    values: dict[str, object] = {}
    where = one_of("path", keys, values)
    rows = Statement(f"""
        SELECT path, kind, value, provider, confidence, NULL
        FROM proposed JOIN source ON source.id = proposed.source_id
        WHERE {where} AND kind IN ({KEYWORD}, {NSFW})
    """)(connection, **values)
    return _grouped(rows)


def _grouped(rows: Iterable[Any]) -> dict[object, list[tuple[int, Said]]]:
    found: dict[object, list[tuple[int, Said]]] = {}
    for owner, kind, text, provider, mille, fate in rows:
        said = Said(
            text=text,
            provider=provider,
            confidence=None if mille is None else mille / MILLE,
            fate=None if fate is None else FATES[fate],
        )
        found.setdefault(owner, []).append((kind, said))
    return found
