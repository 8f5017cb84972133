"""What somebody decides is in the files and in the ledger, and is never undone by a later run."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge.deciding import Decided, Desk, NotDecidedError
from tagbridge.metadata.exiv2 import Exiv2
from tagbridge.metadata.show import show_asset
from tagbridge.pipeline import tag_asset
from tagbridge.reading import asset_of, read_source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tests.tagbridge.conftest import Equip, Speaker

LISTS = ("XMP-dc:Subject", "IPTC:Keywords")


class Office:
    """One photo that two providers have tagged with `Sea` and `Boat`, and who decides about it."""

    def __init__(self, photo: Path, equipment: Equipment) -> None:
        self.photo = photo
        self.equipment = equipment
        self.desk = Desk(equipment)

    def tag(self) -> str:
        return asyncio.run(tag_asset(self.photo, self.equipment)).receipt.outcome

    def lists(self) -> dict[str, list[str]]:
        found = exiftool(self.photo)
        return {name: str(found[name]).split("|") for name in LISTS if name in found}

    def fates(self) -> dict[str, str]:
        asset = asset_of(read_source(self.photo, {"image"}))
        entries = self.equipment.ledger.written.of_picture(asset.identity)
        return {e.value: e.fate for e in entries if e.kind == "keyword"}

    def records(self) -> dict[str, bool]:
        """Return the keywords in our record of the file, and which of them are confirmed there."""
        said = exiftool(self.photo).get("XMP-tagbridge:Results", [])
        return {
            r["Value"]: str(r.get("Confirmed")) == "True" for r in said if r["Kind"] == "keyword"
        }

    def whose(self) -> dict[str, str]:
        reader = Exiv2()
        try:
            return {k.text: k.whose for k in show_asset(self.photo, reader).keywords}
        finally:
            reader.close()


def exiftool(path: Path) -> dict[str, Any]:
    if not shutil.which("exiftool"):
        pytest.skip("needs exiftool: apt-get install libimage-exiftool-perl")
    said = subprocess.check_output(["exiftool", "-j", "-G1", "-struct", "-sep", "|", path])
    found: dict[str, Any] = json.loads(said)[0]
    return found


@pytest.fixture
def office(photo: Path, equip: Equip, speaker: Callable[..., Speaker]) -> Office:
    made = Office(photo, equip(speakers=[speaker("Sea"), speaker("Boat")]))
    assert made.tag() == "written"
    return made


def test_a_removed_keyword_is_gone_from_every_list_and_does_not_come_back(office: Office) -> None:
    decided = office.desk.remove(office.photo, frozenset({"sea"}))

    assert (decided.verdict, decided.keywords) == ("removed", ("Sea",))
    assert office.lists() == {name: ["Boat"] for name in LISTS}
    assert office.fates() == {"Sea": "removed", "Boat": "written"}
    assert office.tag() == "unchanged"
    assert office.lists() == {name: ["Boat"] for name in LISTS}


def test_the_file_itself_says_what_was_removed_and_that_nobody_else_has_edited_it(
    office: Office,
) -> None:
    office.desk.remove(office.photo, frozenset({"sea"}))
    assert office.records() == {"Sea": False, "Boat": False}
    assert office.whose() == {"Boat": "ours"}  # without the ledger


def test_an_accepted_keyword_is_confirmed_in_the_file_and_the_others_are_not(
    office: Office,
) -> None:
    office.desk.accept(office.photo, frozenset({"boat"}))
    assert office.lists() == {name: ["Boat", "Sea"] for name in LISTS}
    assert office.records() == {"Boat": True, "Sea": False}
    assert office.fates() == {"Boat": "kept", "Sea": "written"}
    assert office.whose() == {"Boat": "confirmed", "Sea": "ours"}


def test_all_that_are_left_may_be_accepted_or_removed_at_once(office: Office) -> None:
    office.desk.accept(office.photo, frozenset({"boat"}))
    assert office.desk.remove(office.photo).keywords == ("Sea",)
    assert office.fates() == {"Boat": "kept", "Sea": "removed"}
    assert set(office.desk.accept(office.photo).keywords) == {"Boat"}


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_a_removal_taken_back_leaves_the_keywords_as_they_were(
    photo: Path, equip: Equip, speaker: Callable[..., Speaker], suffix: str
) -> None:
    from PIL import Image  # noqa: PLC0415 - to make another format

    path = photo.with_suffix(suffix)
    Image.linear_gradient("L").save(path)
    office = Office(path, equip(speakers=[speaker("Sea"), speaker("Boat")]))
    office.tag()
    office.desk.accept(path, frozenset({"sea"}))
    before = (office.lists(), office.fates(), office.records())

    decided = office.desk.remove(path, frozenset({"sea"}))
    office.desk.take_back(decided)

    lists, fates, records = office.lists(), office.fates(), office.records()
    assert ({k: set(v) for k, v in lists.items()}, fates, records) == (
        {k: set(v) for k, v in before[0].items()},
        *before[1:],
    )
    assert office.tag() == "unchanged"


def test_an_acceptance_can_be_taken_back(office: Office) -> None:
    decided = office.desk.accept(office.photo)
    office.desk.take_back(decided)
    assert office.fates() == {"Sea": "written", "Boat": "written"}
    assert office.records() == {"Sea": False, "Boat": False}


def test_keywords_in_a_sidecar_are_removed_from_it(
    photo: Path, equip: Equip, speaker: Callable[..., Speaker]
) -> None:
    from PIL import Image  # noqa: PLC0415 - to make another format

    path = photo.with_suffix(".tif")
    Image.linear_gradient("L").save(path)
    office = Office(path, equip(speakers=[speaker("Sea"), speaker("Boat")]))
    office.tag()
    original = path.read_bytes()

    decided = office.desk.remove(path, frozenset({"sea"}))
    sidecar = path.with_name("a.tif.xmp")
    assert exiftool(sidecar)["XMP-dc:Subject"] == "Boat"
    assert office.tag() == "unchanged"

    office.desk.take_back(decided)
    assert set(exiftool(sidecar)["XMP-dc:Subject"].split("|")) == {"Sea", "Boat"}
    assert path.read_bytes() == original


def test_a_keyword_of_the_users_is_never_taken_out(office: Office) -> None:
    options = ["-q", "-overwrite_original", "-XMP-dc:Subject+=Holiday", "-IPTC:Keywords+=Holiday"]
    subprocess.run(["exiftool", *options, office.photo], check=True)

    assert office.desk.remove(office.photo, frozenset({"holiday", "sea"})).keywords == ("Sea",)
    assert office.lists() == {name: ["Boat", "Holiday"] for name in LISTS}


def test_what_the_ledger_has_lost_is_known_from_the_file(office: Office) -> None:
    office.equipment.ledger.database.transaction(
        lambda c: (c.execute("DELETE FROM written"), c.execute("DELETE FROM file"))
    )
    office.desk.remove(office.photo, frozenset({"sea"}))
    assert office.lists() == {name: ["Boat"] for name in LISTS}
    assert office.fates()["Sea"] == "removed"


def test_a_photo_that_must_not_be_written_stays_as_it_is_and_nothing_is_decided(
    office: Office,
) -> None:
    link = office.photo.with_name("link.jpg")
    link.hardlink_to(office.photo)
    before = office.photo.read_bytes()

    with pytest.raises(NotDecidedError, match="more than one name"):
        office.desk.remove(office.photo, frozenset({"sea"}))
    assert office.photo.read_bytes() == before
    assert set(office.fates().values()) == {"written"}


def test_a_photo_that_is_gone_says_so(office: Office) -> None:
    office.photo.unlink()
    with pytest.raises(NotDecidedError):
        office.desk.accept(office.photo)


def test_a_decision_about_nothing_changes_no_byte(office: Office) -> None:
    before = office.photo.read_bytes()
    decided = office.desk.remove(office.photo, frozenset({"cat"}))
    assert decided == Decided(path=office.photo, verdict="removed", keywords=())
    assert office.photo.read_bytes() == before
