"""A second run over a whole library: no call, and no byte."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pillow_heif
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Program
    from tests.journey.paid.conftest import Customer

EMBEDDED = ("a.jpg", "b.png", "c.webp")
BESIDE = ("d.tif", "e.gif", "f.avif", "g.heic")
EVERYTHING = {
    "KEYWORDS__ROOT": "Ours",
    "NSFW__KEYWORD": "nsfw",
    "WRITE__PERSON_KEYWORDS": "true",
    "WRITE__FACES": "true",
    "WRITE__OBJECT_REGIONS": "true",
    "WRITE__DESCRIPTION": "true",
    "WRITE__TITLE": "true",
    "WRITE__COLOR_KEYWORDS": "true",
    "PROVIDERS__PUPPET__VIDEOS": "true",
    "PROVIDERS__PUPPET__WORDS": json.dumps(["Sea", "Überfahrt", "x" * 100]),
    "PROVIDERS__PUPPET__NSFW": "0.95",
    "PROVIDERS__PUPPET__PERSON": "Ada Lovelace",
    "PROVIDERS__PUPPET__CAPTION": "A ferry <leaves> the harbour.",
    "PROVIDERS__PUPPET__TEXT": json.dumps(["ENTRY", "& EXIT"]),
    "PROVIDERS__PUPPET__COLOR": "#1e5aa0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A folder with every kind of file, and who tags it with everything that can be written."""

    folder: Path
    program: Program
    calls: Callable[[], int]

    def stamps(self) -> dict[Path, tuple[int, int, int, bytes]]:
        """Return all by which a change of a file can be told; one that is new shows as well."""
        files = {path: path.stat() for path in sorted(self.folder.rglob("*")) if path.is_file()}
        return {
            path: (s.st_ino, s.st_mtime_ns, s.st_ctime_ns, path.read_bytes())
            for path, s in files.items()
        }


@pytest.fixture
def library(
    *,
    inbox: Path,
    customer: Callable[..., Customer],
    draw: Callable[..., Path],
    draw_dng: Callable[[Path], Path],
    film: Callable[..., Path],
    edit: Callable[..., None],
) -> Library:
    pillow_heif.register_heif_opener()
    for number, name in enumerate((*EMBEDDED, *BESIDE)):
        draw(inbox / name, 40 * number)
    draw_dng(inbox / "h.dng")
    draw_dng(inbox / "pair.dng")
    draw(inbox / "pair.jpg", 300)
    for name in ("i.mp4", "j.mov"):
        film(inbox / name, seconds=0.5)
    draw(inbox / "below" / "k.jpg", 301)
    edit(inbox / "below" / "k.jpg", "-XMP-dc:Subject=mine", "-IPTC:Keywords=mine", "-Title=Mine")
    draw(inbox / "l.jpg", 302)
    edit(inbox / "l.jpg", "-o", str(inbox / "l.jpg.xmp"), "-XMP-dc:Subject=theirs")
    we = customer(**EVERYTHING)
    return Library(folder=inbox, program=we.program, calls=lambda: len(we.service.arrived()))


def test_a_second_run_over_a_library_asks_for_nothing_and_changes_no_byte(
    library: Library, exiftool: Callable[..., Any]
) -> None:
    first = library.program.tag(library.folder)
    assert (first.status, set(first.summary)) == (0, {"written"}), first.out + first.err
    assert len(first.rows) == 15
    asked, before = library.calls(), library.stamps()
    assert asked == 2 * 10  # the two RAW files are one picture
    found = exiftool(library.folder / "a.jpg")
    for tag in (
        *("XMP-dc:Subject", "IPTC:Keywords", "XMP-lr:HierarchicalSubject"),
        *("XMP-iptcExt:PersonInImage", "XMP-mwg-rs:RegionInfo", "XMP-plus:AdultContentWarning"),
        *("XMP-iptcCore:AltTextAccessibility", "XMP-iptcCore:ExtDescrAccessibility"),
        *("XMP-dc:Description", "XMP-tagbridge:OcrText", "XMP-tagbridge:Colors"),
    ):
        assert tag in found, tag

    for _ in range(2):
        again = library.program.tag(library.folder)
        assert (again.status, set(again.summary)) == (0, {"unchanged"}), again.out + again.err
        # The puppet works offline, which counts as one.
        assert [row["calls"] for row in again.rows[:-1]] == [1] * 14
        assert library.calls() == asked
        assert library.stamps() == before
