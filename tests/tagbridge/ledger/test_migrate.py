"""What an older tagbridge remembered is not lost, and what a newer one did is left alone."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tagbridge.ledger import Entry, Ledger, open_ledger
from tagbridge.ledger.migrate import SQLITE_SCHEMA, VERSION
from tagbridge.ledger.overview import queue
from tagbridge.ledger.proposals import proposed
from tagbridge.ledger.schema import statements
from tagbridge.ledger.throughput import periods
from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from tagbridge.ledger.connection import Connection
    from tests.fixtures.postgresql import Postgres
    from tests.tagbridge.ledger.conftest import Place

# As version 1 made it.
VERSION_1 = """
CREATE TABLE asset (
    path BLOB PRIMARY KEY,
    inode INTEGER NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    identity TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""
PICTURE = "ab" * 32
INODE = 2**63 - 1  # more could not be remembered
ROWS = [
    (b"/photos/a.jpg", 1, 2, 3, PICTURE, "written", ""),
    (b"/photos/copy.jpg", 4, 5, 6, PICTURE, "unchanged", ""),
    (b"/photos/caf\xe9.jpg", INODE, 5, 6, "cd" * 32, "writing", ""),
    (b"/photos/broken.jpg", 7, 8, 9, "", "parked", "it is damaged"),
    (b"/photos/odd.jpg", 7, 8, 10, "no digest", "written", ""),
]
OPEN = """
import sys
from pathlib import Path
from tagbridge.ledger import open_ledger
from tagbridge.ledger.overview import queue
from tagbridge.ledger.proposals import proposed
sys.stdin.readline()
ledger = open_ledger(Path(sys.argv[1]))
print(ledger.database.read(queue).done)
ledger.close()
"""


def started(program: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def write_version_1(folder: Path, rows: list[tuple[object, ...]]) -> None:
    with closing(sqlite3.connect(folder / "state.sqlite3")) as old:
        old.execute("PRAGMA journal_mode = WAL")
        old.execute(VERSION_1)
        old.executemany("INSERT INTO asset VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        old.execute("PRAGMA user_version = 1")
        old.commit()


def stamped(inode: int, size: int, mtime_ns: int) -> os.stat_result:
    values = (0o100644, inode, 0, 1, 0, 0, size, 0, 0, 0)
    return os.stat_result(values, {"st_mtime_ns": mtime_ns})


def test_all_that_version_1_remembered_is_still_known(tmp_path: Path) -> None:
    write_version_1(tmp_path, list(ROWS))

    with closing(open_ledger(tmp_path)) as ledger:
        for path, inode, size, mtime_ns, identity, outcome, reason in ROWS:
            name = Path(os.fsdecode(path))
            assert ledger.files.is_known(name, stamped(inode, size, mtime_ns))
            found = ledger.files.find(name)
            assert found is not None
            assert (found.outcome, found.reason) == (outcome, reason)
            assert found.identity == (identity if len(identity) == 64 else "")
        assert ledger.database.read(queue).done == len(ROWS)


def test_a_migrated_ledger_is_like_a_new_one(tmp_path: Path) -> None:
    write_version_1(tmp_path, list(ROWS))
    open_ledger(tmp_path).close()
    open_ledger(tmp_path / "new").close()

    schemas = []
    for file in (tmp_path / "state.sqlite3", tmp_path / "new" / "state.sqlite3"):
        with closing(sqlite3.connect(file)) as raw:
            assert raw.execute("PRAGMA user_version").fetchone() == (VERSION,)
            assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            schemas.append(sorted(map(str, raw.execute("SELECT name, sql FROM sqlite_master"))))
    assert schemas[0] == schemas[1]


def test_the_tables_that_sqlite_gets_are_those_described() -> None:
    remark, _, made = SQLITE_SCHEMA.read_text(encoding="utf-8").partition("\n\n")

    assert remark.startswith("-- ")
    assert made == ";\n\n".join(statements("sqlite")) + ";\n"


def test_version_2_gets_the_tables_it_lacks_and_keeps_all_else(place: Place) -> None:
    with closing(place.open()) as ledger:
        ledger.pauses.set("known", None, "account", "wrong key")
        ledger.database.transaction(back_to_version_2)

    with closing(place.open()) as ledger:
        ledger.allowances.note("known", 7)
        assert ledger.tokens.look("known").sealed is None
        assert ledger.written.of_picture(PICTURE) == ()
        ledger.files.record(Path("/a"), stamped(1, 2, 3), PICTURE, "written", trace=bytes(16))
        assert [pause.reason for pause in ledger.pauses.all()] == ["wrong key"]
    with closing(place.open()):
        pass  # nothing is left to do


def test_version_3_gets_the_table_of_sidecars(place: Place) -> None:
    with closing(place.open()) as ledger:
        ledger.files.record(Path("/a.tif"), stamped(1, 2, 3), PICTURE, "written")
        ledger.database.transaction(back_to_version_3)

    with closing(place.open()) as ledger:
        assert not ledger.sidecars.is_known(Path("/a.xmp"), stamped(4, 5, 6))
        ledger.sidecars.note(Path("/a.xmp"), stamped(4, 5, 6))
        assert ledger.sidecars.is_known(Path("/a.xmp"), stamped(4, 5, 6))


def back_to_version_3(connection: Connection) -> None:
    back_to_version_4(connection)
    for table in ("run", "sidecar", "throughput"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("UPDATE ledger SET value = '3' WHERE key = 'version'")
    if connection.dialect == "sqlite":
        connection.execute("PRAGMA user_version = 3")


def back_to_version_2(connection: Connection) -> None:
    back_to_version_3(connection)
    connection.execute("DROP TABLE allowance")
    connection.execute("DROP TABLE token")
    connection.execute("DROP TABLE written")
    connection.execute("DROP TABLE source")
    connection.execute("ALTER TABLE file DROP COLUMN trace")
    connection.execute("UPDATE ledger SET value = '2' WHERE key = 'version'")
    if connection.dialect == "sqlite":
        connection.execute("PRAGMA user_version = 2")


def test_version_4_gets_what_a_review_needs_and_keeps_what_was_written(place: Place) -> None:
    entry = Entry(kind="keyword", value="Sea", provider="p", model="m", confidence=0.5, at=1)
    with closing(place.open()) as ledger:
        ledger.files.record(Path("/a"), stamped(1, 2, 3), PICTURE, "written", written=[entry])
        ledger.database.transaction(back_to_version_4)

    with closing(place.open()) as ledger:
        assert ledger.written.of_picture(PICTURE) == (entry,)
        ledger.files.record(Path("/a"), stamped(1, 2, 3), PICTURE, "review", proposed=[entry])
        assert ledger.database.read(lambda c: proposed(c, b"/a")) == (replace(entry, at=0),)


def back_to_version_4(connection: Connection) -> None:
    connection.execute("DROP TABLE proposed")
    connection.execute("DROP INDEX written_value")
    connection.execute("DROP INDEX file_review")
    connection.execute("UPDATE ledger SET value = '4' WHERE key = 'version'")
    if connection.dialect == "sqlite":
        connection.execute("PRAGMA user_version = 4")


def test_version_3_learns_to_count_photos(place: Place) -> None:
    with closing(place.open()) as ledger:
        ledger.database.transaction(back_to_version_3)

    with closing(place.open()) as ledger:
        ledger.files.record(Path("/a"), stamped(1, 2, 3), PICTURE, "written")
        now = ledger.database.read(ledger.database.now)
        found = ledger.database.read(lambda c: periods(c, now, seconds=600, number=2))
        assert sum(period.photos for period in found) == 1


def test_two_processes_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    write_version_1(
        tmp_path,
        [(b"/%d" % number, 1, 2, 3, f"{number:064x}", "written", "") for number in range(20_000)],
    )
    with ExitStack() as exits:
        processes = [exits.enter_context(started(OPEN, tmp_path)) for _ in range(3)]
        said = [process.communicate("\n", timeout=60)[0] for process in processes]

    assert said == ["20000\n"] * 3


def test_a_migration_that_is_interrupted_has_not_happened(tmp_path: Path) -> None:
    write_version_1(tmp_path, [*ROWS, (b"/photos/late.jpg", 1, 2, 3, PICTURE, "written", "")])
    with closing(sqlite3.connect(tmp_path / "state.sqlite3")) as raw:
        raw.execute("CREATE TABLE job (in_the_way)")

    with pytest.raises(ConfigError, match="cannot be used"):
        open_ledger(tmp_path)

    with closing(sqlite3.connect(tmp_path / "state.sqlite3")) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (1,)
        assert raw.execute("SELECT COUNT(*) FROM asset").fetchone() == (len(ROWS) + 1,)


def test_tables_of_somebody_else_are_refused(place: Place) -> None:
    theirs = "CREATE TABLE run (their_own INTEGER)"
    if place.url:
        with psycopg.connect(place.url) as server:
            server.execute(theirs.encode())
    else:
        place.folder.mkdir()
        with closing(sqlite3.connect(place.folder / "state.sqlite3")) as file:
            file.execute(theirs)

    with pytest.raises(ConfigError, match="cannot be used"):
        place.open()


def test_a_newer_state_is_refused_and_left_alone(tmp_path: Path) -> None:
    open_ledger(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "state.sqlite3")) as raw:
        raw.execute(f"PRAGMA user_version = {VERSION + 1}")

    with pytest.raises(ConfigError, match="was made by a newer tagbridge; update it"):
        open_ledger(tmp_path)


def test_a_newer_database_is_refused(postgres: Postgres) -> None:
    url = postgres.database()
    open_ledger(None, url).close()
    with psycopg.connect(url) as raw:
        raw.execute("UPDATE ledger SET value = %s WHERE key = 'version'", [str(VERSION + 1)])

    with pytest.raises(ConfigError, match="was made by a newer tagbridge; update it"):
        open_ledger(None, url)


def test_each_ledger_has_a_name_of_its_own_that_stays(place: Place) -> None:
    def name(ledger: Ledger) -> object:
        query = "SELECT value FROM ledger WHERE key = 'id'"
        return ledger.database.read(lambda c: c.execute(query).scalar_one())

    assert name(place.open()) == name(place.open())
