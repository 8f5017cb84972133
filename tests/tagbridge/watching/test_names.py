from __future__ import annotations

from pathlib import Path

import pytest

from tagbridge.watching.names import ignored_file, ignored_folder, in_ignored_folder


@pytest.mark.parametrize(
    "name",
    [
        *("a.jpg.part", "a.jpg.crdownload", "a.jpg.PARTIAL", "a.download", "a.tmp", "a.filepart"),
        *(".a.jpg.Xy12Ab", "~syncthing~a.jpg.tmp", ".syncthing.a.jpg.tmp", "._a.jpg"),
        *(".goutputstream-ABC123", ".nfs0000001", ".tagbridge-123.jpg", "a.jpg~", ".#a.jpg"),
    ],
)
def test_a_temporary_name_is_ignored(name: str) -> None:
    assert ignored_file(name)


@pytest.mark.parametrize("name", ["a.jpg", "part.jpg", "tmp.jpg", "~a.jpg", "#1.jpg", "download"])
def test_an_ordinary_name_is_not_ignored(name: str) -> None:
    assert not ignored_file(name)


@pytest.mark.parametrize(
    "name",
    [
        *(".git", ".thumbnails", ".Trash-1000", "@eaDir", "#recycle", "lost+found"),
        *("$RECYCLE.BIN", "Catalog Smart Previews.lrdata", "Family.photoslibrary"),
    ],
)
def test_a_folder_of_the_system_is_ignored(name: str) -> None:
    assert ignored_folder(name)


@pytest.mark.parametrize("name", ["2026", "Holiday in Rome", "lost", "@home", "recycle"])
def test_an_ordinary_folder_is_not_ignored(name: str) -> None:
    assert not ignored_folder(name)


def test_only_the_names_below_the_root_count() -> None:
    root = Path("/home/.photos")

    assert not in_ignored_folder(root / "a" / "b.jpg", root)
    assert in_ignored_folder(root / "a" / "@eaDir" / "x" / "b.jpg", root)
    assert not in_ignored_folder(root / ".b.jpg", root)
