"""Videos on their way: who is asked about them, what is sent, and where the keywords go."""

from __future__ import annotations

import asyncio
import os
import shutil
import struct
import subprocess
import sys
import threading
import time
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tagbridge.errand import Errand
from tagbridge.metadata.edit import empty_packet
from tagbridge.metadata.show import show_asset
from tagbridge.pipeline import Journey, tag_asset
from tagbridge.rendition import video_renditions
from tagbridge_hooks import RejectedError, Rendition, hookimpl
from tagbridge_hooks.errors import UnreadableAssetError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.tagbridge.conftest import Equip, Speaker

VIDEO, BOTH = frozenset({"video"}), frozenset({"image", "video"})
HUGE = 1 << 30


@pytest.fixture
def watcher(speaker: Callable[..., Speaker]) -> Callable[..., Speaker]:
    """Return a function that makes a speaker which takes videos alone."""
    return partial(speaker, media=VIDEO)


@pytest.fixture
def clip(film: Callable[..., Path], tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    return film(folder / "clip.MOV", seconds=1.5, sound=True, secrets=True)


def travel(
    equip: Equip,
    path: Path,
    *plugins: object,
    speakers: Sequence[Speaker],
    errand: Errand | None = None,
    dry_run: bool = False,
) -> Journey:
    equipment = equip(*plugins, speakers=speakers, dry_run=dry_run)
    return asyncio.run(tag_asset(path, equipment, errand))


def beside(path: Path) -> set[str]:
    return {p.name for p in path.parent.iterdir()} - {path.name}


def is_known(equip: Equip, path: Path) -> bool:
    return equip.ledger.files.is_known(path, path.lstat())


def huge(path: Path, seconds: int) -> Path:
    """Make a film of which only the structure is there; its data are a hole in the file."""
    header = struct.pack(">I4s4sIIII", 108, b"mvhd", bytes(4), 1, 2, 1, seconds) + bytes(80)
    film = struct.pack(">I4s4sI", 16, b"ftyp", b"qt  ", 0)
    film += struct.pack(">I4sQ", 1, b"mdat", 16 + HUGE)
    path.write_bytes(film)
    os.truncate(path, len(film) + HUGE)
    with path.open("ab") as file:
        file.write(struct.pack(">I4s", 8 + len(header), b"moov") + header)
    return path


def bytes_read() -> int:
    """Return how much this process has read so far."""
    with open("/proc/self/io", encoding="ascii") as counts:  # noqa: PTH123 - no file to speak of
        return int(counts.readline().removeprefix("rchar:"))


class Witness:
    """A plugin that counts how often something was to be rendered."""

    def __init__(self, made: Rendition | None = None) -> None:
        self.made = made
        self.edges: list[int] = []

    @hookimpl
    def tagbridge_render_asset(self, max_edge: int) -> Rendition | None:
        self.edges.append(max_edge)
        return self.made


def test_a_video_is_tagged_in_its_sidecar(
    equip: Equip, watcher: Callable[..., Speaker], clip: Path
) -> None:
    before, status, asked = clip.read_bytes(), clip.stat(), watcher("Sea", edge=160)
    journey = travel(equip, clip, speakers=[asked])
    sidecar = clip.with_name("clip.MOV.xmp")
    assert (journey.receipt.outcome, journey.receipt.target) == ("written", sidecar)
    assert (clip.read_bytes(), clip.stat().st_mtime_ns) == (before, status.st_mtime_ns)
    assert b"Sea" in sidecar.read_bytes()
    (seen,) = asked.seen
    assert (seen.media_type, seen.width, seen.height) == ("video/mp4", 160, 90)
    assert seen.seconds == pytest.approx(1.5, abs=0.1)
    assert is_known(equip, clip)


def test_each_is_asked_about_what_it_takes(
    equip: Equip, speaker: Callable[..., Speaker], clip: Path, photo: Path
) -> None:
    kinds = {"See": frozenset({"image"}), "Watch": VIDEO, "All": BOTH}
    asked = {word: speaker(word, media=media) for word, media in kinds.items()}
    for path in (clip, photo):
        assert travel(equip, path, speakers=list(asked.values())).receipt.outcome == "written"
    assert {word: [seen.media_type for seen in s.seen] for word, s in asked.items()} == {
        "See": ["image/jpeg"],
        "Watch": ["video/mp4"],
        "All": ["video/mp4", "image/jpeg"],
    }


def test_a_video_that_nobody_takes_is_parked_and_may_be_taken_later(
    equip: Equip, speaker: Callable[..., Speaker], watcher: Callable[..., Speaker], clip: Path
) -> None:
    asked = speaker("Sea")
    journey = travel(equip, clip, speakers=[asked])
    assert (journey.receipt.outcome, journey.failed) == ("parked", True)
    assert journey.receipt.reason == "no provider that is chosen takes videos"
    assert isinstance(journey.trouble, UnreadableAssetError)
    assert (asked.seen, beside(clip)) == ([], set())
    assert not is_known(equip, clip)
    again = travel(equip, clip, speakers=[watcher("Sea")], errand=Errand(only_new=True))
    assert again.receipt.outcome == "written"


def test_it_is_not_looked_into_when_nobody_takes_it(
    equip: Equip, speaker: Callable[..., Speaker], clip: Path
) -> None:
    clip.write_bytes(clip.read_bytes()[:100])
    journey = travel(equip, clip, speakers=[speaker("Sea")])
    assert journey.receipt.reason == "no provider that is chosen takes videos"


def test_who_ends_at_once_does_not_wait_for_a_film(
    equip: Equip, watcher: Callable[..., Speaker], film: Callable[..., Path], tmp_path: Path
) -> None:
    """The end of the loop waits for its threads: what is left to them shows in their work."""
    path, begun, cancelled = (
        film(tmp_path / "a.mp4", seconds=20),
        threading.Event(),
        threading.Event(),
    )
    start = time.process_time()
    with path.open("rb") as file:
        video_renditions(file, [512], 20.0)
    whole = time.process_time() - start

    class Announcer:
        @hookimpl
        def tagbridge_render_asset(self) -> None:
            begun.set()
            cancelled.wait()

    async def run() -> float:
        task = asyncio.create_task(tag_asset(path, equip(Announcer(), speakers=[watcher("Sea")])))
        await asyncio.to_thread(begun.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        cancelled.set()
        return time.process_time()

    end = asyncio.run(run())
    assert time.process_time() - end < whole / 3


@pytest.mark.parametrize("only_new", [False, True])
def test_a_photo_that_nobody_takes_is_skipped(
    equip: Equip, watcher: Callable[..., Speaker], photo: Path, *, only_new: bool
) -> None:
    """It is remembered only by who would find it again and again."""
    asked = watcher("Sea")
    journey = travel(equip, photo, speakers=[asked], errand=Errand(only_new=only_new))
    assert (journey.receipt.outcome, journey.failed) == ("skipped", False)
    assert journey.receipt.reason == "no provider that is chosen takes pictures"
    assert asked.seen == []
    assert is_known(equip, photo) is only_new


def test_a_video_of_another_length_is_refused_before_it_is_read(
    equip: Equip, watcher: Callable[..., Speaker], tmp_path: Path
) -> None:
    path, witness = huge(tmp_path / "long.mov", seconds=75), Witness()
    asked = [watcher("Sea", video_seconds=(5, 60)), watcher("Boat", video_seconds=(0.5, 10))]
    before = bytes_read()
    journey = travel(equip, path, witness, speakers=asked)
    assert bytes_read() - before < HUGE // 4
    assert journey.receipt.outcome == "parked"
    assert [str(error) for error in journey.failures] == [
        "the video lasts 75 s; sea takes 5 to 60 s",
        "the video lasts 75 s; boat takes 0.5 to 10 s",
    ]
    assert all(isinstance(error, RejectedError) for error in journey.failures)
    assert journey.receipt.reason == "; ".join(map(str, journey.failures))
    assert (journey.calls, witness.edges, [s.seen for s in asked]) == (0, [], [[], []])
    assert is_known(equip, path)


def test_one_that_does_not_take_the_length_leaves_the_others_words(
    equip: Equip, watcher: Callable[..., Speaker], clip: Path
) -> None:
    witness = Witness()
    strict, free = watcher("Sea", edge=900, video_seconds=(5, 60)), watcher("Boat", edge=100)
    journey = travel(equip, clip, witness, speakers=[strict, free])
    assert (journey.receipt.outcome, journey.receipt.keywords_added) == ("written", ("Boat",))
    (error,) = journey.failures
    assert isinstance(error, RejectedError)
    assert "sea takes 5 to 60 s" in str(error)
    assert (witness.edges, strict.seen, len(free.seen), journey.calls) == ([100], [], 1, 1)


@pytest.mark.parametrize(("limits", "taken"), [((1.5, 60), True), ((1.52, 60), False)])
def test_the_limits_belong_to_what_is_taken(
    equip: Equip,
    watcher: Callable[..., Speaker],
    film: Callable[..., Path],
    tmp_path: Path,
    limits: tuple[float, float],
    *,
    taken: bool,
) -> None:
    path = film(tmp_path / "a.mp4", seconds=1.5)
    asked = watcher("Sea", video_seconds=limits)
    travel(equip, path, speakers=[asked])
    assert [seen.seconds for seen in asked.seen] == ([1.5] if taken else [])


def test_a_dry_run_says_what_would_be_written(
    equip: Equip, watcher: Callable[..., Speaker], clip: Path
) -> None:
    journey = travel(equip, clip, speakers=[watcher("Sea")], dry_run=True)
    assert journey.receipt.outcome == "planned"
    assert journey.receipt.target == clip.with_name("clip.MOV.xmp")
    assert (beside(clip), is_known(equip, clip)) == (set(), False)


def test_what_is_written_is_shown(
    equip: Equip, watcher: Callable[..., Speaker], clip: Path
) -> None:
    equipment = equip(speakers=[watcher("Sea")])
    assert show_asset(clip, equipment.exiv2).keywords == ()
    asyncio.run(tag_asset(clip, equipment))
    shown = show_asset(clip, equipment.exiv2)
    assert [(k.text, bool(k.result)) for k in shown.keywords] == [("Sea", True)]
    assert (shown.files, shown.problems) == ((clip, clip.with_name("clip.MOV.xmp")), ())


def test_a_second_run_changes_nothing(
    equip: Equip, watcher: Callable[..., Speaker], clip: Path
) -> None:
    travel(equip, clip, speakers=[watcher("Sea")])
    sidecar = clip.with_name("clip.MOV.xmp")
    before = sidecar.read_bytes()
    assert travel(equip, clip, speakers=[watcher("Sea")]).receipt.outcome == "unchanged"
    again = travel(equip, clip, speakers=[watcher("Sea")], errand=Errand(only_new=True))
    assert (again.receipt.outcome, again.receipt.reason) == ("skipped", "it was tagged before")
    assert sidecar.read_bytes() == before


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ([], "clip.MOV.xmp"),
        (["clip.NEF"], "clip.MOV.xmp"),
        (["clip.xmp"], "clip.xmp"),
        (["clip.MOV.xmp"], "clip.MOV.xmp"),
        (["clip.xmp", "clip.NEF"], "clip.MOV.xmp"),
        (["clip.xmp", "clip.HEIC"], "clip.MOV.xmp"),
        (["clip.xmp", "clip.jpg"], "clip.MOV.xmp"),
        (["clip.xmp", "clip.mp4"], "clip.MOV.xmp"),
    ],
)
def test_a_sidecar_is_adopted_unless_it_may_be_somebody_elses(
    equip: Equip,
    watcher: Callable[..., Speaker],
    clip: Path,
    present: list[str],
    expected: str,
) -> None:
    files = {clip.with_name(name) for name in present}
    for path in files:
        path.write_bytes(empty_packet())
    receipt = travel(equip, clip, speakers=[watcher("Sea")]).receipt
    assert (receipt.outcome, receipt.target) == ("written", clip.with_name(expected))
    others = files - {receipt.target}
    assert {path.read_bytes() for path in others} <= {empty_packet()}


def test_a_photo_keeps_its_sidecar_beside_a_video(
    equip: Equip, speaker: Callable[..., Speaker], clip: Path
) -> None:
    photo, sidecar = clip.with_name("clip.tif"), clip.with_name("clip.xmp")
    Image.linear_gradient("L").save(photo)
    sidecar.write_bytes(empty_packet())
    receipt = travel(equip, photo, speakers=[speaker("Sea", media=BOTH)]).receipt
    assert (receipt.outcome, receipt.target) == ("written", sidecar)


def test_without_the_optional_extra_a_video_is_parked(
    equip: Equip, watcher: Callable[..., Speaker], clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("tagbridge.rendition.video")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "av", None)
    journey = travel(equip, clip, speakers=[watcher("Sea")])
    assert journey.receipt.outcome == "parked"
    assert "pip install 'tagbridge[video]'" in journey.receipt.reason


def test_a_damaged_video_is_parked(
    equip: Equip, watcher: Callable[..., Speaker], clip: Path
) -> None:
    clip.write_bytes(clip.read_bytes()[:-20])
    journey = travel(equip, clip, speakers=[watcher("Sea")])
    assert journey.receipt.outcome == "parked"
    assert "damaged or incomplete" in journey.receipt.reason
    assert is_known(equip, clip)


def test_a_video_whose_metadata_are_edited_meanwhile_is_not_asked_for_again(
    equip: Equip, watcher: Callable[..., Speaker], clip: Path
) -> None:
    def grow() -> None:
        clip.write_bytes(clip.read_bytes() + struct.pack(">I4s", 8, b"free"))

    asked = watcher("Sea", does=grow)
    journey = travel(equip, clip, speakers=[asked])
    assert (journey.receipt.outcome, journey.calls, len(asked.seen)) == ("written", 1, 1)


def test_a_video_that_vanishes_is_parked(
    equip: Equip, watcher: Callable[..., Speaker], clip: Path
) -> None:
    journey = travel(equip, clip, speakers=[watcher("Sea", does=clip.unlink)])
    assert (journey.receipt.outcome, journey.gone, beside(clip)) == ("parked", True, set())


def test_a_video_that_a_plugin_rendered_is_cleaned_like_any(
    equip: Equip,
    watcher: Callable[..., Speaker],
    film: Callable[..., Path],
    clip: Path,
    tmp_path: Path,
) -> None:
    data = film(tmp_path / "made.mp4", size=(64, 200), secrets=True, sound=True).read_bytes()
    made = Rendition(data=data, media_type="video/mp4", width=64, height=200)
    asked = watcher("Sea", edge=100)
    travel(equip, clip, Witness(made), speakers=[asked])
    (seen,) = asked.seen
    assert (seen.width, seen.height, seen.seconds) == (32, 100, 1.0)
    assert b"Secret" not in seen.data


def test_a_still_picture_of_a_video_is_not_what_was_asked_for(
    equip: Equip, watcher: Callable[..., Speaker], clip: Path
) -> None:
    buffer = BytesIO()
    Image.new("RGB", (64, 64)).save(buffer, "JPEG")
    still = Rendition(data=buffer.getvalue(), media_type="image/jpeg", width=64, height=64)
    asked = watcher("Sea")
    travel(equip, clip, Witness(still), speakers=[asked])
    assert [seen.media_type for seen in asked.seen] == ["video/mp4"]


def test_a_plugin_that_renders_nonsense_is_named(
    equip: Equip, watcher: Callable[..., Speaker], clip: Path
) -> None:
    made = Rendition(data=b"no film", media_type="video/mp4", width=1, height=1)
    journey = travel(equip, clip, Witness(made), speakers=[watcher("Sea")])
    assert journey.receipt.outcome == "parked"
    assert "plugin" in journey.receipt.reason


def test_a_sidecar_begins_with_what_is_embedded(
    equip: Equip, watcher: Callable[..., Speaker], clip: Path
) -> None:
    if not shutil.which("exiftool"):
        pytest.skip("needs exiftool: apt-get install libimage-exiftool-perl")
    mine = ["-XMP-dc:Subject=mine", "-XMP-dc:Title=Waves"]
    subprocess.run(["exiftool", "-q", "-overwrite_original", *mine, clip], check=True)
    travel(equip, clip, speakers=[watcher("Sea")])
    said = clip.with_name("clip.MOV.xmp").read_bytes()
    assert all(word in said for word in (b"mine", b"Waves", b"Sea"))


def test_pictures_and_videos_are_wanted_as_far_as_somebody_takes_them(
    equip: Equip, speaker: Callable[..., Speaker], watcher: Callable[..., Speaker]
) -> None:
    assert equip(speakers=[speaker("Sea")]).kinds == {"image"}
    assert equip(speakers=[watcher("Sea")]).kinds == {"video"}
    assert equip(speakers=[speaker("Sea"), watcher("Boat")]).kinds == BOTH
