"""What the page of the photos answers: only of its folders, bounded, and without metadata."""

from __future__ import annotations

import asyncio
import io
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tagbridge.pipeline import tag_asset
from tagbridge.web.photos.asking import name_of_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    from tagbridge.equipment import Equipment
    from tagbridge.web.house import House
    from tests.tagbridge.conftest import Equip, Speaker
    from tests.tagbridge.web.conftest import Served


@pytest.fixture
def equipment(equip: Equip, speaker: Callable[..., Speaker]) -> Equipment:
    return equip(speakers=[speaker("Sea")])


@pytest.fixture
def guest(
    house: House, equipment: Equipment, serve: Callable[..., Served]
) -> Iterator[httpx.Client]:
    """Return somebody who has come in where photos are shown."""
    with serve(replace(house, equipment=equipment)).guest() as client:
        yield client


@pytest.fixture
def tag(equipment: Equipment) -> Callable[[Path], Path]:
    """Return a function that makes a photo and tags it."""

    def tagged(path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = Image.linear_gradient("L").resize((800, 400)).convert("RGB")
        picture.putpixel((0, 0), (len(path.name), 0, 0))
        picture.save(path, quality=95)
        outcome = asyncio.run(tag_asset(path, equipment)).receipt.outcome
        assert outcome == "written"
        return path

    return tagged


def name(path: Path) -> str:
    return name_of_key(bytes(path))


def rows(guest: httpx.Client, **query: str) -> list[dict[str, Any]]:
    answer = guest.get("/photos/rows", params=query)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def test_the_sheet_tells_of_each_photo_in_the_folders(
    guest: httpx.Client, tag: Callable[[Path], Path], tmp_path: Path
) -> None:
    tag(tmp_path / "photos" / "a.jpg")
    tag(tmp_path / "elsewhere" / "bb.jpg")
    (row,) = rows(guest)
    assert (row["name"], row["state"], row["nsfw"]) == ("a.jpg", "new", False)
    assert row["keywords"] == [{"text": "Sea", "sure": 0.9, "by": "sea", "fate": "written"}]
    counted = guest.get("/photos/starts").json()
    assert (counted["total"], counted["starts"]) == (1, [row["key"]])
    assert guest.get("/photos").status_code == 200


def test_a_name_that_is_not_utf_8_is_shown_and_leads_to_its_photo(
    guest: httpx.Client, tag: Callable[[Path], Path], tmp_path: Path
) -> None:
    tag(tmp_path / "photos" / os.fsdecode(b"caf\xe9.jpg"))
    (row,) = rows(guest)
    assert row["name"].startswith("caf")
    page = guest.get("/photos/photo", params={"key": row["key"]})
    assert page.status_code == 200
    assert "caf%E9.jpg" in page.text


def test_pages_are_bounded_and_follow_each_other(
    guest: httpx.Client, tag: Callable[[Path], Path], tmp_path: Path
) -> None:
    for number in range(3):
        tag(tmp_path / "photos" / f"{'x' * number}y.jpg")
    assert len(rows(guest, limit="2")) == 2
    every = rows(guest, limit="100000")
    assert [row["name"] for row in rows(guest, start=every[1]["key"])] == [
        row["name"] for row in every[1:]
    ]


@pytest.mark.parametrize("wrong", ["limit=many", "limit=-1", "sure=much"])
def test_what_makes_no_sense_is_refused(guest: httpx.Client, wrong: str) -> None:
    assert guest.get(f"/photos/rows?{wrong}").status_code == 400


def test_a_thumbnail_is_small_and_says_nothing_of_its_photo(
    guest: httpx.Client, tag: Callable[[Path], Path], tmp_path: Path
) -> None:
    photo = tag(tmp_path / "photos" / "a.jpg")
    made, kept = (guest.get("/photos/small", params={"key": name(photo)}) for _ in range(2))
    assert made.content == kept.content
    assert "immutable" in made.headers["cache-control"]
    picture = Image.open(io.BytesIO(made.content))
    assert (picture.size, picture.format) == ((320, 160), "JPEG")
    assert not picture.getexif()
    assert b"http://ns.adobe.com" not in made.content


@pytest.mark.parametrize("what", ["small", "large", "photo"])
def test_nothing_outside_the_folders_is_shown(
    guest: httpx.Client, tag: Callable[[Path], Path], tmp_path: Path, what: str
) -> None:
    outside = tag(tmp_path / "elsewhere" / "a.jpg")
    link = tmp_path / "photos" / "link.jpg"
    link.symlink_to(outside)
    names = (outside, link, tmp_path / "photos" / ".." / "elsewhere" / "a.jpg", Path("/etc/passwd"))
    for path in names:
        assert guest.get(f"/photos/{what}", params={"key": name(path)}).status_code == 404
    for wrong in ("", "!", "a", "AA"):
        assert guest.get(f"/photos/{what}", params={"key": wrong}).status_code == 404


def test_nothing_outside_the_folders_is_decided_about(
    guest: httpx.Client, tag: Callable[[Path], Path], tmp_path: Path
) -> None:
    outside = tag(tmp_path / "elsewhere" / "a.jpg")
    before = outside.read_bytes()
    asked = {"deed": "remove", "keys": [name(outside)], "keywords": []}
    assert guest.post("/photos/decide", json=asked).status_code == 404
    assert guest.get("/photos/rows", params={"folder": str(outside.parent)}).status_code == 404
    assert outside.read_bytes() == before


@pytest.mark.parametrize(
    "asked",
    [
        {"deed": "destroy", "keys": []},
        {"deed": "never", "keys": [], "keywords": ["a", "b"]},
        {"keys": []},
        {"deed": "accept", "keys": "all"},
        {"deed": "accept", "keys": [], "keywords": "Sea"},
        ["accept"],
    ],
)
def test_an_order_that_makes_no_sense_is_refused(guest: httpx.Client, asked: object) -> None:
    assert guest.post("/photos/decide", json=asked).status_code == 400


def test_what_cannot_be_decided_for_one_is_decided_for_the_others(
    guest: httpx.Client, tag: Callable[[Path], Path], tmp_path: Path
) -> None:
    good, linked = (tag(tmp_path / "photos" / f"{n}.jpg") for n in ("a", "bb"))
    (tmp_path / "photos" / "other.jpg").hardlink_to(linked)
    asked = {"deed": "remove", "keys": [name(linked), name(good)], "keywords": ["sea"]}
    answer = guest.post("/photos/decide", json=asked).json()

    assert answer["failed"] == 1
    assert "Removed Sea in 1 photo. bb.jpg: it is left alone" in answer["said"]
    fates = {row["name"]: row["keywords"][0]["fate"] for row in answer["rows"]}
    assert fates == {"a.jpg": "removed", "bb.jpg": "written"}


def test_nothing_is_taken_back_twice(
    guest: httpx.Client, tag: Callable[[Path], Path], tmp_path: Path
) -> None:
    photo = tag(tmp_path / "photos" / "a.jpg")
    asked = {"deed": "remove", "keys": [name(photo)], "keywords": []}
    guest.post("/photos/decide", json=asked)
    first, second = (guest.post("/photos/undo", json={}).json()["said"] for _ in range(2))
    assert first == "Taken back for 1 photo."
    assert second == "There is nothing to take back."


def test_the_page_of_a_photo_escapes_what_it_shows(
    guest: httpx.Client, equipment: Equipment, tag: Callable[[Path], Path], tmp_path: Path
) -> None:
    photo = tag(tmp_path / "photos" / "<b>&.jpg")
    page = guest.get("/photos/photo", params={"key": name(photo)}).text
    assert "&lt;b&gt;&amp;.jpg" in page
    assert "<b>&" not in page
    assert "Sea" in page
    known = equipment.ledger.files.find(photo)
    assert known is not None
    photo.write_bytes(b"broken")
    broken = guest.get("/photos/photo", params={"key": name(photo)})
    assert broken.status_code == 200
    assert "it is not a picture we know" in broken.text
