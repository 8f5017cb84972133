"""A dry run says exactly what a run then does, and leaves no trace."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Program


@pytest.fixture
def folder(tmp_path: Path, draw: Callable[..., Path], puppet: Program) -> Path:
    """Return a folder with all kinds of outcomes, and what a crash left behind."""
    folder = tmp_path / "photos"
    for name in ("a.jpg", "b.png", "c.webp", "d.tif", "deeper/e.gif"):
        draw(folder / name)
    draw(folder / "misnamed.jpg", kind="PNG")
    (folder / "broken.jpg").write_bytes((folder / "a.jpg").read_bytes()[:500])
    (folder / "link.jpg").symlink_to("a.jpg")
    os.link(draw(folder / "twin.jpg"), tmp_path / "other name.jpg")
    (folder / ".tagbridge-0123456789abcdef.part").write_bytes(b"half a photo")
    puppet.tag(draw(folder / "done.jpg"))
    return folder


def seen(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return what would differ after any change."""
    return {
        str(path): (s.st_mtime_ns, s.st_ino, path.read_bytes() if path.is_file() else b"")
        for path in sorted([folder, *folder.rglob("*")])
        for s in [path.lstat()]
    }


def promised(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a run will say when the dry run says this."""
    return row | {"outcome": "written"} if row["outcome"] == "planned" else row


def by_path(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows[:-1], key=lambda row: str(row["path"]))


def test_it_changes_nothing(puppet: Program, folder: Path, tmp_path: Path) -> None:
    before, state = seen(folder), seen(tmp_path / "home")
    done = puppet.tag("--dry-run", folder)
    assert done.summary == {"planned": 7, "unchanged": 1, "parked": 1, "skipped": 1}
    assert (seen(folder), seen(tmp_path / "home")) == (before, state)


def test_it_leaves_no_state(puppet: Program, folder: Path, tmp_path: Path) -> None:
    assert puppet.run("--state", tmp_path / "fresh", "tag", "--dry-run", folder).status == 1
    assert not (tmp_path / "fresh").exists()


def test_the_run_then_does_what_it_said(puppet: Program, folder: Path) -> None:
    planned, done = puppet.tag("--dry-run", folder), puppet.tag(folder)
    assert by_path(done.rows) == [promised(row) for row in by_path(planned.rows)]
    assert done.status == planned.status == 1


def test_the_second_run_has_nothing_to_do(puppet: Program, folder: Path) -> None:
    puppet.tag(folder)
    before = seen(folder)
    planned, done = puppet.tag("--dry-run", folder), puppet.tag(folder)
    assert planned.summary == done.summary == {"unchanged": 8, "parked": 1, "skipped": 1}
    assert seen(folder) == before


def test_for_people_each_new_keyword_is_a_line(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photo = draw(tmp_path / "a.jpg")
    done = puppet.run("tag", "--dry-run", photo)
    lines = [f"planned   {photo}: Puppet", "          + Puppet 0.90 (puppet)", "1 planned"]
    assert done.out.splitlines() == lines
