"""What a photo and its sidecars say, list by list: all that a program could read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tagbridge.metadata import iim
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# `short` is IMG.xmp, `long` is IMG.ext.xmp.
Place = Literal["photo", "short", "long"]
Digest = Literal["none", "missing", "right", "stale"]
ListName = Literal[
    "digiKam",
    "Microsoft",
    "Lightroom",
    "subject",
    # The same where white space stands around the tags of the list.
    "Lightroom, spaced",
    "subject, spaced",
    # IPTC-IIM keywords, read with knowledge of all that can be meant, and as simpler readers do
    # when the block does not say which character set it is in.
    "iim",
    "iim as cp1252",
    "iim as utf-8",
    # dc:subject and IPTC-IIM keywords, reconciled by the digest as MWG 2.0 says.
    "mwg",
    "mwg as cp1252",
]


IIM_FIELD = "IPTC Keywords"
# Every list once, in its best reading, those of XMP first.
_LISTS: tuple[ListName, ...] = ("digiKam", "Microsoft", "Lightroom", "subject", "iim")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordEntries:
    """A list of keywords in one file.

    Attributes:
        field: Its name in the standard.
        entries: Each from its most general level down; a flat keyword is one level.
    """

    field: str
    entries: tuple[tuple[str, ...], ...]

    @property
    def levels(self) -> frozenset[str]:
        """Return `spelling_key` of all keywords on all levels."""
        return frozenset(spelling_key(level) for entry in self.entries for level in entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one file says.

    Attributes:
        path: The file.
        lists: The lists that are not empty.
        digest: Whether IPTCDigest is that of its IPTC-IIM block; `none` without a block.
        two_languages: Properties with a default text and one translation that differs.
    """

    path: Path
    lists: Mapping[ListName, KeywordEntries] = field(default_factory=dict)
    digest: Digest = "none"
    two_languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo with its sidecars.

    Attributes:
        path: The photo.
        media_type: By its content.
        said: By the place where it is said; the photo itself is always there.
        owns_short: False when IMG.xmp is the sidecar of another file of the same name.
        problems: What is not understood, with the reason.
    """

    path: Path
    media_type: str
    said: Mapping[Place, Said]
    owns_short: bool = True
    problems: tuple[str, ...] = ()

    def keywords(self) -> dict[str, str]:
        """Return all keywords, without what is only a level above one, by `spelling_key`."""
        found: dict[str, str] = {}
        for _place, _name, entries in self.lists():
            for entry in entries.entries:
                found.setdefault(spelling_key(entry[-1]), entry[-1])
        return found

    def lists(self) -> Iterator[tuple[Place, ListName, KeywordEntries]]:
        """Yield every list of every file once, in its best reading, those of XMP first."""
        for name in _LISTS:
            for place, said in self.said.items():
                if name in said.lists:
                    yield place, name, said.lists[name]


def long_forms(photo: Photo) -> dict[str, str]:
    """Return `spelling_key` of keywords of XMP by those of the forms that IPTC-IIM cuts them to."""
    return {
        form: spelling_key(level)
        for _place, name, entries in photo.lists()
        if name != "iim"
        for entry in entries.entries
        for level in entry
        for form in iim.short_forms(level)
    }
