"""What nothing needs any more goes, and nothing else; the space is given back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

import pytest

from tagbridge.ledger import CallKey, Ledger, StoredAnswer, Terms, open_ledger
from tagbridge.ledger.check import check
from tagbridge.ledger.onlooker import look
from tagbridge.ledger.statement import Statement
from tagbridge.ledger.vacuum import vacuum

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = 86_400


class Postgres(Protocol):
    def database(self) -> str: ...


class Place:
    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.ledger: Ledger = open_ledger(folder, url)

    def change(self, text: str, **values: object) -> None:
        statement = Statement(text)
        self.ledger.database.transaction(lambda c: statement(c, **values))

    def rows(self, question: str) -> list[tuple[object, ...]]:
        return self.ledger.database.read(
            lambda connection: [tuple(row) for row in connection.execute(question)]
        )


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.database()
    made = Place(tmp_path, url)
    with closing(made.ledger):
        yield made


def test_old_daily_sums_are_added_up(place: Place) -> None:
    today = int(time.time() // DAY)
    for day in (today, today - 400, today - 401, today - 900):
        place.change("INSERT INTO quota (scope, day, calls, cost) VALUES ('all', :d, 10, 7)", d=day)
    question = "SELECT day, calls, cost FROM quota ORDER BY day"
    expected = [(0, 20, 14), (today - 400, 10, 7), (today, 10, 7)]
    assert vacuum(place.ledger, place.folder, place.url).removed["quota"] == 2
    assert place.rows(question) == expected
    assert vacuum(place.ledger, place.folder, place.url).removed["quota"] == 0
    assert place.rows(question) == expected


def test_files_that_have_been_missing_for_long_are_forgotten(place: Place) -> None:
    photo = place.folder / "photo.jpg"
    photo.write_bytes(b"x")
    for name in ("old", "new", "parked"):
        place.ledger.jobs.add(photo.with_name(name), photo.stat(), fresh=True)
    for job in place.ledger.jobs.claim("worker", 3):
        if job.key.endswith(b"parked"):
            place.ledger.jobs.park(job, "for a person")
        else:
            place.ledger.jobs.missing(job, "gone")
    for name, days in (("old", 91), ("new", 89), ("parked", 1000)):
        key = place.ledger.paths.key(photo.with_name(name))
        due = time.time() - days * DAY
        place.change("UPDATE job SET due = :due WHERE path = :path", due=due, path=key)
    assert vacuum(place.ledger, place.folder, place.url).removed["missing"] == 1
    left = [bytes(path) for (path,) in place.rows("SELECT path FROM job ORDER BY path")]  # type: ignore[call-overload]
    assert left == [os.fsencode(place.folder / name) for name in ("new", "parked")]


def test_processes_that_have_ended_are_forgotten_and_living_ones_are_not(tmp_path: Path) -> None:
    place = Place(tmp_path, "")
    ours = place.ledger.workers.join("watch")
    code = (
        "import sys, os; from pathlib import Path; from tagbridge.ledger import open_ledger\n"
        "open_ledger(Path(sys.argv[1])).workers.join('tag'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True)
    with closing(place.ledger):
        assert vacuum(place.ledger, tmp_path).removed["worker"] == 1
        assert place.rows("SELECT id FROM worker") == [(ours,)]


def test_what_contradicts_itself_is_set_right(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"x")
    place = Place(tmp_path, "")
    with closing(place.ledger) as ledger:
        pay(ledger, 1)
        ledger.files.record(photo, photo.stat(), f"{1:064x}", "written")
        ledger.jobs.add(photo, photo.stat(), fresh=True)
        ledger.jobs.claim("worker", 1)
        place.change("DELETE FROM asset")
        place.change("UPDATE job SET owner = NULL")
        removed = vacuum(ledger, tmp_path).removed
        assert {kind: removed[kind] for kind in ("call", "file", "job")} == {
            "call": 1,
            "file": 1,
            "job": 1,
        }
        assert len(ledger.jobs.claim("worker", 1)) == 1
    with look(tmp_path) as connection:
        assert check(connection, lambda _count: None) == []


def pay(ledger: Ledger, number: int, body: bytes = b"{}") -> None:
    key = CallKey(identity=f"{number:064x}", media_type="", provider="p", fingerprint=bytes(16))
    ledger.calls.begin(key, Terms(provider="p"), courier="c", token=str(number))
    ledger.calls.finish(str(number), StoredAnswer(status=200, body=body))


def test_space_is_given_back_and_no_answer_is_lost(place: Place) -> None:
    noise = os.urandom(100_000)
    for number in range(20):
        pay(place.ledger, number, noise)
    place.change("UPDATE call SET answer = NULL WHERE id <> (SELECT MIN(id) FROM call)")
    place.change("DELETE FROM call WHERE answer IS NULL")
    done = vacuum(place.ledger, place.folder, place.url)
    assert done.after < done.before - 1_000_000
    ((answers,),) = place.rows("SELECT COUNT(answer) FROM call")
    assert answers == 1


WRITER = """
import sys
from pathlib import Path
from tagbridge.ledger import Terms, CallKey, StoredAnswer, open_ledger
ledger = open_ledger(Path(sys.argv[1]), sys.argv[2])
for number in range(100, 400):
    key = CallKey(identity=f"{number:064x}", media_type="", provider="p", fingerprint=bytes(16))
    ledger.calls.begin(key, Terms(provider="p"), courier="c", token=str(number))
    ledger.calls.finish(str(number), StoredAnswer(status=200, body=b"{}"))
    print(number, flush=True)
ledger.close()
"""


def test_others_write_meanwhile_and_lose_nothing(place: Place) -> None:
    for number in range(50):
        pay(place.ledger, number, os.urandom(20_000))
    command = [sys.executable, "-c", WRITER, str(place.folder), place.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            if int(line) % 50 == 0:
                place.change("UPDATE call SET answer = NULL WHERE id < :n", n=int(line) // 10)
                vacuum(place.ledger, place.folder, place.url)
    assert writer.returncode == 0
    assert place.rows("SELECT COUNT(*) FROM call WHERE state = 'done'") == [(350,)]
