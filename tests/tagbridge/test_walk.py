from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagbridge.formats import is_candidate
from tagbridge.metadata.temporary import part_name
from tagbridge.walk import Found, walk

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def touch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Path]]:
    """Return a function that makes empty files; relative paths mean the test's folder."""
    monkeypatch.chdir(tmp_path)

    def make(*names: str) -> list[Path]:
        for name in names:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).touch()
        return [Path(name) for name in names]

    return make


def names(*paths: str | Path) -> list[str]:
    return [str(found.path) for found in walk(map(Path, paths))]


def test_photos_come_in_the_order_of_their_names_folder_by_folder(
    touch: Callable[..., list[Path]],
) -> None:
    touch("p/b.jpg", "p/a.JPG", "p/sub 2/d.cr2", "p/sub 1/c.heic", "p/sub 1/deep/e.png")
    assert names("p") == [
        "p/a.JPG",
        "p/b.jpg",
        "p/sub 1/c.heic",
        "p/sub 1/deep/e.png",
        "p/sub 2/d.cr2",
    ]


def test_what_is_no_photo_by_its_name_is_left_out(touch: Callable[..., list[Path]]) -> None:
    touch("p/a.txt", "p/a.jpg.xmp", "p/a.mov", "p/.a.jpg", "p/a.jpg.part", "p/._b.jpg", "p/jpg")
    touch("p/.hidden/a.jpg", "p/@eaDir/a.jpg", "p/Catalog.lrdata/a.jpg", "p/.tagbridge-0.part")
    assert names("p") == []


def test_videos_are_taken_where_they_are_wanted(touch: Callable[..., list[Path]]) -> None:
    touch("p/a.MOV", "p/b.mp4", "p/c.jpg", "p/.d.mp4", "p/e.txt")
    wanted = partial(is_candidate, kinds={"image", "video"})
    found = walk([Path("p"), Path("p/a.MOV")], is_candidate=wanted)
    assert [str(f.path) for f in found] == ["p/a.MOV", "p/b.mp4", "p/c.jpg"]
    assert names("p", "p/a.MOV") == ["p/c.jpg", "p/a.MOV"]


def test_what_was_named_is_taken_whatever_its_name(touch: Callable[..., list[Path]]) -> None:
    named = touch("p/.hidden.jpg", "p/photo", "p/a.txt")
    assert names(*named) == [str(path) for path in named]


def test_a_hidden_folder_that_was_named_is_walked(touch: Callable[..., list[Path]]) -> None:
    touch(".inbox/a.jpg")
    assert names(".inbox") == [".inbox/a.jpg"]


def test_a_link_that_was_named_is_followed(
    touch: Callable[..., list[Path]], tmp_path: Path
) -> None:
    touch("real/a.jpg")
    Path("file.jpg").symlink_to("real/a.jpg")
    Path("folder").symlink_to("real")
    assert names("file.jpg") == names("folder") == [str(tmp_path / "real" / "a.jpg")]


def test_a_link_in_a_folder_is_told_of_and_not_followed(touch: Callable[..., list[Path]]) -> None:
    touch("outside/a.jpg")
    Path("p").mkdir()
    Path("p/link.jpg").symlink_to("../outside/a.jpg")
    Path("p/folder").symlink_to("../outside")
    Path("p/loop").symlink_to(".")
    (found,) = walk([Path("p")])
    assert (found.path, found.failed) == (Path("p/link.jpg"), False)
    assert "symbolic link" in found.skip


@pytest.mark.parametrize(
    "twice",
    [
        ["p/a.jpg", "p/a.jpg"],
        ["p", "p"],
        ["p/a.jpg", "p"],
        ["p", "p/a.jpg"],
        ["p", "./p/../p/a.jpg"],
        ["p", "link/a.jpg"],
        ["link", "p"],
        ["p/sub/..", "p"],
    ],
)
def test_a_photo_comes_once_however_often_it_is_named(
    touch: Callable[..., list[Path]], twice: list[str]
) -> None:
    touch("p/a.jpg", "p/sub/.keep")
    Path("link").symlink_to("p")
    assert len(names(*twice)) == 1


def test_a_hidden_photo_comes_though_its_folder_was_walked(
    touch: Callable[..., list[Path]],
) -> None:
    touch("p/a.jpg", "p/.b.jpg")
    assert names("p", "p/.b.jpg") == ["p/a.jpg", "p/.b.jpg"]


def test_two_names_of_one_file_are_two_photos(touch: Callable[..., list[Path]]) -> None:
    touch("p/a.jpg")
    os.link("p/a.jpg", "p/b.jpg")
    assert names("p") == ["p/a.jpg", "p/b.jpg"]


@pytest.mark.parametrize("name", ["gone.jpg", "ring.jpg", "x" * 300, "a.jpg/b.jpg"])
def test_what_is_not_there_is_passed_on_for_a_reason(
    touch: Callable[..., list[Path]], tmp_path: Path, name: str
) -> None:
    touch("a.jpg")
    Path("ring.jpg").symlink_to("ring.jpg")
    (found,) = walk([Path(name)])
    assert found.path in (Path(name), tmp_path / name)
    assert not found.skip


def test_a_name_that_is_not_utf8_is_passed_on(touch: Callable[..., list[Path]]) -> None:
    touch("p/\udcff.jpg")
    assert [os.fsencode(found.path) for found in walk([Path("p")])] == [b"p/\xff.jpg"]


def test_a_folder_that_vanishes_is_a_failure(touch: Callable[..., list[Path]]) -> None:
    touch("p/a.jpg", "p/sub/b.jpg")
    found = walk([Path("p")])
    assert next(found) == Found(path=Path("p/a.jpg"))
    Path("p/sub/b.jpg").unlink()
    Path("p/sub").rmdir()
    (missing,) = found
    assert (missing.path, missing.failed) == (Path("p/sub"), True)
    assert missing.skip == "the folder cannot be read: No such file or directory"


def test_leftovers_are_swept_only_when_asked(touch: Callable[..., list[Path]]) -> None:
    folders = (Path("p"), Path("p/sub"), Path("q"))
    leftovers = touch(*(str(part_name(folder)) for folder in folders))
    touch("q/a.jpg")
    assert len(list(walk([Path("p"), Path("q/a.jpg")], sweeping=False))) == 1
    assert all(path.exists() for path in leftovers)
    assert len(names("p", "q/a.jpg")) == 1
    assert not any(path.exists() for path in leftovers)
