"""One file has one key, on every host."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tagbridge.ledger import Paths


def below(paths: Paths, folder: str, path: str) -> bool:
    key = paths.key(Path(path))
    ranges = paths.below(Path(folder))
    return any(key == exact or first <= key < end for exact, first, end in ranges)


def test_a_path_outside_of_all_roots_is_its_own_key() -> None:
    paths = Paths({"photos": Path("/mnt/photos")})

    assert paths.key(Path("/mnt/photos2/a.jpg")) == b"/mnt/photos2/a.jpg"
    assert paths.path(b"/mnt/photos2/a.jpg") == Path("/mnt/photos2/a.jpg")
    assert not paths.is_shared(b"/mnt/photos2/a.jpg")


def test_hosts_with_other_mount_points_agree() -> None:
    here, there = Paths({"photos": Path("/mnt/photos")}), Paths({"photos": Path("/Volumes/p")})

    key = here.key(Path("/mnt/photos/2024/a.jpg"))

    assert key == b"@photos/2024/a.jpg"
    assert here.is_shared(key)
    assert there.path(key) == Path("/Volumes/p/2024/a.jpg")


def test_the_innermost_root_gives_the_name() -> None:
    paths = Paths({"all": Path("/mnt"), "photos": Path("/mnt/photos")})

    assert paths.key(Path("/mnt/photos/a.jpg")) == b"@photos/a.jpg"
    assert paths.key(Path("/mnt/other/a.jpg")) == b"@all/other/a.jpg"


def test_the_root_itself_has_a_key() -> None:
    paths = Paths({"photos": Path("/mnt/photos")})

    assert paths.key(Path("/mnt/photos")) == b"@photos"
    assert paths.path(b"@photos") == Path("/mnt/photos")


def test_the_whole_system_can_be_a_root() -> None:
    paths = Paths({"all": Path("/")})

    assert paths.key(Path("/a/b.jpg")) == b"@all/a/b.jpg"
    assert paths.path(b"@all/a/b.jpg") == Path("/a/b.jpg")


def test_a_root_that_this_host_lacks_has_no_path_but_can_be_shown() -> None:
    paths = Paths({})

    assert paths.path(b"@elsewhere/a.jpg") is None
    assert paths.shown(b"@elsewhere/a.jpg") == Path("@elsewhere/a.jpg")


@pytest.mark.parametrize("name", [b"caf\xe9.jpg", b"new\nline.jpg", b"caf\xc3\xa9.jpg"])
def test_names_of_any_bytes_come_back_as_they_were(name: bytes) -> None:
    paths = Paths({"photos": Path("/mnt/photos")})
    path = Path("/mnt/photos") / os.fsdecode(name)

    assert paths.key(path) == b"@photos/" + name
    assert paths.path(paths.key(path)) == path


def test_dots_go_and_links_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path)

    assert Paths({}).key(Path("x/../link/a.jpg")) == os.fsencode(tmp_path / "link" / "a.jpg")


@pytest.mark.parametrize(
    ("folder", "path", "is_below"),
    [
        ("/mnt/photos", "/mnt/photos/a.jpg", True),
        ("/mnt/photos", "/mnt/photos", True),
        ("/mnt/photos/2024", "/mnt/photos/2024/a.jpg", True),
        ("/mnt/photos/2024", "/mnt/photos/20245/a.jpg", False),
        ("/mnt/photos/2024", "/mnt/photos/2024.jpg", False),
        ("/mnt", "/mnt/photos/a.jpg", True),
        ("/mnt", "/mnt/other/a.jpg", True),
        ("/", "/mnt/photos/a.jpg", True),
        ("/", "/etc/a.jpg", True),
        ("/mnt/other", "/mnt/photos/a.jpg", False),
    ],
)
def test_what_lies_below_a_folder_is_found(folder: str, path: str, *, is_below: bool) -> None:
    assert below(Paths({"photos": Path("/mnt/photos")}), folder, path) is is_below
