"""Which keywords photos have, and what the vocabulary knows of them. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from tagbridge.spelling import cleaned, sentence, spelling_key
from tagbridge.vocabulary.entries import Entry, places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tagbridge.vocabulary.entries import Key, Name

Path: TypeAlias = "tuple[str, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A keyword that photos have, or an ancestor of one.

    Attributes:
        path: Its ancestors from the most general to the nearest, and itself.
        category: True when it is a level that is no keyword itself.
        names: What else the vocabulary calls it.
        photos: How many photos have it.
    """

    path: Path
    category: bool
    names: tuple[Name, ...]
    photos: int

    @property
    def entry(self) -> Entry:
        """Return it as an entry of a list."""
        return Entry(path=self.path, category=self.category, names=self.names)


def paths_of_photo(keywords: Iterable[str], hierarchies: Iterable[str]) -> Iterator[Path]:
    """Yield the keywords of a photo with their ancestors, as Lightroom understands them.

    A keyword that is a level of one of the hierarchies is in its place already; any other has
    none. What no program could read back as a keyword is left out.

    Args:
        keywords: The flat ones.
        hierarchies: Levels joined by `|`.
    """
    covered: set[str] = set()
    for joined in hierarchies:
        path = tuple(_readable(joined.split("|")))
        covered.update(map(spelling_key, path))
        if path:
            yield path
    for keyword in _readable(keywords):
        if spelling_key(keyword) not in covered:
            yield (keyword,)


def _readable(texts: Iterable[str]) -> Iterator[str]:
    return (sentence(text) for text in texts if cleaned(text) is not None)


def exported(
    photos: Iterable[Sequence[Path]], known: Sequence[Entry], root: str = ""
) -> list[Exported]:
    """Return the keywords of photos in the order of the alphabet, ancestors first.

    A keyword without a place that has exactly one in the vocabulary goes there.

    Args:
        photos: The paths of each photo, from `paths_of_photo`.
        known: The entries of the vocabulary.
        root: The level below which our own hierarchies stand; empty for none.
    """
    homes = _homes(known)
    counts: Counter[Key] = Counter()
    found: dict[Key, Path] = {}
    for paths in photos:
        placed = (homes.get(_key(path), path) for path in paths)
        mine = {_key(path): path for path in placed}
        counts.update(mine.keys())
        for key, path in mine.items():
            found.setdefault(key, path)
    ours = [replace(entry, path=(root, *entry.path)) for entry in known] if root else []
    return _with_names(found, counts, [*known, *ours])


def _homes(known: Sequence[Entry]) -> dict[Key, Path]:
    """Return the place of each keyword of the vocabulary that has only one."""
    words = [place.path for place in places_of(known).values() if not place.category]
    times = Counter(spelling_key(path[-1]) for path in words)
    return {(_key(p)[-1],): p for p in words if times[spelling_key(p[-1])] == 1}


def _with_names(
    found: dict[Key, Path], counts: Counter[Key], known: Sequence[Entry]
) -> list[Exported]:
    used = {key[:depth] for key in found for depth in range(1, len(key) + 1)}
    about = [entry for entry in known if _key(entry.path) in used]
    # The vocabulary comes first: its spelling counts, and what it calls a category is one.
    places = places_of([*about, *(Entry(path=path) for path in found.values())])
    return [
        Exported(
            path=place.path, category=bool(place.category), names=place.names, photos=counts[key]
        )
        for key, place in sorted(places.items())
    ]


def _key(path: Path) -> Key:
    return tuple(map(spelling_key, path))
