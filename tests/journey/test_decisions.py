"""What a person takes out of a photo never comes back, and what they keep is theirs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journey.conftest import Daemon, Program

ADOBE = Path(__file__).parents[1] / "faults" / "adobe.py"
DC, LR = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/lightroom/1.0/"
XMP = "http://ns.adobe.com/xap/1.0/"

BY_EXIFTOOL = {
    "dc:subject": ("-XMP-dc:Subject-=Sea",),
    "IPTC": ("-IPTC:Keywords-=Sea",),
    "both": ("-XMP-dc:Subject-=Sea", "-IPTC:Keywords-=Sea"),
    "hierarchical": ("-XMP-lr:HierarchicalSubject-=Ours|Sea",),
}
BY_ADOBE = {
    "dc:subject": ("remove", DC, "subject", "Sea"),
    "hierarchical": ("remove", LR, "hierarchicalSubject", "Ours|Sea"),
}
RECORD = "-XMP-tagbridge:all="
SAND = {
    "XMP-dc:Subject": "Sand",
    "IPTC:Keywords": "Sand",
    "XMP-lr:HierarchicalSubject": "Ours|Sand",
}
LISTS = tuple(SAND)
KNOWS_OUR_RECORD = """
%Image::ExifTool::UserDefined = ('Image::ExifTool::XMP::Main' => {
    tagbridge => {SubDirectory => {TagTable => 'Image::ExifTool::UserDefined::tagbridge'}}});
%Image::ExifTool::UserDefined::tagbridge = (
    GROUPS => {0 => 'XMP', 1 => 'XMP-tagbridge', 2 => 'Image'},
    NAMESPACE => {'tagbridge' => 'http://ns.tagbridge.org/1.0/'},
    WRITABLE => 'string',
    Results => {List => 'Bag', Struct => {
        STRUCT_NAME => 'Result', NAMESPACE => {'tagbridge' => 'http://ns.tagbridge.org/1.0/'},
        Kind => {}, Value => {}, Confidence => {}, Provider => {}, Model => {}, When => {}}});
1;
"""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """tagbridge with two providers that say `Sea` and `Boat`, and the programs of its user.

    Attributes:
        program: It writes a hierarchical list below `Ours` as well.
        photo: In a folder that is watched.
        watching: Starts the daemon.
        exiftool: Reads.
        config: An ExifTool configuration that knows our record, so that it can be removed.
    """

    program: Program
    photo: Path
    watching: Callable[..., Daemon]
    exiftool: Callable[..., Any]
    config: Path

    def saying(self, *words: str, **more: str) -> Desk:
        said = {
            f"TAGBRIDGE_PROVIDERS__{name}__WORDS": json.dumps(words)
            for name in ("PUPPET", "SIBLING")
        }
        settings = {**self.program.settings, **said, **more}
        return replace(self, program=replace(self.program, settings=settings))

    def change(self, *options: str, path: Path | None = None) -> None:
        """Change the photo as a user of ExifTool does."""
        start = ["exiftool", "-config", str(self.config), "-q", "-overwrite_original"]
        subprocess.run([*start, *options, path or self.photo], check=True)

    def change_by_adobe(self, *arguments: str) -> None:
        """Change the photo as Adobe's programs do."""
        if not shutil.which("exempi"):
            pytest.skip("needs exempi: apt-get install exempi")
        subprocess.run([sys.executable, ADOBE, self.photo, *arguments], check=True)

    def after_the_daemon(self, edit: Callable[[], object]) -> None:
        """Let the daemon tag the photo, and then see an edit of it settle."""
        daemon = self.watching(self.program, self.photo.parent)
        daemon.wait_for_photos(self.photo)
        edit()
        daemon.wait_for("skipped", str(self.photo), "it was tagged before")
        assert daemon.stop() == 0

    def lists(self, path: Path | None = None) -> dict[str, list[str]]:
        found = self.exiftool(path or self.photo)
        return {name: found[name].splitlines() for name in LISTS if name in found}

    def added(self, *words: str) -> list[str]:
        """Return what a run adds whose providers say these words."""
        ended = self.saying(*words).program.tag(self.photo)
        assert ended.status == 0, ended.out + ended.err
        added: list[str] = ended.of(self.photo)["added"]
        return added

    def shown(self, path: Path | None = None) -> dict[str, Any]:
        row: dict[str, Any]
        (row,) = self.program.run("show", "--json", path or self.photo).rows
        return row

    def whose(self, path: Path | None = None) -> dict[str, str]:
        return {k["text"]: k["whose"] for k in self.shown(path)["keywords"]}

    def rejected(self, path: Path | None = None) -> list[str]:
        return [keyword["text"] for keyword in self.shown(path)["rejected"]]

    def fates(self, name: str = "puppet") -> tuple[int, int, int]:
        """Return how many keywords of a provider were written, kept and removed."""
        rows = self.program.run("status", "--json").rows
        (row,) = (r for r in rows if r["kind"] == "provider" and r["name"] == name)
        return row["keywords_written"], row["keywords_kept"], row["keywords_removed"]

    def finds_that_it_never_comes_back(self) -> None:
        """Fail if another run, provider or spelling brings `Sea` back to any list."""
        before = self.lists(), self.photo.read_bytes()
        for words in (("Sea", "Boat"), ("SEA", "sea")):
            for provider in ("puppet", "sibling"):
                ended = self.saying(*words).program.tag("--provider", provider, self.photo)
                assert ended.of(self.photo)["outcome"] == "unchanged"
        assert (self.lists(), self.photo.read_bytes()) == before
        assert self.added("Sea", "Sand") == ["Sand"]
        sand = {name: [*items, SAND[name]] for name, items in before[0].items()}
        assert self.lists() == sand
        assert not self.added("Sea", "Sand", "Boat")


@pytest.fixture
def desk(
    puppet: Program,
    inbox: Path,
    watching: Callable[..., Daemon],
    draw: Callable[..., Path],
    exiftool: Callable[..., Any],
) -> Desk:
    config = puppet.home.with_name("exiftool.config")
    config.write_text(KNOWS_OUR_RECORD)
    made = Desk(
        program=puppet,
        photo=draw(inbox / "a.jpg"),
        watching=watching,
        exiftool=exiftool,
        config=config,
    )
    return made.saying("Sea", "Boat", TAGBRIDGE_KEYWORDS__ROOT="Ours")


@pytest.mark.parametrize("field", BY_EXIFTOOL)
def test_what_exiftool_removes_never_comes_back(desk: Desk, field: str) -> None:
    desk.after_the_daemon(lambda: desk.change(*BY_EXIFTOOL[field]))
    assert desk.fates() == (2, 1, 1)  # who keeps Boat in an edit has decided as well
    desk.finds_that_it_never_comes_back()
    assert desk.fates() == (3, 1, 1)


@pytest.mark.parametrize("field", BY_ADOBE)
def test_what_adobes_library_removes_never_comes_back(desk: Desk, field: str) -> None:
    desk.after_the_daemon(lambda: desk.change_by_adobe(*BY_ADOBE[field]))
    assert desk.fates() == (2, 1, 1)
    desk.finds_that_it_never_comes_back()


def test_a_rejection_survives_the_loss_of_the_state(desk: Desk) -> None:
    desk.after_the_daemon(lambda: desk.change(*BY_EXIFTOOL["both"]))
    shutil.rmtree(desk.program.state)
    desk.finds_that_it_never_comes_back()
    assert desk.rejected() == ["Sea"]
    assert desk.fates()[2] == 1  # known again from the record in the file


def test_a_rejection_survives_the_loss_of_the_record_and_then_of_the_state(desk: Desk) -> None:
    desk.after_the_daemon(lambda: desk.change(*BY_EXIFTOOL["both"]))
    desk.change(RECORD)
    assert "XMP-tagbridge:Results" not in desk.exiftool(desk.photo)
    desk.finds_that_it_never_comes_back()
    assert "XMP-tagbridge:Results" in desk.exiftool(desk.photo)  # the last write restored it
    shutil.rmtree(desk.program.state)
    assert desk.added("Sea", "Boat", "Sand") == []
    assert desk.rejected() == ["Sea"]


def test_what_is_removed_together_with_the_record_never_comes_back(desk: Desk) -> None:
    desk.after_the_daemon(lambda: desk.change(RECORD, *BY_EXIFTOOL["both"]))
    assert desk.rejected() == ["Sea"]
    desk.finds_that_it_never_comes_back()


def test_what_was_removed_from_one_copy_is_not_added_to_another_one(desk: Desk) -> None:
    untouched = shutil.copyfile(desk.photo, desk.photo.with_name("untouched"))
    desk.after_the_daemon(lambda: desk.change(*BY_EXIFTOOL["both"]))
    copy = untouched.rename(desk.photo.with_name("b.jpg"))
    assert desk.rejected(copy) == ["Sea"]
    assert desk.program.tag(copy).of(copy)["added"] == ["Boat"]
    assert desk.whose(copy) == {"Boat": "ours"}


def test_what_the_user_puts_back_is_theirs(desk: Desk) -> None:
    desk.after_the_daemon(lambda: desk.change(*BY_EXIFTOOL["both"]))
    desk.change("-XMP-dc:Subject+=Sea", "-IPTC:Keywords+=Sea")
    assert desk.whose() == {"Boat": "confirmed", "Sea": "user"}
    assert desk.rejected() == []


def test_what_stays_in_an_edit_is_confirmed_in_the_file_at_our_next_write(desk: Desk) -> None:
    desk.program.tag(desk.photo)
    assert desk.whose() == {"Sea": "ours", "Boat": "ours"}
    desk.change("-XMP-dc:Title=Harbour", "-XMP-dc:Subject+=Mine")
    assert desk.whose() == {"Sea": "confirmed", "Boat": "confirmed", "Mine": "user"}
    before = desk.photo.read_bytes()
    assert desk.added("Sea", "Boat") == []
    assert desk.photo.read_bytes() == before  # never only for that
    assert desk.fates() == (2, 2, 0)
    assert desk.added("Sand") == ["Sand"]
    shutil.rmtree(desk.program.state)
    whose = {"Sea": "confirmed", "Boat": "confirmed", "Sand": "ours", "Mine": "user"}
    assert desk.whose() == whose


def test_a_photo_that_was_only_touched_or_copied_is_not_edited(desk: Desk) -> None:
    desk.program.tag(desk.photo)
    desk.photo.touch()
    copy = shutil.copyfile(desk.photo, desk.photo.with_name("b.jpg"))
    desk.program.tag(desk.photo, copy)
    assert desk.whose() == desk.whose(copy) == {"Sea": "ours", "Boat": "ours"}
    assert desk.fates() == (2, 0, 0)


def test_an_edit_by_adobes_library_confirms(desk: Desk) -> None:
    desk.after_the_daemon(lambda: desk.change_by_adobe("set", XMP, "Label", "Red"))
    assert desk.whose() == {"Sea": "confirmed", "Boat": "confirmed"}
    assert desk.fates() == (2, 2, 0)


@pytest.mark.parametrize("lost", ["nothing", "the record", "the state"])
def test_what_is_removed_from_a_sidecar_never_comes_back(desk: Desk, lost: str) -> None:
    scan = desk.photo.with_name("scan.tif")
    Image.linear_gradient("L").save(scan)
    sidecar = scan.with_name("scan.tif.xmp")
    assert desk.program.tag(scan).of(scan)["target"] == str(sidecar)
    more = (RECORD,) if lost == "the record" else ()
    desk.change("-XMP-dc:Subject-=Sea", *more, path=sidecar)
    assert desk.rejected(scan) == ["Sea"]
    if lost == "the state":
        shutil.rmtree(desk.program.state)
    before = sidecar.read_bytes()
    assert desk.program.tag(scan).of(scan)["outcome"] == "unchanged"
    assert sidecar.read_bytes() == before
    # ExifTool notes no time: without the state nothing tells that Boat stayed in an edit.
    assert desk.fates() == (2, 0 if lost == "the state" else 1, 1)
    added = desk.saying("Sea", "Sand").program.tag(scan).of(scan)["added"]
    assert added == ["Sand"]
    assert desk.lists(sidecar)["XMP-dc:Subject"] == ["Boat", "Sand"]


def test_a_sidecar_that_is_deleted_tells_of_no_decision(desk: Desk) -> None:
    scan = desk.photo.with_name("scan.tif")
    Image.linear_gradient("L").save(scan)
    desk.program.tag(scan)
    scan.with_name("scan.tif.xmp").unlink()
    assert desk.program.tag(scan).of(scan)["added"] == ["Sea", "Boat"]
    assert desk.fates() == (2, 0, 0)


def test_what_is_removed_from_many_photos_is_offered_for_blocking(
    desk: Desk, draw: Callable[..., Path]
) -> None:
    photos = [draw(desk.photo.with_name(f"{n}.jpg"), 40 * n) for n in range(6)]
    desk.program.tag(*photos)
    for photo in photos[:5]:
        desk.change(*BY_EXIFTOOL["both"], path=photo)
    desk.program.tag(*photos)
    rows = desk.program.run("status", "--json").rows
    (offered,) = (row for row in rows if row["kind"] == "unwanted")
    assert offered == {
        "kind": "unwanted",
        "text": "Sea",
        "kept": 0,
        "removed": 5,
        "providers": ["puppet", "sibling"],
        "blocked": [],
    }
    said = desk.program.run("status").out
    assert "12 written, of which people kept 5 and removed 5" in said
    assert '  blocked = ["Sea"]' in said
    blocking = desk.saying("Sea", TAGBRIDGE_KEYWORDS__BLOCKED='["Sea"]')
    assert "blocked =" not in blocking.program.run("status").out


@pytest.mark.parametrize("lost", ["the record", "the photo"])
def test_a_dry_run_knows_of_a_rejection_that_only_the_state_knows(desk: Desk, lost: str) -> None:
    original = shutil.copyfile(desk.photo, desk.photo.with_name("original"))
    desk.program.tag(desk.photo)
    desk.change(*BY_EXIFTOOL["both"])
    desk.program.tag(desk.photo)
    photo = desk.photo
    if lost == "the record":
        desk.change(RECORD)
    else:  # a copy that was never edited
        photo = original.rename(desk.photo.with_name("b.jpg"))

    program = desk.saying("Sea", "Boat", "Sand").program
    planned = program.tag("--dry-run", photo).of(photo)
    written = program.tag(photo).of(photo)

    assert "Sea" not in planned["added"]
    assert planned["added"] == written["added"]


def test_what_was_removed_does_not_come_back_in_another_language(desk: Desk) -> None:
    rules = desk.program.home.with_name("rules.toml")
    rules.write_text('[[keyword]]\ntext = "Sea"\ntranslations = {de = "Meer", fr = "mer"}\n')
    words = {"TAGBRIDGE_KEYWORDS__VOCABULARY": str(rules)}
    english = desk.saying("Sea", "Boat", **words)
    german = desk.saying("Sea", "Boat", **words, TAGBRIDGE_KEYWORDS__LANGUAGE="de")
    french = desk.saying("Sea", "mer", **words, TAGBRIDGE_KEYWORDS__LANGUAGE="fr")
    assert german.program.tag(desk.photo).of(desk.photo)["added"] == ["Meer", "Boat"]

    desk.change("-XMP-dc:Subject-=Meer", "-IPTC:Keywords-=Meer")

    for other in (english, german, french):
        assert other.program.tag(desk.photo).of(desk.photo)["added"] == []
    assert desk.lists()["XMP-dc:Subject"] == ["Boat"]
