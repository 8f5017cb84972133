"""The ledger in one file: private, waiting for others, and honest about a broken disk."""

from __future__ import annotations

import os
import resource
import sqlite3
import stat
import subprocess
import sys
import threading
import traceback
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagbridge.ledger import LedgerClosedError, open_ledger
from tagbridge.ledger.overview import queue
from tagbridge_hooks import ConfigError, WriteError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagbridge.ledger import Ledger
    from tagbridge.ledger.connection import Connection

PICTURE = "ab" * 32
JOB = """
import sys
from pathlib import Path
from tagbridge.ledger import CallKey, Go, StoredAnswer, Terms, open_ledger
from tagbridge.ledger.overview import queue
photo, picture = Path(sys.argv[2]), "ab" * 32
ledger = open_ledger(Path(sys.argv[1]))
name = ledger.workers.join("watch")
ledger.jobs.add(photo, photo.stat(), fresh=True)
(job,) = ledger.jobs.claim(name, 9)
key = CallKey(identity=picture, media_type="", provider="p", fingerprint=b"f" * 16)
assert ledger.calls.begin(key, Terms(provider="p", rate=1.0), courier=name, token="t") == Go()
ledger.calls.finish("t", StoredAnswer(status=200, body=b"{}"))
ledger.files.record(photo, photo.stat(), picture, "written", keywords=["Sea"])
assert ledger.jobs.finish(job)
print(ledger.database.read(queue).done, *(m for m in sys.modules if "sqlalchemy" in m))
ledger.workers.leave(name)
ledger.close()
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(open_ledger(tmp_path / "state")) as opened:
        yield opened


@contextmanager
def small_disk(file_bytes: int) -> Iterator[None]:
    """Let no file of this process grow larger; SQLite is told the same as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_the_state_is_nobody_elses_business(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with closing(open_ledger(tmp_path / "new" / "state")) as ledger:
            ledger.workers.join("watch")
            found = [tmp_path / "new" / "state", *(tmp_path / "new" / "state").rglob("*")]
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in found}
    finally:
        os.umask(before)

    assert len(modes) >= 5  # the folder, the file, two beside it, and the lock
    assert set(modes.values()) == {0}


def test_a_file_that_others_could_read_is_made_private(tmp_path: Path) -> None:
    open_ledger(tmp_path).close()
    (tmp_path / "state.sqlite3").chmod(0o644)

    open_ledger(tmp_path).close()

    assert stat.S_IMODE((tmp_path / "state.sqlite3").stat().st_mode) == 0o600


def test_without_a_folder_all_is_forgotten_in_the_end(tmp_path: Path) -> None:
    for _ in range(2):
        with closing(open_ledger(None)) as ledger:
            name = ledger.workers.join("tag")
            ledger.files.record(Path("/a.jpg"), tmp_path.stat(), PICTURE, "written")
            ledger.jobs.add(Path("/b.jpg"), None, fresh=True)
            ledger.jobs.claim(name, 1)
            assert ledger.database.read(queue).done == 1
            assert ledger.files.is_known(Path("/a.jpg"), tmp_path.stat())
            assert ledger.jobs.reopen_of_dead() == 0


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match="cannot be used"):
        open_ledger(tmp_path / "file" / "state")


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite3").write_bytes(b"no database" * 1000)

    with pytest.raises(ConfigError, match="cannot be used"):
        open_ledger(tmp_path)


def test_a_full_disk_is_said_and_survived(ledger: Ledger, tmp_path: Path) -> None:
    size = max(file.stat().st_size for file in (tmp_path / "state").iterdir())

    def fill() -> None:
        for number in range(10_000):
            path = Path(f"/photos/{number}-{'x' * 200}.jpg")
            ledger.files.record(path, tmp_path.stat(), f"{number:064x}", "written")

    with small_disk(size + 500_000), pytest.raises(WriteError, match="state cannot be written"):
        fill()

    known = ledger.database.read(queue).done
    assert known > 0
    ledger.files.record(Path("/after.jpg"), tmp_path.stat(), PICTURE, "written")
    assert ledger.database.read(queue).done == known + 1


@pytest.mark.parametrize("error", [LookupError, KeyboardInterrupt])
def test_a_transaction_that_fails_leaves_nothing_behind(
    ledger: Ledger, error: type[BaseException]
) -> None:
    def work(connection: Connection) -> None:
        connection.execute("INSERT INTO limiter VALUES ('a', 0, 0)")
        raise error

    for _ in range(2):
        with pytest.raises(error):
            ledger.database.transaction(work)

    assert ledger.limiter.take("a", 1.0) == 0.0


def test_a_transaction_within_a_transaction_is_refused_and_costs_the_outer_one_nothing(
    ledger: Ledger,
) -> None:
    def work(connection: Connection) -> None:
        connection.execute("INSERT INTO pause VALUES ('p', NULL, 'account', 'wrong key', 0)")
        with pytest.raises(RuntimeError, match="within"):
            ledger.limiter.take("a", 1.0)

    ledger.database.transaction(work)

    assert [pause.provider for pause in ledger.pauses.all()] == ["p"]


def test_a_writer_waits_for_another_process_and_a_reader_does_not(
    ledger: Ledger, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "state" / "state.sqlite3")) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        adding = threading.Thread(
            target=ledger.jobs.add, args=(Path("/a"), None), kwargs={"fresh": 1}
        )
        adding.start()
        assert ledger.database.read(queue).fresh == 0
        assert not ledger.files.is_known(Path("/a"), tmp_path.stat())
        assert adding.is_alive()
        other.execute("COMMIT")
        adding.join(20)

    assert ledger.database.read(queue).fresh == 1


def test_closing_ends_the_waiting_for_a_lock(ledger: Ledger, tmp_path: Path) -> None:
    ended: list[object] = []

    def add() -> None:
        try:
            ledger.jobs.add(Path("/a"), None, fresh=True)
        except LedgerClosedError as error:
            ended.append(error)

    with closing(sqlite3.connect(tmp_path / "state" / "state.sqlite3")) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        adding = threading.Thread(target=add)
        adding.start()
        ledger.close()
        adding.join(20)
        assert len(ended) == 1

    with pytest.raises(LedgerClosedError):
        ledger.jobs.next_due()
    with pytest.raises(LedgerClosedError):
        ledger.files.is_known(Path("/a"), tmp_path.stat())


def test_a_reader_sees_one_moment_while_others_write(ledger: Ledger, tmp_path: Path) -> None:
    def count(connection: Connection) -> int:
        return int(connection.execute("SELECT COUNT(*) FROM job").scalar_one())

    def work(connection: Connection) -> tuple[int, int]:
        before = count(connection)
        with closing(open_ledger(tmp_path / "state")) as other:
            other.jobs.add(Path("/a"), None, fresh=True)
        return before, count(connection)

    assert ledger.database.read(work) == (0, 0)
    assert ledger.database.read(count) == 1


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("SELECT :canary FROM nowhere", "nowhere"),
        ("INSERT INTO limiter VALUES (:canary, 0, 0)", "UNIQUE"),
        ("INSERT INTO limiter VALUES ('a', :canary, 0)", "TEXT"),
        ("INSERT INTO limiter VALUES (:canary, NULL, 0)", "NOT NULL"),
        ("INSERT INTO limiter VALUES (:canary, :forgotten, 0)", "forgotten"),
    ],
)
def test_values_of_a_statement_do_not_get_into_its_error(
    ledger: Ledger, statement: str, fault: str
) -> None:
    ledger.limiter.take(PICTURE, 1.0)

    with pytest.raises(sqlite3.Error, match=fault) as caught:
        ledger.database.transaction(lambda c: c.execute(statement, {"canary": PICTURE}))

    assert PICTURE not in "".join(traceback.format_exception(caught.value))


def test_no_process_loads_a_library_that_only_describes_the_tables(tmp_path: Path) -> None:
    photo, state = tmp_path / "photo.jpg", tmp_path / "state"
    photo.touch()

    for _ in ("a new ledger", "one that is there"):
        said = subprocess.check_output([sys.executable, "-c", JOB, str(state), str(photo)])
        assert said == b"1\n"
        with closing(sqlite3.connect(state / "state.sqlite3")) as raw, raw:
            raw.execute("DELETE FROM call")  # or the answer would be there


def test_a_second_ledger_in_one_process_does_not_cost_the_first_its_commits(
    tmp_path: Path,
) -> None:
    """Who closes the file itself lets go of SQLite's locks; who leaves next takes the log away."""
    leave = "import sys; from pathlib import Path; from tagbridge.ledger import open_ledger\n"
    leave += "ledger = open_ledger(Path(sys.argv[1])); ledger.jobs.next_due(); ledger.close()"
    with closing(open_ledger(tmp_path)) as first, closing(open_ledger(tmp_path)):
        first.jobs.add(Path("/a.jpg"), None, fresh=True)
        subprocess.run([sys.executable, "-c", leave, tmp_path], check=True)
        first.jobs.add(Path("/b.jpg"), None, fresh=True)
        with closing(sqlite3.connect(tmp_path / "state.sqlite3")) as another:
            (found,) = another.execute("SELECT COUNT(*) FROM job").fetchone()

    assert found == 2
