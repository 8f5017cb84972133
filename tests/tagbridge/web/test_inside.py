"""No path outside the watched folders."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tagbridge.web.guard import OutsideError, inside

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.jpg").write_bytes(b"a")
    (tmp_path / "secret.jpg").write_bytes(b"s")
    (tmp_path / "photos-of-others").mkdir()
    (tmp_path / "photos-of-others" / "b.jpg").write_bytes(b"b")
    return folder


def test_a_photo_in_a_folder_is_inside(root: Path) -> None:
    assert inside([root], root / "deep" / "a.jpg") == root / "deep" / "a.jpg"


def test_a_photo_that_is_a_root_itself_is_inside(root: Path) -> None:
    photo = root / "deep" / "a.jpg"
    assert inside([photo], photo) == photo


@pytest.mark.parametrize(
    "path",
    [
        "ROOT/../secret.jpg",
        "ROOT/deep/../deep/a.jpg",
        "ROOT/deep/../../secret.jpg",
        "ROOT/%2e%2e/secret.jpg",
        "ROOT/..%2fsecret.jpg",
        "ROOT-of-others/b.jpg",
        "ROOT/gone.jpg",
        "ROOT/deep/a.jpg\0.png",
        "ROOT/deep/a.jpg/",
        "ROOT/deep/a.jpg/b",
        "deep/a.jpg",
        "/etc/passwd",
        "/",
        "",
        "~/a.jpg",
        "ROOT/" + "x" * 5000,
    ],
)
def test_what_leads_elsewhere_is_outside(
    root: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    asked = path.replace("ROOT", str(root))
    if asked == f"{root}/deep/a.jpg/":  # a Path has no slash at its end
        assert inside([root], asked) == root / "deep" / "a.jpg"
        return
    with pytest.raises(OutsideError) as refused:
        inside([root], asked)
    assert str(root) not in str(refused.value)


@pytest.mark.parametrize("link", ["deep/link.jpg", "link"])
def test_a_link_that_leads_out_is_outside(root: Path, tmp_path: Path, link: str) -> None:
    target = tmp_path / ("secret.jpg" if link.endswith("jpg") else "photos-of-others")
    (root / link).symlink_to(target)
    asked = root / link if link.endswith("jpg") else root / link / "b.jpg"
    with pytest.raises(OutsideError):
        inside([root], asked)


def test_a_link_that_stays_inside_leads_to_the_photo(root: Path) -> None:
    (root / "link.jpg").symlink_to(root / "deep" / "a.jpg")
    assert inside([root], root / "link.jpg") == root / "deep" / "a.jpg"


def test_links_in_a_circle_are_outside(root: Path) -> None:
    (root / "one").symlink_to(root / "two")
    (root / "two").symlink_to(root / "one")
    with pytest.raises(OutsideError):
        inside([root], root / "one")


def test_a_watched_folder_may_be_a_link_itself(root: Path, tmp_path: Path) -> None:
    (tmp_path / "inbox").symlink_to(root)
    assert inside([tmp_path / "inbox"], tmp_path / "inbox" / "deep" / "a.jpg").name == "a.jpg"


def test_a_folder_that_is_away_hides_no_other(root: Path, tmp_path: Path) -> None:
    assert inside([tmp_path / "away", root], root / "deep" / "a.jpg").name == "a.jpg"


def test_a_name_that_is_not_utf8_is_a_name(root: Path) -> None:
    name = os.fsdecode(b"\xff\xfe%2e.jpg")
    (root / name).write_bytes(b"a")
    assert inside([root], root / name).name == name
