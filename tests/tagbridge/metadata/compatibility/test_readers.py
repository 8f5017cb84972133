"""The tables against the programs themselves, case by case."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.tagbridge.metadata.compatibility.cases import CASES, OURS, WRITTEN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.compatibility.conftest import Shown
    from tests.tagbridge.metadata.conftest import Judge

ALL = [*CASES, *WRITTEN]
Library = dict[str, "Path"]
_DIGIKAM = """[Album Settings]
Scan At Start=true
[General Settings]
Version=7.9.0
[Metadata Settings]
Use XMP Sidecar For Reading=true
"""


def read_by_exiftool(path: Path, *options: str) -> dict[str, Any]:
    run = subprocess.run(["exiftool", "-j", *options, path], capture_output=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout)[0]
    return found


def listed(value: str | list[str] | None) -> set[str]:
    return {value} if isinstance(value, str) else set(value or ())


@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize("name", ALL)
def test_immich_shows_what_its_rules_make_of_what_exiftool_reads(
    library: Library, shown: Shown, name: str
) -> None:
    photo = library[name]
    sidecars = [photo.with_name(f"{photo.name}.xmp"), photo.with_suffix(".xmp")]
    options = ("-use", "MWG", "-TagsList", "-HierarchicalSubject", "-Keywords")
    found = read_by_exiftool(photo, *options)
    for sidecar in [s for s in sidecars if s.exists()][:1]:
        found |= read_by_exiftool(sidecar, *options)
    chosen = (found.get(tag) for tag in ("TagsList", "HierarchicalSubject", "Keywords"))
    keywords = listed(next((value for value in chosen if value), None))
    assert shown("immich", name) == {k.replace("/", "|") for k in keywords}


@pytest.mark.usefixtures("exiftool")
@pytest.mark.parametrize("name", ALL)
def test_photoprism_shows_what_exiftool_calls_keywords(
    library: Library, shown: Shown, name: str
) -> None:
    assert shown("photoprism", name) == listed(
        read_by_exiftool(library[name], "-Keywords").get("Keywords")
    )


@pytest.mark.usefixtures("exempi")
@pytest.mark.parametrize(
    "name", [n for n, case in CASES.items() if case.photo and case.suffix == ".jpg"]
)
def test_lightroom_shows_what_adobes_toolkit_reads(
    library: Library, shown: Shown, judge: Judge, name: str
) -> None:
    root = judge.exempi(library[name])
    expected = {*judge.items(root, "dc:subject"), *judge.items(root, "lr:hierarchicalSubject")}
    assert shown("lightroom", name) == expected


@pytest.mark.usefixtures("exiv2_program")
@pytest.mark.parametrize("name", [n for n, case in CASES.items() if case.photo])
def test_the_exiv2_program_finds_the_keywords_in_the_photo(
    library: Library, judge: Judge, name: str
) -> None:
    lines = "\n".join(judge.exiv2(library[name], "Xmp.dc.subject"))
    body = CASES[name].photo or ""
    flat = body.partition("</dc:subject>")[0] if "<dc:subject>" in body else ""
    assert all(word in lines for word in ("sea", "sky", "Dog") if f">{word}<" in flat)
    assert bool(lines) is bool(flat)


@pytest.fixture(scope="session")
def darktable(library: Library, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Return what darktable notes of each file when it imports the folder."""
    if not shutil.which("darktable-cli"):
        pytest.skip("needs darktable: apt-get install --no-install-recommends darktable")
    home = tmp_path_factory.mktemp("darktable")
    folder = next(iter(library.values())).parent
    # Exporting is what the program is for; what counts is that it imports first.
    # (It says so if it cannot export one, as our stand-in for a RAW file.)
    subprocess.run(
        [
            *("darktable-cli", folder, home, "--width", "16", "--out-ext", "jpg"),
            *("--core", "--disable-opencl", "--configdir", home, "--library", home / "library.db"),
        ],
        capture_output=True,
        check=False,
        timeout=120,
    )
    query = "select filename, tagid from images left join tagged_images on imgid = id"
    with closing(sqlite3.connect(home / "data.db")) as data:
        names = dict(data.execute("select id, name from tags"))
    with closing(sqlite3.connect(home / "library.db")) as images:
        rows = list(images.execute(query))
    found: dict[str, set[str]] = {}
    for file, tag in rows:
        noted = found.setdefault(file, set())
        if not names.get(tag, "darktable|").startswith("darktable|"):
            noted.add(names[tag])
    return found


@pytest.mark.parametrize("name", ALL)
def test_darktable_shows_what_its_table_says(
    library: Library, shown: Shown, darktable: dict[str, set[str]], name: str
) -> None:
    noted = darktable[library[name].name]
    assert noted == shown("darktable", name)
    assert name in CASES or noted >= {*OURS} or "auto|castle" in noted


@pytest.fixture(scope="session")
def digikam(library: Library, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Return what digiKam notes of each file when it scans the folder."""
    if not (shutil.which("digikam") and shutil.which("dbus-run-session")):
        pytest.skip("needs digiKam: apt-get install --no-install-recommends digikam dbus")
    home = tmp_path_factory.mktemp("digikam")
    (home / ".config").mkdir()
    (home / ".config" / "digikamrc").write_text(_DIGIKAM)
    folder = next(iter(library.values())).parent
    run_digikam(home, until="new search text settings")  # its window is there, its database is made
    with closing(sqlite3.connect(home / "digikam4.db")) as database, database:
        database.execute(
            "insert into AlbumRoots (label, status, type, identifier, specificPath)"
            " values ('photos', 0, 1, ?, '/')",
            (f"volumeid:?path={folder}",),
        )
    run_digikam(home, until="Complete scan took")
    return noted_by_digikam(home / "digikam4.db")


def run_digikam(home: Path, *, until: str) -> None:
    """Let digiKam work without a screen until its log says something."""
    home.chmod(0o700)
    variables = {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        "QT_QUICK_BACKEND": "software",
        "QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu --no-sandbox",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
        "QT_LOGGING_RULES": "digikam.*=true",
    }
    with subprocess.Popen(
        ["dbus-run-session", "digikam", "--database-directory", home],
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        ending = threading.Timer(60, os.killpg, (process.pid, signal.SIGKILL))
        ending.start()
        assert process.stderr is not None
        said = any(until in line for line in process.stderr)
        ending.cancel()
        if said:
            os.killpg(process.pid, signal.SIGKILL)
    assert said, f"digiKam ended before it said {until!r}"


def noted_by_digikam(database: Path) -> dict[str, set[str]]:
    with closing(sqlite3.connect(database)) as opened:
        tags = {
            number: (above, name)
            for number, above, name in opened.execute("select id, pid, name from Tags")
        }
        rows = opened.execute(
            "select name, tagid from Images left join ImageTags on imageid = id"
        ).fetchall()

    def path_of(number: int) -> str:
        above, name = tags[number]
        return f"{path_of(above)}|{name}" if above in tags else str(name)

    found: dict[str, set[str]] = {}
    for file, tag in rows:
        noted = found.setdefault(file, set())
        if tag in tags and not path_of(tag).startswith("_Digikam"):
            noted.add(path_of(tag))
    return found


@pytest.mark.parametrize("name", ALL)
def test_digikam_shows_what_its_table_says(
    library: Library, shown: Shown, digikam: dict[str, set[str]], name: str
) -> None:
    noted = digikam[library[name].name]
    assert noted == shown("digikam", name)
    assert name in CASES or noted >= {*OURS} or "auto|castle" in noted
