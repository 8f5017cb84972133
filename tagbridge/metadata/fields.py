"""What each field of a file says, and which of it is ours: for somebody who looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata import iim
from tagbridge.metadata.described import SENTENCES
from tagbridge.metadata.properties import OCR_TEXT
from tagbridge.metadata.results import KINDS
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.properties import Property

_WARNING, _PERSON = "plus:AdultContentWarning", "Iptc4xmpExt:PersonInImage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a field.

    Attributes:
        text: As it stands there.
        ours: Whether we wrote it, or would.
        there: Whether it stands in the file by now.
    """

    text: str
    ours: bool
    there: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FileField:
    """One field of a file.

    Attributes:
        name: As ExifTool and others call it.
        values: In their order.
    """

    name: str
    values: tuple[Value, ...]

    @property
    def before(self) -> tuple[Value, ...]:
        """Return what stands there without us: what we would write is not there, or is ours."""
        changes = any(not value.there for value in self.values)
        return tuple(v for v in self.values if (v.there if changes else not v.ours))


def fields_of(existing: Existing, planned: Mapping[str, Iterable[str]]) -> tuple[FileField, ...]:
    """Return the fields of a file that say anything, or would.

    Args:
        existing: What it says.
        planned: What would be written, by the kinds of our record.
    """
    ours: dict[str, set[str]] = {}
    for result in existing.results:
        ours.setdefault(result.kind, set()).add(spelling_key(result.value))
    found = (
        FileField(name=name, values=tuple(_values(there, kind, ours, planned)))
        for name, kind, there in _said(existing)
    )
    return tuple(one for one in found if one.values)


def _said(existing: Existing) -> Iterator[tuple[str, str, Iterable[str]]]:
    described = existing.described
    yield "dc:subject", "keyword", existing.subject
    if existing.carries_iim or existing.iim:
        yield "IPTC:Keywords", "keyword", iim.keywords(existing.iim)
    for target, entries in existing.hierarchies.items():
        paths = ("|".join(entry.split(target.separator)) for entry in entries)
        yield f"{target.prefix}:{target.name}", "hierarchy", tuple(paths)
    if not existing.hierarchies:
        yield "lr:hierarchicalSubject", "hierarchy", ()
    yield _WARNING, "nsfw", (existing.warning,) if existing.warning else ()
    yield _PERSON, "person", described.persons or ()
    for sentence in (*SENTENCES, OCR_TEXT):
        yield _name(sentence), KINDS[sentence], _one(described.texts.get(sentence))
    yield "tagbridge:Colors", "color", tuple(color.hex for color in described.colors)


def _values(
    there: Iterable[str],
    kind: str,
    ours: Mapping[str, set[str]],
    planned: Mapping[str, Iterable[str]],
) -> Iterator[Value]:
    seen = set()
    for text in there:
        seen.add(spelling_key(text))
        known = ours.get(kind, set())
        yield Value(text=text, ours=spelling_key(text) in known or (kind == "text" and bool(known)))
    for text in planned.get(kind, ()):
        if spelling_key(text) not in seen:
            yield Value(text=text, ours=True, there=False)


def _one(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


def _name(target: Property) -> str:
    return f"{target.prefix}:{target.name}"
