"""What a program shows of a photo. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata.compatibility.photo import long_forms
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tagbridge.metadata.compatibility.photo import KeywordEntries, ListName, Photo, Place
    from tagbridge.metadata.compatibility.programs import Choice, Program, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A list that a program takes.

    Attributes:
        path: The file.
        place: Where that is.
        name: Which list.
        entries: What stands in it.
    """

    path: Path
    place: Place
    name: ListName
    entries: KeywordEntries


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a program shows.

    Attributes:
        program: The program.
        way: How it reads the photo, or None when that is not known.
        taken: The lists that it joins; none when it shows no keywords.
    """

    program: Program
    way: Way | None
    taken: tuple[Taken, ...] = ()

    @property
    def keywords(self) -> tuple[str, ...]:
        """Return the names of the keywords, each once."""
        names = (entry[-1] for t in self.taken for entry in t.entries.entries)
        unique: dict[str, str] = {}
        for name in names:
            unique.setdefault(spelling_key(name), name)
        return tuple(unique.values())

    @property
    def hierarchical(self) -> tuple[str, ...]:
        """Return the keywords with something above them, levels joined by `|`."""
        paths = ("|".join(e) for t in self.taken for e in t.entries.entries if len(e) > 1)
        return tuple(dict.fromkeys(paths))

    def keys(self, photo: Photo) -> frozenset[str]:
        """Return `spelling_key` of all that it shows on any level, cut keywords in full."""
        forms = long_forms(photo)
        shown = frozenset(key for t in self.taken for key in t.entries.levels)
        return frozenset(forms.get(key, key) for key in shown)

    @property
    def places(self) -> frozenset[Place]:
        """Return the files that it looks into."""
        way = self.way
        return frozenset() if way is None else frozenset(p for c in way.choices for p, _ in c)


def seen_by(program: Program, photo: Photo) -> Seen:
    """Return what a program shows of a photo."""
    way = next((w for w in program.ways if _is_open(w, photo)), None)
    if way is None:
        return Seen(program=program, way=None)
    taken = tuple(found for choice in way.choices for found in _taken(choice, photo))
    return Seen(program=program, way=way, taken=taken)


def _is_open(way: Way, photo: Photo) -> bool:
    fits = way.formats is None or photo.media_type in way.formats
    return fits and way.file in photo.said


def _taken(choice: Choice, photo: Photo) -> Iterator[Taken]:
    """Yield the first list of a choice that says something, if there is one."""
    for place, name in choice:
        said = photo.said.get(place)
        if said is not None and name in said.lists:
            yield Taken(path=said.path, place=place, name=name, entries=said.lists[name])
            return
