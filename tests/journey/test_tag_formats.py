"""Each format gets its keywords where programs look for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pillow_heif
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Ended, Program

EMBEDDED = ("a.jpg", "a.png", "a.webp")
MISNAMED = {"png.jpg": "PNG", "jpeg.png": "JPEG", "jpeg.tif": "JPEG"}
PUPPET = {"exiftool": ["Puppet"], "exempi": ["Puppet"], "exiv2": ["Puppet"]}
BESIDE = ("b.tif", "b.gif", "b.avif", "b.heic")


@pytest.fixture(scope="module", autouse=True)
def heic() -> None:
    """Let Pillow write HEIC, too."""
    pillow_heif.register_heif_opener()


@pytest.fixture
def readings(
    exiftool: Callable[..., Any],
    exempi: Callable[[Path], list[str]],
    exiv2: Callable[[Path], list[str]],
) -> Callable[[Path], dict[str, list[str]]]:
    """Return a function that reads the keywords of a file by three programs."""
    return lambda path: {
        "exiftool": exiftool(path)["XMP-dc:Subject"].splitlines(),
        "exempi": exempi(path),
        "exiv2": exiv2(path),
    }


class Run(NamedTuple):
    """What became of one photo of each format, and the bytes they were before."""

    ended: Ended
    folder: Path
    before: dict[str, bytes]


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory,
    puppet_in: Callable[[Path], Program],
    draw: Callable[..., Path],
) -> Run:
    home = tmp_path_factory.mktemp("formats")
    folder = home / "photos"
    before = {name: draw(folder / name).read_bytes() for name in (*EMBEDDED, *BESIDE)}
    for name, kind in MISNAMED.items():
        before[name] = draw(folder / name, kind=kind).read_bytes()
    ended = puppet_in(home).tag(folder)
    assert (ended.status, ended.summary) == (0, {"written": len(before)})
    return Run(ended, folder, before)


@pytest.mark.parametrize("name", EMBEDDED)
def test_the_keyword_is_in_the_photo(
    run: Run, readings: Callable[[Path], dict[str, list[str]]], name: str
) -> None:
    photo = run.folder / name
    assert run.ended.of(photo)["target"] == str(photo)
    assert readings(photo) == PUPPET
    assert not (run.folder / f"{name}.xmp").exists()


@pytest.mark.parametrize("name", BESIDE)
def test_the_keyword_is_beside_what_is_not_edited(
    run: Run, readings: Callable[[Path], dict[str, list[str]]], name: str
) -> None:
    photo, sidecar = run.folder / name, run.folder / f"{name}.xmp"
    assert run.ended.of(photo)["target"] == str(sidecar)
    assert "reason" not in run.ended.of(photo)
    assert photo.read_bytes() == run.before[name]
    assert readings(sidecar) == PUPPET


@pytest.mark.parametrize("name", MISNAMED)
def test_a_name_that_says_something_else_gets_a_sidecar_and_the_reason(run: Run, name: str) -> None:
    row = run.ended.of(run.folder / name)
    assert (row["outcome"], row["target"]) == ("written", f"{run.folder / name}.xmp")
    assert "its name says something else" in row["reason"]
    assert (run.folder / name).read_bytes() == run.before[name]


def test_a_raw_file_owns_the_short_name(
    puppet: Program,
    tmp_path: Path,
    draw: Callable[..., Path],
    draw_dng: Callable[[Path], Path],
    readings: Callable[[Path], dict[str, list[str]]],
) -> None:
    folder = tmp_path / "photos"
    photo = draw(folder / "IMG.jpg")
    raw = draw_dng(folder / "IMG.dng")
    before = raw.read_bytes()
    done = puppet.tag(folder)
    assert (done.status, done.summary) == (0, {"written": 2})
    sidecar = folder / "IMG.xmp"
    assert done.of(raw)["target"] == str(sidecar)
    assert done.of(photo)["target"] == str(photo)
    assert readings(sidecar) == PUPPET
    assert raw.read_bytes() == before


def test_a_second_run_changes_no_sidecar(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photo = draw(tmp_path / "a.gif")
    puppet.tag(photo)
    sidecar = tmp_path / "a.gif.xmp"
    before = sidecar.read_bytes(), sidecar.stat().st_mtime_ns, sidecar.stat().st_ino
    assert puppet.tag(photo).summary == {"unchanged": 1}
    status = sidecar.stat()
    assert (sidecar.read_bytes(), status.st_mtime_ns, status.st_ino) == before


def test_without_embedding_everything_is_beside_the_photo(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photo = draw(tmp_path / "a.jpg")
    before = photo.read_bytes()
    row = puppet.tag(photo, env={"TAGBRIDGE_WRITE__EMBED": "false"}).of(photo)
    assert (row["outcome"], row["target"]) == ("written", f"{photo}.xmp")
    assert photo.read_bytes() == before
