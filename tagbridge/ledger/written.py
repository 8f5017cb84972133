"""What we wrote about which picture, who said it, and what people made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from tagbridge.ledger.assets import PICTURE, digest
from tagbridge.ledger.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.database import Database

Fate: TypeAlias = Literal["written", "kept", "removed"]

FATES: tuple[Fate, ...] = get_args(Fate)
"""Stored by their number. A later one wins: what was removed once is never written again."""
KINDS = (
    "keyword",
    "hierarchy",
    "nsfw",
    "sensitivity",
    "person",
    "alt_text",
    "description",
    "title",
    "text",
    "color",
    "quality",
)
"""Stored by their number; new ones go to the end."""
MILLE = 1000  # confidences are stored in thousandths

_OF_PICTURE = Statement("""
    SELECT kind, value, provider, model, confidence, at, fate
    FROM written JOIN source ON source.id = written.source_id
    WHERE asset_id = (SELECT id FROM asset WHERE identity = :identity)
""")
_SOURCE = Statement("SELECT id FROM source WHERE provider = :provider AND model = :model")
# First looked for: on PostgreSQL an upsert would make all who write wait for each other.
_NEW_SOURCE = Statement("""
    INSERT INTO source (provider, model) VALUES (:provider, :model)
    ON CONFLICT (provider, model) DO NOTHING
""")
_WRITE = Statement("""
    INSERT INTO written (asset_id, kind, value, source_id, confidence, at, fate)
    VALUES (:asset_id, :kind, :value, :source_id, :confidence, :at, :fate)
    ON CONFLICT (asset_id, kind, value) DO UPDATE SET fate = excluded.fate
    WHERE excluded.fate > written.fate
""")

# A decision outlives what it was about.
_FORGET = Statement("""
    DELETE FROM written WHERE kind = :kind AND value = :value AND fate <> :removed
        AND asset_id = (SELECT id FROM asset WHERE identity = :identity)
""")
_DECIDE = Statement("""
    UPDATE written SET fate = :fate WHERE kind = :kind AND value = :value
        AND asset_id = (SELECT id FROM asset WHERE identity = :identity)
""")
_UNSAY = Statement("""
    DELETE FROM written WHERE kind = :kind AND value = :value
        AND asset_id = (SELECT id FROM asset WHERE identity = :identity)
""")
# Of an import: who said it first stays, and what people decided anywhere is decided.
MERGE = Statement("""
    INSERT INTO written (asset_id, kind, value, source_id, confidence, at, fate)
    VALUES ((SELECT id FROM asset WHERE identity = :identity), :written_kind, :value,
        (SELECT id FROM source WHERE provider = :provider AND model = :model),
        :confidence, :at, :fate)
    ON CONFLICT (asset_id, kind, value) DO UPDATE SET fate = excluded.fate
    WHERE excluded.fate > written.fate
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One value that we wrote about a picture, into whichever of its files.

    Attributes:
        kind: One of `KINDS`.
        value: As it was written.
        provider: Who said it; several are joined by `+`.
        model: Their models, likewise.
        confidence: 0 to 1, or None.
        at: When, in whole seconds since the epoch.
        fate: `kept` when it stayed in an edit of the user's, `removed` when they took it out.
    """

    kind: str
    value: str
    provider: str
    model: str
    confidence: float | None
    at: int
    fate: Fate = "written"


class Written:
    """The table of what was written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_picture(self, identity: str) -> tuple[Entry, ...]:
        """Return all that we wrote about a picture."""
        return self._database.read(lambda connection: entries_of(connection, identity))

    def add(self, identity: str, media_type: str, entries: Sequence[Entry]) -> None:
        """Put into the ledger what was written about a picture, or what people decided about it."""

        def work(connection: Connection) -> None:
            picture = PICTURE(connection, identity=digest(identity), media_type=media_type)
            write_entries(connection, int(picture.scalar_one()), entries)

        self._database.transaction(work)

    def forget(self, identity: str, values: Iterable[tuple[str, str]]) -> None:
        """Forget values that we have taken out of a picture's files ourselves.

        Otherwise they would look as if somebody had removed them. What people removed stays
        rejected.

        Args:
            identity: Of the picture.
            values: The kind and the value of each.
        """
        place = {"identity": digest(identity), "removed": FATES.index("removed")}
        rows = [{**place, "kind": KINDS.index(k), "value": v} for k, v in values if k in KINDS]
        self._database.transaction(lambda connection: _FORGET.many(connection, rows))

    def decide(self, identity: str, fates: Mapping[str, Fate]) -> None:
        """Note what somebody decides about keywords of ours, whatever was decided before.

        Args:
            identity: Of the picture.
            fates: By the keyword, as it was written.
        """
        place = {"identity": digest(identity), "kind": KINDS.index("keyword")}
        rows = [{**place, "value": v, "fate": FATES.index(f)} for v, f in fates.items()]
        self._database.transaction(lambda connection: _DECIDE.many(connection, rows))

    def unsay(self, identity: str, keywords: Iterable[str]) -> None:
        """Forget keywords that were refused before they were ever written."""
        place = {"identity": digest(identity), "kind": KINDS.index("keyword")}
        rows = [{**place, "value": keyword} for keyword in keywords]
        self._database.transaction(lambda connection: _UNSAY.many(connection, rows))


def entries_of(connection: Connection, identity: str) -> tuple[Entry, ...]:
    """Return all that we wrote about a picture."""
    rows = _OF_PICTURE(connection, identity=digest(identity))
    return tuple(entry_of(said, at=at, fate=FATES[fate]) for *said, at, fate in rows)


def entry_of(said: Sequence[Any], *, at: int = 0, fate: Fate = "written") -> Entry:
    """Return an entry from its kind, value, provider, model and confidence, as they are stored."""
    kind, value, provider, model, confidence = said
    return Entry(
        kind=KINDS[kind],
        value=value,
        provider=provider,
        model=model,
        confidence=None if confidence is None else confidence / MILLE,
        at=at,
        fate=fate,
    )


def write_entries(connection: Connection, asset_id: int, entries: Sequence[Entry]) -> None:
    """Put into the ledger what was written; who said it first stays, and decisions stay."""
    rows = [
        {**row, "asset_id": asset_id, "at": entry.at, "fate": FATES.index(entry.fate)}
        for entry, row in zip(entries, rows_of(connection, entries), strict=True)
    ]
    _WRITE.many(connection, rows)


def rows_of(connection: Connection, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return kind, value, source and confidence of each, as they are stored."""
    sources = sources_of(connection, entries)
    return [
        {
            "kind": KINDS.index(entry.kind),
            "value": entry.value,
            "source_id": sources[entry.provider, entry.model],
            "confidence": _mille(entry.confidence),
        }
        for entry in entries
    ]


def sources_of(connection: Connection, entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """Return the numbers of those who said something, by provider and model."""
    found = {}
    for provider, model in sorted({(entry.provider, entry.model) for entry in entries}):
        known = _SOURCE(connection, provider=provider, model=model).scalar()
        if known is None:
            add_sources(connection, [(provider, model)])
            known = _SOURCE(connection, provider=provider, model=model).scalar_one()
        found[provider, model] = int(known)
    return found


def add_sources(connection: Connection, wanted: Iterable[tuple[str, str]]) -> None:
    """Put providers with their models into the ledger, if they are not there."""
    rows = [{"provider": provider, "model": model} for provider, model in sorted(wanted)]
    _NEW_SOURCE.many(connection, rows)


def _mille(confidence: float | None) -> int | None:
    """Return a confidence as it is stored."""
    return None if confidence is None else round(confidence * MILLE)
