"""What a person does to a sidecar alone is noticed, and what we do to it is not."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Daemon, Program

LOOKED = ("skipped", "it was tagged before")


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A daemon that writes `Sea` and `Boat`, and the programs of its user.

    Attributes:
        program: Has the state.
        inbox: A folder of this test's own below the watched one.
        daemon: Watches.
        edit: Changes a file as a user of ExifTool does.
        draw: Makes a photo.
    """

    program: Program
    inbox: Path
    daemon: Daemon
    edit: Callable[..., None]
    draw: Callable[..., Path]

    def fates(self) -> tuple[int, int]:
        """Return how many keywords were kept and removed, of all photos of the daemon."""
        rows = self.program.run("status", "--json").rows
        (row,) = (r for r in rows if r["kind"] == "provider" and r["name"] == "puppet")
        return row["keywords_kept"], row["keywords_removed"]

    def asked(self) -> int:
        return len((self.program.home.with_name("asked")).read_text().splitlines())

    def sentinel(self) -> None:
        """Return when whatever has happened before has settled, too."""
        for name in ("sentinel 1.jpg", "sentinel 2.jpg"):
            number = len(list(self.inbox.parent.iterdir())) + 1
            self.daemon.wait_for_photos(self.draw(self.inbox / name, number))

    def looks(self) -> int:
        return len(self.daemon.said(*LOOKED, f"{self.inbox}/"))


def saying(program: Program) -> Program:
    words = {"TAGBRIDGE_PROVIDERS__PUPPET__WORDS": json.dumps(["Sea", "Boat"])}
    return replace(program, settings={**program.settings, **words})


@pytest.fixture(scope="module", params=["events", "scan"])
def watched(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    puppet_in: Callable[[Path], Program],
    watching: Callable[..., Daemon],
) -> tuple[Program, Daemon]:
    home = tmp_path_factory.mktemp("watched")
    mode = {"TAGBRIDGE_WATCH__MODE": request.param, "TAGBRIDGE_WATCH__SCAN_SECONDS": "0.3"}
    program = saying(puppet_in(home))
    return program, watching(program, home / "inbox", **mode)


@pytest.fixture
def bench(
    watched: tuple[Program, Daemon],
    request: pytest.FixtureRequest,
    edit: Callable[..., None],
    draw: Callable[..., Path],
) -> Bench:
    program, daemon = watched
    inbox = daemon.folders[0] / str(request.node.name)
    inbox.mkdir()
    return Bench(program=program, inbox=inbox, daemon=daemon, edit=edit, draw=draw)


def test_a_keyword_that_is_removed_from_a_sidecar_alone_is_rejected(bench: Bench) -> None:
    photo = bench.draw(bench.inbox / "a.tif", 1)
    bench.daemon.wait_for_photos(photo)
    sidecar, asked, (kept, removed) = photo.with_name("a.tif.xmp"), bench.asked(), bench.fates()
    as_it_was = photo.stat()

    bench.edit(sidecar, "-XMP-dc:Subject-=Sea")
    edited = sidecar.read_bytes(), sidecar.stat()

    bench.daemon.wait_for(*LOOKED, f" {photo}: ")
    assert bench.fates() == (kept + 1, removed + 1)  # who leaves Boat in an edit has decided, too
    assert (sidecar.read_bytes(), sidecar.stat()) == edited
    assert photo.stat().st_ctime_ns == as_it_was.st_ctime_ns
    assert bench.asked() == asked
    bench.sentinel()
    assert bench.looks() == 1


def test_each_edit_of_a_sidecar_is_looked_at(bench: Bench) -> None:
    photo = bench.draw(bench.inbox / "a.tif", 2)
    bench.daemon.wait_for_photos(photo)
    _, removed = bench.fates()

    for number, word in enumerate(("Sea", "Boat"), start=1):
        bench.edit(photo.with_name("a.tif.xmp"), f"-XMP-dc:Subject-={word}")
        bench.daemon.wait_for(*LOOKED, f" {photo}: ", times=number)

    assert bench.fates()[1] == removed + 2


def test_our_own_write_of_a_sidecar_is_no_edit(
    bench: Bench, draw_dng: Callable[[Path], Path]
) -> None:
    scan, raw = bench.inbox / "a.tif", bench.inbox / "b.dng"
    jpeg = bench.draw(bench.inbox / "new.jpg", 3)
    bench.edit(jpeg.with_name("c.jpg.xmp"), "-XMP-dc:Subject=Mine")
    photos = [bench.draw(scan, 4), draw_dng(raw), jpeg.rename(bench.inbox / "c.jpg")]
    bench.daemon.wait_for_photos(*photos)
    bench.sentinel()

    assert {path.name for path in bench.inbox.glob("*.xmp")} == {
        "a.tif.xmp",
        "b.xmp",
        "c.jpg.xmp",
    }
    assert b"Sea" in (bench.inbox / "c.jpg.xmp").read_bytes()
    assert bench.looks() == 0


def test_the_sidecar_of_a_raw_file_is_not_that_of_the_jpeg_beside_it(
    bench: Bench, draw_dng: Callable[[Path], Path]
) -> None:
    raw, jpeg = draw_dng(bench.inbox / "a.dng"), bench.draw(bench.inbox / "a.jpg", 5)
    other = bench.draw(bench.inbox / "a.old" / "a.jpg", 6)
    bench.daemon.wait_for_photos(raw, jpeg, other)

    bench.edit(bench.inbox / "a.xmp", "-XMP-dc:Subject-=Sea")
    bench.daemon.wait_for(*LOOKED, f" {raw}: ")
    bench.sentinel()

    assert bench.looks() == 1


def test_a_sidecar_that_another_program_makes_for_a_photo_of_ours_is_looked_at_once(
    bench: Bench,
) -> None:
    photo = bench.draw(bench.inbox / "a.jpg", 7)
    bench.daemon.wait_for_photos(photo)
    _, removed = bench.fates()

    made = photo.with_name("new")
    bench.edit(made.with_suffix(".xmp"), "-tagsFromFile", str(photo), "-XMP:all")
    made.with_suffix(".xmp").rename(photo.with_name("a.jpg.xmp"))
    bench.daemon.wait_for(*LOOKED, f" {photo}: ")
    bench.sentinel()

    assert bench.looks() == 1
    assert bench.fates()[1] == removed


def test_a_sidecar_of_nothing_that_we_know_is_left_alone(bench: Bench) -> None:
    bench.edit(bench.inbox / "alone.xmp", "-XMP-dc:Subject=Mine")
    (bench.inbox / "broken.xmp").write_text("no sidecar")
    bench.sentinel()

    assert set(bench.daemon.arrivals(bench.inbox)) == {
        str(bench.inbox / f"sentinel {number}.jpg") for number in (1, 2)
    }


def test_a_sidecar_that_was_edited_while_nobody_watched_is_found(
    puppet: Program,
    inbox: Path,
    watching: Callable[..., Daemon],
    draw: Callable[..., Path],
    edit: Callable[..., None],
) -> None:
    program = saying(puppet)
    edited, untouched = draw(inbox / "a.tif", 1), draw(inbox / "b.tif", 2)
    daemon = watching(program, inbox)
    daemon.wait_for_photos(edited, untouched)
    assert daemon.stop() == 0
    edit(edited.with_name("a.tif.xmp"), "-XMP-dc:Subject-=Sea")

    daemon = watching(program, inbox)
    daemon.wait_for(*LOOKED, f" {edited}: ")
    for number in (3, 4):
        daemon.wait_for_photos(draw(inbox / f"{number}.jpg", number))

    assert not daemon.said(str(untouched))
    assert daemon.stop() == 0
    bench = Bench(program=program, inbox=inbox, daemon=daemon, edit=edit, draw=draw)
    assert bench.fates() == (1, 1)
    again = watching(program, inbox)
    again.wait_for_photos(draw(inbox / "5.jpg", 5))
    assert not again.said(*LOOKED)


def test_the_photo_itself_is_not_read_for_an_edit_of_its_sidecar(
    puppet: Program,
    inbox: Path,
    watching: Callable[..., Daemon],
    draw: Callable[..., Path],
    edit: Callable[..., None],
) -> None:
    program = saying(puppet)
    photo = draw(inbox / "a.tif")
    daemon = watching(program, inbox)
    daemon.wait_for_photos(photo)
    assert daemon.stop() == 0
    before = photo.stat()
    with photo.open("r+b") as file:  # the same size and time, and no picture any more
        file.write(bytes(before.st_size))
    os.utime(photo, ns=(before.st_atime_ns, before.st_mtime_ns))
    edit(photo.with_name("a.tif.xmp"), "-XMP-dc:Subject-=Sea")

    daemon = watching(program, inbox)
    daemon.wait_for(*LOOKED, f" {photo}: ")

    assert daemon.stop() == 0
    assert not daemon.said("parked")
    bench = Bench(program=program, inbox=inbox, daemon=daemon, edit=edit, draw=draw)
    assert bench.fates() == (1, 1)
