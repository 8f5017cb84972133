"""Everything that we write beside keywords goes as well, in the form of each program that saved."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from tagbridge.metadata.additions import DescribeRules
from tagbridge.metadata.plan import WriteRules
from tagbridge.metadata.write import WriteOptions
from tagbridge_hooks import (
    Caption,
    Color,
    Keyword,
    Person,
    Region,
    Sensitivity,
    Source,
    Sourced,
    TagSet,
    TextLine,
)
from tests.faults.adobe import Adobe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build
    from tests.tagbridge.metadata.undo.exiftool import ExifTool
    from tests.tagbridge.metadata.undo.shelf import Shelf

    Save: TypeAlias = Callable[[Path, ExifTool], object]

XMP = "http://ns.adobe.com/xap/1.0/"
SOURCE = Source(provider="p", model="m", confidence=0.99)
PLACE = Region.clamped(0.1, 0.2, 0.3, 0.4)
ALL = WriteRules(
    root="Ours",
    describe=DescribeRules(
        people=True,
        faces=True,
        object_regions=True,
        alt_text=True,
        description=True,
        title=True,
        text=True,
        colors=True,
    ),
)
MINE = (
    "-XMP-dc:Subject=mine",
    "-IPTC:Keywords=mine",
    "-XMP-lr:HierarchicalSubject=Places|mine",
    "-XMP-digiKam:TagsList=Places/mine",
    "-XMP-microsoft:LastKeywordXMP=Places/mine",
    "-XMP-iptcExt:PersonInImage=Ann",
    "-XMP-dc:Creator=Me",
)
NEITHER = ("Label", "MetadataDate", "XMPToolkit", "ExifTool:", "System:", "File:", "ModifyDate")


def by_exiv2(path: Path, _tool: ExifTool) -> None:
    subprocess.run(["exiv2", "-M", "set Xmp.xmp.Label Red", path], check=True)


SAVES: Mapping[str, Save] = {
    "nobody": lambda _path, _tool: None,
    "ExifTool": lambda path, tool: tool.edit(path, "-XMP-xmp:Label=Red"),
    "ExifTool, briefly": lambda path, tool: tool.edit(
        path, "-api", "Compact=Shorthand,OneDesc", "-XMP-xmp:Label=Red"
    ),
    "Adobe": lambda path, _tool: Adobe().edit(path, "set", XMP, "Label", "Red"),
    "exiv2": by_exiv2,
}


def everything() -> TagSet:
    def sourced(*values: Any) -> tuple[Sourced[Any], ...]:  # noqa: ANN401 - of each kind
        return tuple(Sourced(value=value, sources=(SOURCE,)) for value in values)

    return TagSet(
        keywords=sourced(
            Keyword(text="sea", confidence=0.9), Keyword(text="cat", confidence=0.9, region=PLACE)
        ),
        persons=sourced(Person(name="Bob", confidence=0.99, region=PLACE, face=True)),
        text=sourced(TextLine(text="OPEN")),
        colors=sourced(Color(hex="#ff0000", fraction=0.5, name="red")),
        captions=sourced(Caption(text="A cat at sea", confidence=0.9)),
        sensitivities=sourced(Sensitivity(kind="nsfw", confidence=0.99)),
    )


def said_by(tool: ExifTool, photo: Path) -> dict[str, Any]:
    """Return what ExifTool reads, without what every save changes."""
    found = tool.read(photo)
    return {
        name: value
        for name, value in found.items()
        if not any(word in name for word in NEITHER) and name != "SourceFile"
    }


@pytest.mark.usefixtures("exempi", "exiv2_program")
@pytest.mark.parametrize("begun", [(), MINE], ids=["without", "with metadata"])
@pytest.mark.parametrize("saver", SAVES)
def test_all_that_we_wrote_goes_whoever_has_saved_since(
    build: Build, shelf: Shelf, tool: ExifTool, saver: str, begun: tuple[str, ...]
) -> None:
    shelf.options = WriteOptions(rules=ALL)
    photo = shelf.put("a.jpg", build.jpeg())
    if begun:
        tool.edit(photo, *begun)
    before, original = said_by(tool, photo), photo.read_bytes()
    assert shelf.tag(photo, everything()).outcome == "written"
    tagged = said_by(tool, photo)
    for name in ("AdultContentWarning", "RegionInfo", "ImageRegion", "OcrText", "Colors"):
        assert any(name.lower() in tag.lower() for tag in (*tagged, str(tagged))), name
    SAVES[saver](photo, tool)
    undone = shelf.undo(photo)
    assert undone.outcome == "undone", undone
    assert undone.exact == (saver == "nobody")
    after = said_by(tool, photo)
    ours = {name: value for name, value in after.items() if before.get(name) != value}
    # Adobe's library copies a description and an author into Exif, which we do not touch.
    by_adobe = {"IFD0:ImageDescription", "IFD0:Artist"} if saver == "Adobe" else set()
    assert not {n for n in ours if "IPTC" not in n} - by_adobe
    assert after.get("IPTC:Keywords") == before.get("IPTC:Keywords")
    assert not before.keys() - after.keys()
    assert photo.read_bytes() == original or saver != "nobody"
    assert shelf.undo(photo).outcome == "unchanged"
