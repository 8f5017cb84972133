"""The commands that look after the ledger itself."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

import pytest

from tagbridge.ledger import CallKey, StoredAnswer, Terms, open_ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., subprocess.CompletedProcess[str]]


class Postgres(Protocol):
    def database(self) -> str: ...


def key(number: int) -> CallKey:
    return CallKey(identity=f"{number:064x}", media_type="", provider="p", fingerprint=bytes(16))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Return a state folder with three answers in it."""
    folder = tmp_path / "state"
    with closing(open_ledger(folder)) as ledger:
        for number in range(3):
            ledger.calls.begin(key(number), Terms(provider="p"), courier="c", token=str(number))
            answer = StoredAnswer(status=200, body=b"answer %d" % number)
            ledger.calls.finish(str(number), answer)
    return folder


def answers(state: Path, url: str = "") -> list[bytes]:
    with closing(open_ledger(state, url)) as ledger:
        found = [ledger.calls.look_up(key(number)) for number in range(3)]
    return [answer.body for answer in found if isinstance(answer, StoredAnswer)]


ALL = [b"answer 0", b"answer 1", b"answer 2"]


@pytest.mark.usefixtures("state")
def test_a_ledger_is_exported_and_imported(run: Run, tmp_path: Path) -> None:
    done = run("--state", "state", "ledger", "export", "copy", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["rows"]["call"] == 3
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    for new in (3, 0):
        done = run("--state", "other", "ledger", "import", "copy", "--json")
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout)["rows"]["call"] == new
    assert answers(tmp_path / "other") == ALL
    assert sorted(file.name for file in tmp_path.iterdir()) == ["copy", "other", "state"]


def test_one_moves_to_postgresql_through_a_pipe(
    tmp_path: Path, state: Path, postgres: Postgres
) -> None:
    url = postgres.database()
    tagbridge = [sys.executable, "-m", "tagbridge", "--config", "config.toml"]
    config = tmp_path / "config.toml"
    config.write_text("")
    read = [*tagbridge, "--state", str(state), "ledger", "export", "-"]
    exported = subprocess.run(read, cwd=tmp_path, capture_output=True, check=True)
    config.write_text(f'[engine]\ndatabase = "{url}"\n')
    write = [*tagbridge, "--state", "other", "ledger", "import", "-"]
    done = subprocess.run(
        write, cwd=tmp_path, input=exported.stdout, capture_output=True, check=True
    )
    assert (exported.stderr, done.stderr) == (b"", b"")
    assert b"3 call" in done.stdout
    assert answers(tmp_path / "other", url) == ALL


@pytest.mark.usefixtures("state")
def test_a_cut_export_is_refused_with_its_line(run: Run, tmp_path: Path) -> None:
    run("--state", "state", "ledger", "export", "copy")
    copy = tmp_path / "copy"
    copy.write_bytes(copy.read_bytes()[:-5])
    last = len(copy.read_bytes().splitlines())
    done = run("--state", "other", "ledger", "import", "copy")
    assert done.returncode == 1
    assert f"copy: line {last} breaks off in the middle" in done.stderr
    assert answers(tmp_path / "other") == ALL


def test_a_foreign_file_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    done = run("--state", "state", "ledger", "import", "photo.jpg")
    assert done.returncode == 1
    assert "photo.jpg: this is no export of a ledger" in done.stderr


@pytest.mark.usefixtures("state")
def test_a_failed_export_leaves_the_old_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    done = run("--state", "state", "ledger", "export", "folder")
    assert done.returncode == 1
    assert "folder: " in done.stderr
    done = run("--state", "state", "ledger", "export", "absent/copy")
    assert done.returncode == 1
    assert "No such file or directory" in done.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ["folder", "state"]


@pytest.mark.parametrize("command", [["export", "copy"], ["check"], ["vacuum"]])
def test_without_a_state_none_is_made(run: Run, tmp_path: Path, command: list[str]) -> None:
    done = run("--state", "state", "ledger", *command)
    assert done.returncode == 1
    assert "nothing has been done yet" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_check_says_what_is_wrong_and_what_to_do(run: Run, state: Path) -> None:
    done = run("--state", "state", "ledger", "check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "the ledger is sound\n", "")
    with closing(open_ledger(state)) as ledger:
        ledger.database.transaction(
            lambda connection: connection.execute("UPDATE call SET answer = NULL")
        )
    done = run("--state", "state", "ledger", "check", "--json")
    assert done.returncode == 1
    finding = json.loads(done.stdout)
    assert finding["count"] == 3
    assert "tagbridge ledger import FILE" in finding["remedy"]
    done = run("--state", "state", "ledger", "check")
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        1,
        "3 paid answers that cannot be read",
    )


def test_a_damaged_ledger_is_mended_by_its_export(run: Run, state: Path) -> None:
    run("--state", "state", "ledger", "export", "copy")
    with closing(open_ledger(state)) as ledger:
        ledger.database.transaction(
            lambda connection: connection.execute("UPDATE call SET answer = NULL")
        )
    run("--state", "state", "ledger", "import", "copy")
    assert run("--state", "state", "ledger", "check").returncode == 0
    assert answers(state) == ALL


@pytest.mark.usefixtures("state")
def test_vacuum_says_what_it_did(run: Run) -> None:
    done = run("--state", "state", "ledger", "vacuum", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert said["before"] >= said["after"] > 0
    assert set(said["removed"].values()) == {0}
    done = run("--state", "state", "ledger", "vacuum")
    assert "rows taken out or set right: none" in done.stdout
    assert "MB before" in done.stdout
