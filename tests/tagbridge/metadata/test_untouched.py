"""What only a look inside can show to be untouched: camera notes, gain maps, translations."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tagbridge.metadata.write import WriteOptions
from tagbridge_hooks import Caption, Keyword, Source, Sourced, TagSet

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build, Judge, Writer

_SOURCE = Source(provider="local", model="m1", confidence=0.9)
_EXIF_IFD, _MAKER_NOTE = 0x8769, 0x927C
_GAIN_MAP = (
    ' xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"'
    ' hdrgm:GainMapMax="3.2"'
)
_TWO_LANGUAGES = (
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A cat</rdf:li>'
    '<rdf:li xml:lang="de">Eine Katze</rdf:li></rdf:Alt></dc:title>'
)


def test_camera_notes_stay_byte_for_byte(judge: Judge, write: Writer, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(_EXIF_IFD)[_MAKER_NOTE] = b"Apple iOS\0\0\1MM" + bytes(range(256))
    file = io.BytesIO()
    Image.linear_gradient("L").save(file, "JPEG", exif=exif, icc_profile=b"p" * 333)
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(file.getvalue())

    write.embedded(photo, "sea")

    def others(data: bytes) -> list[tuple[int, bytes]]:
        ours = (b"http://ns.adobe.com/xap", b"Photoshop 3.0")
        return [(m, c) for m, c in judge.segments(data) if not c.startswith(ours)]

    assert others(photo.read_bytes()) == others(file.getvalue())
    assert b"Apple iOS" in photo.read_bytes()


def test_a_gain_map_is_still_announced_as_it_was(
    build: Build, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(
        build.jpeg(build.app1(build.packet("<dc:format>x</dc:format>", more=_GAIN_MAP)))
    )

    write.embedded(photo, "sea")

    assert _GAIN_MAP.encode() in photo.read_bytes()


def test_two_languages_of_the_users_stay_two(build: Build, write: Writer, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(build.jpeg(build.app1(build.packet(_TWO_LANGUAGES))))

    write.embedded(photo, "sea")

    assert _TWO_LANGUAGES.encode() in photo.read_bytes()


@pytest.mark.parametrize("language", ["en", "de", None])
def test_a_sentence_of_ours_has_one_language_which_adobes_programs_leave_alone(
    build: Build, judge: Judge, write: Writer, tmp_path: Path, language: str | None
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(build.jpeg())
    caption = Caption(text="A cat on a mat", confidence=0.9, language=language)
    keyword = Keyword(text="cat", confidence=0.9)
    tagset = TagSet(
        keywords=(Sourced(value=keyword, sources=(_SOURCE,)),),
        captions=(Sourced(value=caption, sources=(_SOURCE,)),),
    )

    assert write.tagged(photo, tagset, WriteOptions()).outcome == "written"

    alternatives = judge.packet(photo.read_bytes()).findall(f".//{{{judge.prefixes['rdf']}}}Alt")
    assert [len(alternative) for alternative in alternatives] == [1]
