"""How sidecars were is remembered, for those of files that we have written to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

from tagbridge.ledger.sidecars import note_sidecars

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from tagbridge.ledger import Ledger
    from tests.tagbridge.ledger.conftest import Place

Touch: TypeAlias = "Callable[[str], tuple[Path, os.stat_result]]"

PICTURE = "ab" * 32


@pytest.fixture
def touch(tmp_path: Path) -> Touch:
    """Return a function that makes a file, each time with another size."""
    sizes = iter(range(1, 100))

    def make(name: str) -> tuple[Path, os.stat_result]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * next(sizes))
        return path, path.stat()

    return make


def test_a_sidecar_is_known_until_it_changes(ledger: Ledger, touch: Touch) -> None:
    ledger.files.record(*touch("a.tif"), PICTURE, "written")
    path, status = touch("a.tif.xmp")
    assert not ledger.sidecars.is_known(path, status)

    ledger.sidecars.note(path, status)
    assert ledger.sidecars.is_known(path, status)

    path, status = touch("a.tif.xmp")
    assert not ledger.sidecars.is_known(path, status)


@pytest.mark.parametrize(
    ("sidecar", "assets"),
    [
        ("a.tif.xmp", ["a.tif"]),
        ("a.xmp", ["a.CR2", "a.tif"]),
        ("a.XMP", ["a.CR2", "a.tif"]),
        ("a.b.xmp", ["a.b.tif"]),
        ("a.old.xmp", []),
        ("b.xmp", ["b.tif"]),
        ("z.xmp", []),
        ("failed.xmp", []),
        ("failed.tif.xmp", ["failed.tif"]),
    ],
)
def test_it_belongs_to_the_files_of_its_name(
    sidecar: str, assets: list[str], ledger: Ledger, touch: Touch
) -> None:
    for name in ("a.CR2", "a.tif", "a.b.tif", "b.tif", "ab.tif"):
        ledger.files.record(*touch(name), PICTURE, "written")
    for number in range(5):
        ledger.files.record(*touch(f"a.old/{number}.tif"), PICTURE, "written")
    failed, status = touch("failed.tif")
    target = failed.with_name("failed.tif.xmp")
    ledger.files.record(failed, status, PICTURE, "parked", target=target)

    path, status = touch(sidecar)

    assert [asset.name for asset in ledger.sidecars.assets_of(path)] == assets
    assert ledger.sidecars.is_known(path, status) is not bool(assets)


def test_it_is_noted_together_with_what_it_says(ledger: Ledger, touch: Touch) -> None:
    sidecar = touch("a.tif.xmp")

    ledger.files.record(*touch("a.tif"), PICTURE, "unchanged", sidecars=[sidecar])

    assert ledger.sidecars.is_known(*sidecar)


def test_several_are_noted_at_once(ledger: Ledger, touch: Touch) -> None:
    ledger.files.record(*touch("a.tif"), PICTURE, "written")
    both = [touch("a.xmp"), touch("a.tif.xmp")]

    ledger.database.transaction(lambda c: note_sidecars(c, ledger.paths, both))

    assert [ledger.sidecars.is_known(*one) for one in both] == [True, True]


def test_hosts_that_see_a_root_elsewhere_agree(place: Place, tmp_path: Path, touch: Touch) -> None:
    here = place.open(roots={"photos": tmp_path})
    here.files.record(*touch("x/a.tif"), PICTURE, "written")
    path, status = touch("x/a.xmp")
    here.sidecars.note(path, status)

    there = place.open(roots={"photos": Path("/mnt/other")})

    assert there.sidecars.is_known(Path("/mnt/other/x/a.xmp"), status)
    assert there.sidecars.assets_of(Path("/mnt/other/x/a.xmp")) == [Path("/mnt/other/x/a.tif")]
