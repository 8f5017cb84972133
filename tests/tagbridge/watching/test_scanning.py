from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from tagbridge.watching import scanning
from tagbridge.watching.rules import Rules
from tagbridge.watching.scanning import Scan

Place = Callable[..., list[Path]]


def rules(**changes: object) -> Rules:
    settings: dict[str, object] = {
        "settle_seconds": 5.0,
        "mode": "scan",
        "scan_seconds": 300.0,
        "is_candidate": lambda path: path.suffix == ".jpg",
        "are_known": lambda files: [False for _ in files],
        "is_complete": lambda _path: True,
        **changes,
    }
    return Rules(**settings)  # type: ignore[arg-type]  # wrong values are what some tests are for


def found(scan: Scan) -> set[Path]:
    paths: list[Path] = []
    while not scan.ended:
        paths += [one.path for one in scan.part()]
    assert len(paths) == len(set(paths))
    return set(paths)


def test_every_candidate_at_every_depth_is_found(folder: Path, place: Place) -> None:
    deep = folder.joinpath(*(["deeper"] * 300))
    deep.mkdir(parents=True)
    photos = place(folder / "a.jpg", folder / "b" / "c.jpg", deep / "d.jpg")
    place(folder / "a.txt", folder / ".hidden.jpg", folder / "e.jpg.part")
    scan = Scan(folder, rules())

    assert found(scan) == set(photos)
    assert scan.folders == 302


def test_links_are_not_followed_and_loops_end(folder: Path, place: Place) -> None:
    photos = place(folder / "a" / "b.jpg", folder.parent / "outside" / "c.jpg")
    (folder / "a" / "loop").symlink_to(folder)
    (folder / "elsewhere").symlink_to(folder.parent / "outside")
    (folder / "link.jpg").symlink_to(photos[1])
    (folder / "dangling.jpg").symlink_to("nowhere")

    assert found(Scan(folder, rules())) == {photos[0]}


def test_folders_of_the_system_are_left_out(folder: Path, place: Place) -> None:
    place(folder / "@eaDir" / "a.jpg" / "b.jpg", folder / ".Trash-1000" / "files" / "c.jpg")

    assert found(Scan(folder, rules())) == set()


def test_a_root_of_its_own_is_left_out(folder: Path, place: Place) -> None:
    photos = place(folder / "a.jpg", folder / "own" / "b.jpg")

    assert found(Scan(folder, rules(), without=[folder / "own"])) == {photos[0]}


def test_what_is_no_regular_file_or_empty_is_not_found(folder: Path) -> None:
    os.mkfifo(folder / "fifo.jpg")
    (folder / "folder.jpg").mkdir()
    (folder / "empty.jpg").touch()

    assert found(Scan(folder, rules())) == set()


def test_what_is_known_is_not_found(folder: Path, place: Place) -> None:
    photos = place(folder / "a.jpg", folder / "b.jpg")
    scan = Scan(folder, rules(are_known=lambda files: [path == photos[0] for path, _ in files]))

    assert found(scan) == {photos[1]}


def test_a_file_is_old_only_when_its_inode_has_not_changed_either(
    folder: Path, place: Place
) -> None:
    (copied,) = place(folder / "copied.jpg")
    os.utime(copied, (1_000_000_000, 1_000_000_000))

    assert [one.old for one in Scan(folder, rules()).part()] == [False]


def test_a_file_left_alone_for_the_settle_time_is_old(folder: Path, place: Place) -> None:
    (photo,) = place(folder / "a.jpg")
    age = (time.time_ns() - photo.stat().st_ctime_ns) / 1e9

    assert [one.old for one in Scan(folder, rules(settle_seconds=age / 2)).part()] == [True]


def test_a_time_in_the_future_is_not_old(folder: Path, place: Place) -> None:
    (photo,) = place(folder / "a.jpg")
    os.utime(photo, (4_000_000_000, 4_000_000_000))

    assert [one.old for one in Scan(folder, rules(settle_seconds=0.0)).part()] == [False]


def test_names_that_are_not_utf8_are_found_as_they_are(folder: Path, photo: bytes) -> None:
    strange = os.path.join(os.fsencode(folder), b"\xff\xfe.jpg")  # noqa: PTH118 - bytes
    with open(strange, "wb") as file:  # noqa: PTH123 - bytes
        file.write(photo)

    (path,) = found(Scan(folder, rules()))
    assert os.fsencode(path) == strange


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    scan = Scan(tmp_path / "gone", rules())

    assert found(scan) == set()
    assert list(scan.unreadable) == [str(tmp_path / "gone")]
    assert scan.folders == 0


def test_a_large_folder_comes_in_parts_and_costs_no_memory_for_known_files(folder: Path) -> None:
    for number in range(20_000):
        (folder / f"{number}.jpg").write_bytes(b"x")
    scan = Scan(folder, rules(are_known=lambda files: [True for _ in files]))
    scan.part()
    tracemalloc.start()
    parts = 1
    while not scan.ended:
        scan.part()
        parts += 1
    # Other threads of the test run allocate as well, so only what the scan keeps is counted.
    kept = tracemalloc.take_snapshot().filter_traces(
        [tracemalloc.Filter(inclusive=True, filename_pattern=scanning.__file__)]
    )
    tracemalloc.stop()

    assert parts > 5
    assert sum(trace.size for trace in kept.traces) < 1_000_000


@pytest.mark.parametrize(
    "wrong",
    [{"settle_seconds": -1.0}, {"scan_seconds": 0.0}, {"mode": "poll"}, {"settle_seconds": 1e999}],
)
def test_rules_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        rules(**wrong)
