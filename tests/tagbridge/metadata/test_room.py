"""A packet has little room in a JPEG: what can be spared is left out, keywords last."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.additions import Addition
from tagbridge.metadata.plan import WritePlan, without_room
from tagbridge.metadata.results import Result
from tests.tagbridge.metadata.answers import OPTIONS, TAGSET

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build, Judge, Writer

PARTS = ["text", "regions", "captions", "other"]
SPARE = {
    3000: {"keyword"},
    6500: {"keyword", "person", "color"},
    7500: {"keyword", "person", "color", "alt_text", "title"},
    11000: {"keyword", "person", "color", "alt_text", "title", "face", "object", "text"},
}
RESULT = Result(kind="text", value="", confidence=None, provider="a", model="", when="")
KEYWORD = replace(RESULT, kind="keyword", value="sea")
PLAN = WritePlan(
    hierarchies={},
    results=(KEYWORD,),
    additions=tuple(
        Addition(part=part, results=(RESULT,))  # type: ignore[arg-type] # the parts
        for part in reversed(PARTS)
    ),
)


@pytest.mark.parametrize("room", range(5))
def test_parts_are_left_out_in_their_order(room: int) -> None:
    found = without_room(PLAN, lambda plan: len(plan.additions) <= room)

    assert {a.part for a in found.additions} == set(PARTS[4 - room :])
    assert found.results == (KEYWORD,)


def filled(build: Build, size: int) -> bytes:
    return build.packet(f"<q:brush>{'x' * size}</q:brush>")


@pytest.fixture(params=SPARE)
def photo(request: pytest.FixtureRequest, build: Build, tmp_path: Path) -> Path:
    """Return a JPEG whose packet has so many bytes to spare."""
    path: Path = tmp_path / f"{request.param}.jpg"
    path.write_bytes(build.jpeg(build.app1(filled(build, 60_000 - request.param))))
    return path


@pytest.mark.usefixtures("exiftool")
def test_a_jpeg_gets_what_there_is_room_for_and_the_second_run_does_nothing(
    judge: Judge, write: Writer, photo: Path
) -> None:
    present = SPARE[int(photo.stem)]

    receipt = write.tagged(photo, TAGSET, OPTIONS)

    assert receipt.target == photo
    (found,) = judge.exiftool(photo)
    kinds = {r["Kind"] for r in found["XMP-tagbridge:Results"]}
    assert present <= kinds
    assert ("text" in kinds) == ("text" in present)
    before = photo.read_bytes()
    assert write.tagged(photo, TAGSET, OPTIONS).outcome == "unchanged"
    assert photo.read_bytes() == before


@pytest.mark.usefixtures("exiftool")
def test_a_png_has_room_for_everything(
    build: Build, judge: Judge, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(build.png(build.itxt(filled(build, 200_000))))

    assert write.tagged(photo, TAGSET, OPTIONS).target == photo

    (found,) = judge.exiftool(photo)
    assert {"text", "face", "object"} <= {r["Kind"] for r in found["XMP-tagbridge:Results"]}


@pytest.mark.usefixtures("exiftool")
def test_a_jpeg_without_room_even_for_keywords_gets_a_sidecar_with_everything(
    build: Build, judge: Judge, write: Writer, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(build.jpeg(build.app1(filled(build, 64_700))))

    receipt = write.tagged(photo, TAGSET, OPTIONS)

    assert receipt.target == tmp_path / "photo.jpg.xmp"
    (found,) = judge.exiftool(receipt.target)
    assert {"text", "face", "object"} <= {r["Kind"] for r in found["XMP-tagbridge:Results"]}
