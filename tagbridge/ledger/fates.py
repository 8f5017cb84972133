"""What people kept and removed of what was written: feedback on providers and on keywords."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.ledger.statement import Statement
from tagbridge.ledger.written import FATES, KINDS
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from tagbridge.ledger.connection import Connection

MANY = 5
"""On so many pictures a keyword must be rejected before it is offered for blocking."""
_KEYWORD = KINDS.index("keyword")
_KEPT, _REMOVED = FATES.index("kept"), FATES.index("removed")

_OF_SOURCES = Statement("""
    SELECT source.provider, counted.fate, counted.number
    FROM (SELECT source_id, fate, COUNT(*) AS number FROM written
        WHERE kind = :kind GROUP BY source_id, fate) AS counted
        JOIN source ON source.id = counted.source_id
""")
# `fate > 0` is spelled out, as the index has it.
_DECIDED = Statement("""
    SELECT value, fate, COUNT(*) FROM written
    WHERE fate > 0 AND kind = :kind GROUP BY value, fate
""")
_SAID_BY = Statement("""
    SELECT DISTINCT source.provider FROM written JOIN source ON source.id = written.source_id
    WHERE fate > 0 AND fate = :fate AND kind = :kind AND value = :value
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of the keywords of one provider, each counted once for each picture.

    Attributes:
        written: All.
        kept: Those that people kept in an edit.
        removed: Those that they removed.
    """

    written: int = 0
    kept: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwanted:
    """A keyword that people removed more often than they kept it.

    Attributes:
        text: In the spelling that was removed most.
        kept: From so many pictures.
        removed: Likewise.
        providers: Who said it where it was removed.
    """

    text: str
    kept: int
    removed: int
    providers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """What people made of keywords.

    Attributes:
        tallies: By provider.
        unwanted: To offer for blocking.
    """

    tallies: Mapping[str, Tally]
    unwanted: Sequence[Unwanted]


def fates(connection: Connection, blocked: Iterable[str]) -> Fates:
    """Return what people made of keywords; of millions of them that takes seconds.

    Args:
        connection: To the ledger.
        blocked: Words that are not offered.
    """
    already = frozenset(map(spelling_key, blocked))
    return Fates(tallies=tallies(connection), unwanted=unwanted(connection, already))


def tallies(connection: Connection) -> Mapping[str, Tally]:
    """Return what became of the keywords of each provider; what several said counts for each."""
    numbers: dict[str, list[int]] = defaultdict(lambda: [0] * len(FATES))
    for providers, fate, number in _OF_SOURCES(connection, kind=_KEYWORD):
        for provider in providers.split("+"):
            numbers[provider][fate] += int(number)
    return {
        provider: Tally(written=sum(each), kept=each[_KEPT], removed=each[_REMOVED])
        for provider, each in numbers.items()
    }


def unwanted(connection: Connection, blocked: Container[str]) -> list[Unwanted]:
    """Return the keywords to offer for blocking, the most often removed one first.

    Args:
        connection: To the ledger.
        blocked: `spelling_key` of those that are blocked already.
    """
    found: dict[str, _Count] = defaultdict(_Count)
    for value, fate, number in _DECIDED(connection, kind=_KEYWORD):
        found[spelling_key(value)].add(value, fate, int(number))
    offered = [c for key, c in found.items() if c.is_unwanted and key not in blocked]
    return [
        Unwanted(
            text=max(count.spellings, key=lambda text: count.spellings[text]),
            kept=count.kept,
            removed=count.removed,
            providers=_providers(connection, count.spellings),
        )
        for count in sorted(offered, key=lambda count: -count.removed)
    ]


class _Count:
    """Counts the decisions about one keyword, in all its spellings."""

    def __init__(self) -> None:
        self.kept = 0
        self.spellings: dict[str, int] = {}

    def add(self, spelling: str, fate: int, number: int) -> None:
        if fate == _REMOVED:
            self.spellings[spelling] = number
        else:
            self.kept += number

    @property
    def removed(self) -> int:
        return sum(self.spellings.values())

    @property
    def is_unwanted(self) -> bool:
        return self.removed >= MANY and self.removed > self.kept


def _providers(connection: Connection, spellings: Iterable[str]) -> tuple[str, ...]:
    found = {
        provider
        for spelling in spellings
        for (said,) in _SAID_BY(connection, kind=_KEYWORD, fate=_REMOVED, value=spelling)
        for provider in said.split("+")
    }
    return tuple(sorted(found))
