"""How programs read the keywords of a photo: one table for each.

A program takes the first of its ways that fits. A way is open when its `file` is there (and the
format is one of `formats`, if it says so). Of each of its `choices` the first list that is not
empty is taken, and what the choices give is joined.

A new program is one more table in `PROGRAMS`. Every line names where it is known from: *measured*
(the tests ask the program itself), *source* (its source code), *documented*, or *believed*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from tagbridge.formats import FORMATS
from tagbridge.metadata.compatibility.photo import ListName, Place

Choice: TypeAlias = tuple[tuple[Place, ListName], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to the keywords of a photo.

    Attributes:
        file: Must be there.
        choices: What is read.
        formats: Media types of the photo; None for all.
    """

    file: Place
    choices: tuple[Choice, ...]
    formats: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program.

    Attributes:
        name: In `--json`.
        title: What people call it.
        ways: The first that is open is taken; when none is, nobody knows what it reads.
    """

    name: str
    title: str
    ways: tuple[Way, ...]


_RAW = frozenset(f.media_type for f in FORMATS if f.decoder == "raw") - {"image/x-adobe-dng"}
_VIDEO = frozenset(f.media_type for f in FORMATS if f.kind == "video")
_PICTURES = frozenset(f.media_type for f in FORMATS) - _VIDEO
EMBEDDABLE = frozenset(
    {
        *("image/jpeg", "image/png", "image/tiff"),
        *("image/x-adobe-dng", "image/vnd.adobe.photoshop"),
    }
)


def _each(place: Place, *names: ListName) -> tuple[Choice, ...]:
    return tuple(((place, name),) for name in names)


def _first(place: Place, *names: ListName) -> Choice:
    return tuple((place, name) for name in names)


# Documented: JPEG, TIFF, PSD, PNG and DNG are read alone, whatever lies beside them; of other RAW
# files IMG.xmp is read. Measured with Adobe's toolkit: the digest decides between XMP and IPTC.
# Believed: paths and flat keywords are joined, and what a RAW file itself says counts without a
# sidecar. What it reads of HEIC, AVIF, WebP, GIF and videos is not known.
_ADOBE = (
    Way(file="photo", choices=_each("photo", "Lightroom", "mwg"), formats=EMBEDDABLE),
    Way(file="short", choices=_each("short", "Lightroom", "subject"), formats=_RAW),
    Way(file="photo", choices=_each("photo", "Lightroom", "mwg"), formats=_RAW),
)

# Source and measured (7.9, reading of sidecars switched on, as RAW files need): IMG.xmp is looked
# for first, and a sidecar hides the XMP and the IPTC keywords of the photo. The first list wins.
# IPTC is taken for UTF-8. Left out: mediapro:CatalogSets and acdsee:categories, which stand
# between lr:hierarchicalSubject and dc:subject.
_DIGIKAM_LISTS: tuple[ListName, ...] = ("digiKam", "Microsoft", "Lightroom", "subject")

# Source: digiKam:TagsList, then lr:hierarchicalSubject, then what ExifTool calls MWG:Keywords, each
# of the sidecar if it has it and otherwise of the photo; IMG.ext.xmp is looked for first.
# Measured with ExifTool: IPTC that does not name its character set is taken for cp1252.
_IMMICH_LISTS: tuple[ListName, ...] = ("digiKam", "Lightroom", "mwg as cp1252")


def _of_immich(sidecar: Place) -> Way:
    choice = tuple((place, name) for name in _IMMICH_LISTS for place in (sidecar, "photo"))
    return Way(file=sidecar, choices=(tuple(dict.fromkeys(choice)),))


PROGRAMS: tuple[Program, ...] = (
    Program(name="lightroom", title="Lightroom Classic", ways=_ADOBE),
    Program(
        name="digikam",
        title="digiKam",
        ways=(
            Way(file="short", choices=(_first("short", *_DIGIKAM_LISTS),)),
            Way(file="long", choices=(_first("long", *_DIGIKAM_LISTS),)),
            Way(file="photo", choices=(_first("photo", *_DIGIKAM_LISTS, "iim as utf-8"),)),
        ),
    ),
    # Measured (4.2, at import): IMG.ext.xmp alone, and there paths hide flat keywords. Without it
    # the photo, where paths hide dc:subject but not IPTC, and of IMG.xmp all that has white space
    # around its tags.
    Program(
        name="darktable",
        title="darktable",
        ways=(
            Way(
                file="long",
                choices=(_first("long", "Lightroom", "subject"),),
                formats=_PICTURES,
            ),
            Way(
                file="photo",
                choices=(
                    _first("photo", "Lightroom", "subject"),
                    *_each("photo", "iim"),
                    *_each("short", "Lightroom, spaced", "subject, spaced"),
                ),
                formats=_PICTURES,
            ),
        ),
    ),
    Program(
        name="immich",
        title="Immich",
        ways=(_of_immich("long"), _of_immich("short"), _of_immich("photo")),
    ),
    # Source: its keywords are those that ExifTool calls Keywords. Of a sidecar dc:subject is
    # another field (in versions before 2026 keywords, but only as rdf:Seq, which nobody writes).
    Program(
        name="photoprism",
        title="PhotoPrism",
        ways=(Way(file="photo", choices=_each("photo", "iim as cp1252")),),
    ),
    # Documented: the names of sidecars. Believed: the lists.
    Program(name="captureone", title="Capture One", ways=_ADOBE),
)
