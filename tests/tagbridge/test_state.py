"""What was done to which file: remembered by all processes, for every name, over restarts."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagbridge.state import State
from tagbridge_hooks import ConfigError, WriteError

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = [b"plain.jpg", b"caf\xe9.jpg", b"new\nline.jpg", b"caf\xc3\xa9.jpg", b"cafe\xcc\x81.jpg"]
PICTURE = "00" * 32
# Run by several processes at once: each opens the state, writes its own rows, reads all others'.
RUN = """
import os, sys
from pathlib import Path
from tagbridge.state import State
folder, me = Path(sys.argv[1]), int(sys.argv[2])
status = os.stat(folder)
sys.stdin.readline()  # all start at once
state = State(folder)
for number in range(50):
    state.record(Path(f"/photos/{me}-{number}.jpg"), status, "id", "written")
    state.record(Path("/photos/shared.jpg"), status, "id", "written")
print(all(state.is_done(Path(f"/photos/{me}-{n}.jpg"), status) for n in range(50)))
state.close()
"""


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State(tmp_path / "state")
    yield opened
    opened.close()


def photo(folder: Path, name: bytes = b"a.jpg") -> Path:
    path = folder / os.fsdecode(name)
    try:
        path.write_bytes(b"photo")
    except OSError:
        pytest.skip("this file system refuses such names")
    return path


@pytest.mark.parametrize("name", NAMES)
def test_exactly_the_file_that_was_recorded_is_done(
    name: bytes, state: State, tmp_path: Path
) -> None:
    path = photo(tmp_path, name)
    assert not state.is_done(path, path.stat())

    state.record(path, path.stat(), PICTURE, "written")

    assert state.is_done(path, path.stat())
    path.write_bytes(b"edited")
    assert not state.is_done(path, path.stat())


def test_names_that_look_alike_are_different_files(state: State, tmp_path: Path) -> None:
    composed, decomposed = (photo(tmp_path, name) for name in NAMES[3:])
    if composed.samefile(decomposed):
        pytest.skip("this file system takes them for one name")

    state.record(composed, composed.stat(), PICTURE, "written")

    assert not state.is_done(decomposed, composed.stat())


def test_a_path_counts_wherever_it_is_named_from(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = photo(tmp_path)
    monkeypatch.chdir(tmp_path)

    state.record(Path("a.jpg"), path.stat(), PICTURE, "written")

    assert state.is_done(path, path.stat())
    assert state.is_done(tmp_path / "x" / ".." / "a.jpg", path.stat())


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        ("written", True),
        ("unchanged", True),
        ("writing", False),
        ("parked", False),
        ("skipped", False),
    ],
)
def test_only_a_picture_that_got_its_keywords_counts_as_tagged(
    outcome: str, state: State, tmp_path: Path, *, counts: bool
) -> None:
    path = photo(tmp_path)
    state.record(path, path.stat(), PICTURE, outcome, "a reason")

    path.write_bytes(b"somebody edited its metadata")

    assert state.was_tagged(path, PICTURE, path.stat()) is counts
    assert state.is_done(path, path.stat()) is counts


def test_another_picture_under_the_same_name_is_new(state: State, tmp_path: Path) -> None:
    path = photo(tmp_path)
    state.record(path, path.stat(), PICTURE, "written")

    assert not state.was_tagged(path, "11" * 32, path.stat())
    assert not state.was_tagged(tmp_path / "b.jpg", PICTURE, path.stat())


def test_it_is_all_still_there_after_a_restart(tmp_path: Path) -> None:
    path = photo(tmp_path)
    with closing(State(tmp_path / "deep" / "state")) as state:
        state.record(path, path.stat(), PICTURE, "written")

    with closing(State(tmp_path / "deep" / "state")) as state:
        assert state.is_done(path, path.stat())


def test_nobody_else_may_look_into_a_new_state_folder(tmp_path: Path) -> None:
    with closing(State(tmp_path / "state")):
        assert (tmp_path / "state").stat().st_mode & 0o077 == 0


def test_processes_that_start_at_once_share_one_state(tmp_path: Path) -> None:
    for number in range(3):
        folder = tmp_path / str(number)
        folder.mkdir()
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", RUN, folder, str(me)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for me in range(4)
        ]
        for process in processes:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        assert [p.communicate(timeout=120)[0] for p in processes] == ["True\n"] * 4
        with closing(sqlite3.connect(folder / "state.sqlite3")) as db:
            assert db.execute("SELECT count(*) FROM asset").fetchone() == (201,)


def test_threads_share_one_state(state: State, tmp_path: Path) -> None:
    status = photo(tmp_path).stat()
    done = []

    def work(me: int) -> None:
        for number in range(50):
            path = tmp_path / f"{me}-{number}"
            state.record(path, status, PICTURE, "written")
            done.append(state.is_done(path, status))

    threads = [threading.Thread(target=work, args=(me,)) for me in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert done == [True] * 300


def test_a_state_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    State(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "state.sqlite3")) as db:
        db.execute("PRAGMA user_version = 99")
    before = (tmp_path / "state.sqlite3").read_bytes()

    with pytest.raises(ConfigError, match="newer tagbridge"):
        State(tmp_path)

    assert (tmp_path / "state.sqlite3").read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"this is no database" * 100, b"SQLite format 3\0" + b"x" * 99]
)
def test_a_file_that_is_no_state_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "state.sqlite3").write_bytes(content)

    with pytest.raises(ConfigError, match=r"state\.sqlite3' cannot be used"):
        State(tmp_path)

    assert (tmp_path / "state.sqlite3").read_bytes() == content


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(ConfigError, match="cannot be used"):
        State(tmp_path / "file" / "state")


def test_a_state_that_cannot_be_written_stops_the_write_and_not_the_program(
    tmp_path: Path,
) -> None:
    path = photo(tmp_path)
    with closing(State(tmp_path / "state")) as state:
        with closing(sqlite3.connect(tmp_path / "state" / "state.sqlite3")) as db:
            db.execute("DROP TABLE asset")

        with pytest.raises(WriteError, match="state cannot be written"):
            state.record(path, path.stat(), PICTURE, "written")


def test_a_state_in_memory_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = photo(tmp_path)
    monkeypatch.chdir(tmp_path)

    with closing(State(None)) as state:
        state.record(path, path.stat(), PICTURE, "written")
        assert state.is_done(path, path.stat())

    assert list(tmp_path.iterdir()) == [path]
