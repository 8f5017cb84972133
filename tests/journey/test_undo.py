"""`tagbridge undo` by the whole program: what it takes, what it says, what it leaves alone."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Ended, Program


@dataclass(frozen=True, kw_only=True)
class Bench:
    """tagbridge with a provider that says `Sea` and `Boat`, and one that says `Sea` and `Gull`.

    Attributes:
        program: It writes a hierarchical list below `Ours` as well.
        folder: For photos.
        draw: Makes one.
        edit: Changes one as a user of ExifTool does.
        exiftool: Reads one.
    """

    program: Program
    folder: Path
    draw: Callable[..., Path]
    edit: Callable[..., None]
    exiftool: Callable[..., Any]

    def tagged(self, name: str = "a.jpg", number: int = 0) -> tuple[Path, bytes]:
        """Return a photo that was tagged, and what it was before."""
        photo = self.draw(self.folder / name, number)
        before = photo.read_bytes()
        assert self.program.tag(photo).summary == {"written": 1}
        return photo, before

    def undo(self, *arguments: str | Path, status: int = 0) -> Ended:
        ended = self.program.run("undo", "--json", *arguments)
        assert ended.status == status, ended.out + ended.err
        return ended

    def words(self, path: Path) -> list[str]:
        return sorted(self.exiftool(path).get("XMP-dc:Subject", "").splitlines())


@pytest.fixture
def bench(
    puppet: Program,
    tmp_path: Path,
    draw: Callable[..., Path],
    edit: Callable[..., None],
    exiftool: Callable[..., Any],
) -> Bench:
    providers = {
        "puppet": {"words": ["Sea", "Boat"], "asked": str(tmp_path / "asked")},
        "sibling": {"words": ["Sea", "Gull"]},
    }
    settings = {
        "TAGBRIDGE_PROVIDERS": json.dumps(providers),
        "TAGBRIDGE_KEYWORDS__ROOT": "Ours",
    }
    return Bench(
        program=replace(puppet, settings=settings),
        folder=tmp_path / "photos",
        draw=draw,
        edit=edit,
        exiftool=exiftool,
    )


def test_a_photo_is_what_it_was_and_tagged_again_when_asked(bench: Bench) -> None:
    photo, before = bench.tagged()
    row = bench.undo(photo).of(photo)
    assert row == {
        "path": str(photo),
        "outcome": "undone",
        "files": [str(photo)],
        "removed": ["Sea", "Boat", "Gull"],
        "kept": [],
        "exact": True,
    }
    assert photo.read_bytes() == before
    assert bench.undo(photo).summary == {"unchanged": 1}
    assert bench.program.tag(photo).of(photo)["added"] == ["Sea", "Boat", "Gull"]
    assert bench.undo(photo).of(photo)["exact"]
    assert photo.read_bytes() == before


def test_a_folder_is_walked_and_what_was_never_tagged_is_left_alone(bench: Bench) -> None:
    photos = [bench.tagged(f"deep/{n}.jpg", n) for n in range(3)]
    other = bench.draw(bench.folder / "other.jpg", 77)
    mine = other.read_bytes(), other.stat()
    assert bench.undo(bench.folder).summary == {"undone": 3, "unchanged": 1}
    assert all(photo.read_bytes() == before for photo, before in photos)
    assert (other.read_bytes(), other.stat()) == mine


def test_a_dry_run_says_it_and_changes_nothing(bench: Bench) -> None:
    photo, _ = bench.tagged()
    every = [photo, *bench.program.state.iterdir()]
    before = [(p.read_bytes(), p.stat()) for p in every if p.is_file()]
    row = bench.undo("--dry-run", photo).of(photo)
    assert (row["outcome"], row["removed"], row["exact"]) == (
        "planned",
        ["Sea", "Boat", "Gull"],
        True,
    )
    assert [(p.read_bytes(), p.stat()) for p in every if p.is_file()] == before
    said = bench.program.run("undo", "--dry-run", photo)
    assert "- Sea, - Boat, - Gull (as it was before)" in said.out
    assert said.out.endswith("1 planned\n")


def test_by_provider_what_several_said_stays_with_the_others(bench: Bench) -> None:
    photo, before = bench.tagged()
    assert bench.undo("--provider", "puppet", photo).of(photo)["removed"] == ["Boat"]
    assert bench.words(photo) == ["Gull", "Sea"]
    (row,) = bench.program.run("show", "--json", photo).rows
    assert {k["text"]: k["providers"] for k in row["keywords"]} == {
        "Sea": ["sibling"],
        "Gull": ["sibling"],
    }
    assert bench.undo("--provider", "puppet", photo).summary == {"unchanged": 1}
    assert bench.undo("--provider", "nobody", photo).summary == {"unchanged": 1}
    assert bench.undo("--provider", "sibling", photo).of(photo)["exact"]
    assert photo.read_bytes() == before


def test_by_time(bench: Bench) -> None:
    photo, before = bench.tagged()
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    assert bench.undo("--since", (now + hour).isoformat(), photo).summary == {"unchanged": 1}
    assert bench.undo("--until", (now - hour).isoformat(), photo).summary == {"unchanged": 1}
    span = ("--since", (now - hour).isoformat(), "--until", (now + hour).isoformat())
    assert bench.undo(*span, photo).of(photo)["exact"]
    assert photo.read_bytes() == before


@pytest.mark.parametrize("arguments", [("--since", "yesterday"), ("--until", "")])
def test_a_time_that_is_none_is_wrong_usage(bench: Bench, arguments: tuple[str, str]) -> None:
    photo, _ = bench.tagged()
    tagged = photo.read_bytes()
    ended = bench.program.run("undo", *arguments, photo)
    assert ended.status == 2
    assert "is no time such as" in ended.err
    assert photo.read_bytes() == tagged


def test_a_later_edit_of_the_users_stays(bench: Bench) -> None:
    photo, _ = bench.tagged()
    bench.edit(photo, "-XMP-dc:Subject+=Mine", "-IPTC:Keywords+=Mine", "-XMP-dc:Title=Harbour")
    row = bench.undo(photo).of(photo)
    assert (row["removed"], row["kept"], row["exact"]) == (["Sea", "Boat", "Gull"], [], False)
    said = bench.exiftool(photo)
    assert (said["XMP-dc:Subject"], said["IPTC:Keywords"]) == ("Mine", "Mine")
    assert said["XMP-dc:Title"] == "Harbour"
    assert "XMP-lr:HierarchicalSubject" not in said
    assert not [name for name in said if "tagbridge" in name.lower()]


def test_what_was_noticed_as_kept_is_theirs_without_confirmed(bench: Bench) -> None:
    photo, _ = bench.tagged()
    bench.edit(photo, "-XMP-dc:Title=Harbour")
    assert bench.program.tag(photo).summary == {"unchanged": 1}  # looks, and sees the edit
    row = bench.undo(photo).of(photo)
    assert (row["outcome"], row["kept"]) == ("unchanged", ["Sea", "Boat", "Gull"])
    assert bench.words(photo) == ["Boat", "Gull", "Sea"]
    assert "--confirmed" in bench.program.run("undo", photo).out
    assert bench.undo("--confirmed", photo).of(photo)["removed"] == ["Sea", "Boat", "Gull"]
    assert bench.words(photo) == []


def test_what_was_rejected_goes_from_every_list_and_never_comes_back(bench: Bench) -> None:
    photo, _ = bench.tagged()
    bench.edit(photo, "-XMP-dc:Subject-=Sea")
    bench.undo(photo)
    said = bench.exiftool(photo)
    assert not {"XMP-dc:Subject", "IPTC:Keywords", "XMP-lr:HierarchicalSubject"} & said.keys()
    assert bench.program.tag(photo).of(photo)["added"] == ["Boat", "Gull"]
    shutil.rmtree(bench.program.state)
    assert bench.program.tag(photo).of(photo)["added"] == []
    bench.undo(photo)
    assert bench.words(photo) == []
    assert bench.program.tag(photo).of(photo)["added"] == ["Boat", "Gull"]


def test_without_the_state_a_photo_is_undone_all_the_same(bench: Bench) -> None:
    photo, before = bench.tagged()
    shutil.rmtree(bench.program.state)
    assert bench.undo(photo).of(photo)["exact"]
    assert photo.read_bytes() == before


def test_a_sidecar_that_held_nothing_else_is_removed(bench: Bench) -> None:
    bench.folder.mkdir()
    scan = bench.folder / "scan.tif"
    Image.linear_gradient("L").save(scan)
    sidecar = scan.with_name("scan.tif.xmp")
    assert bench.program.tag(scan).of(scan)["target"] == str(sidecar)
    row = bench.undo(scan).of(scan)
    assert (row["outcome"], row["files"], row["exact"]) == ("undone", [str(sidecar)], True)
    assert os.listdir(bench.folder) == ["scan.tif"]  # noqa: PTH208 - names are enough
    assert bench.program.tag(scan).of(scan)["added"] == ["Sea", "Boat", "Gull"]
    bench.edit(sidecar, "-XMP-dc:Subject+=Mine")
    bench.undo(scan)
    assert bench.words(sidecar) == ["Mine"]


def test_a_file_that_may_not_be_written_is_parked_and_the_status_says_so(bench: Bench) -> None:
    photo, _ = bench.tagged()
    second, before = bench.tagged("b.jpg", 5)
    photo.chmod(0o444)
    tagged = photo.read_bytes()
    ended = bench.undo(photo, second, status=1)
    assert ended.of(photo)["outcome"] == "parked"
    assert "read-only" in ended.of(photo)["reason"]
    assert photo.read_bytes() == tagged
    assert second.read_bytes() == before


def test_the_other_commands_understand_a_photo_with_the_note_and_one_without(
    bench: Bench,
) -> None:
    photo, _ = bench.tagged()
    for _ in range(2):
        for command in (("check",), ("show",), ("keywords", "export")):
            ended = bench.program.run(*command, photo)
            assert ended.status in (0, 1), (command, ended.out + ended.err)
            assert "Before" not in ended.out
            assert "Traceback" not in ended.err
        bench.undo(photo)


def test_nothing_there_and_nothing_known(bench: Bench) -> None:
    bench.folder.mkdir()
    assert bench.undo(bench.folder).summary == {}
    assert bench.program.run("undo", bench.folder).out == "no photos found\n"
    assert bench.program.run("undo", bench.folder / "no.jpg").status in (1, 2)
    assert bench.program.run("undo").status == 2


def test_by_run_what_the_last_one_wrote_goes_and_the_rest_stays(bench: Bench) -> None:
    photo, _ = bench.tagged()
    second = bench.program.settings["TAGBRIDGE_PROVIDERS"].replace("Gull", "Crab")
    later = replace(
        bench.program, settings={**bench.program.settings, "TAGBRIDGE_PROVIDERS": second}
    )
    wait_for_another_second(bench.program.state)
    assert later.tag(photo).of(photo)["added"] == ["Crab"]
    assert bench.undo("--run", "last", photo).of(photo)["removed"] == ["Crab"]
    assert bench.words(photo) == ["Boat", "Gull", "Sea"]
    unknown = bench.program.run("undo", "--run", "99", photo)
    assert unknown.status == 2
    assert "there was no run 99; the last were: 2 (tag, " in unknown.err
    assert bench.undo("--run", "1", photo).of(photo)["exact"]


def wait_for_another_second(folder: Path) -> None:
    """Return when the clock shows another second: our record knows no parts of one."""
    begun = int(datetime.now(UTC).timestamp())
    probe = folder / "probe"
    while int(datetime.now(UTC).timestamp()) == begun:
        probe.touch()
    probe.unlink()
