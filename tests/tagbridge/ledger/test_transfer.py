"""An export holds everything; an import loses nothing, and makes nothing older."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from tagbridge.ledger import CallKey, Entry, Ledger, StoredAnswer, Terms, open_ledger
from tagbridge.ledger.lines import BrokenLineError
from tagbridge.ledger.onlooker import look
from tagbridge.ledger.rows import FIELDS
from tagbridge.ledger.schema import metadata
from tagbridge.ledger.transfer import ForeignExportError, export_ledger, import_ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagbridge.ledger.connection import Connection
    from tests.tagbridge.ledger.conftest import Spent

ENTRY = Entry(kind="keyword", value="", provider="pro", model="m", confidence=0.5, at=7)


class Postgres(Protocol):
    def database(self) -> str: ...


class Place:
    """One ledger that can be opened, and looked into."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.folder, self.url = folder, url

    def open(self) -> Ledger:
        return open_ledger(self.folder, self.url)

    def exported(self) -> bytes:
        out = io.BytesIO()
        with look(self.folder, self.url) as connection:
            export_ledger(connection, out, ignore)
        return out.getvalue()

    def take(self, export: bytes) -> dict[str, int]:
        with closing(self.open()) as ledger:
            return import_ledger(ledger, io.BytesIO(export), ignore)

    def rows(self) -> dict[str, list[Any]]:
        """Return all rows, with identities in the place of the numbers of pictures."""
        with look(self.folder, self.url) as connection:
            return {name: _rows(connection, name) for name in FIELDS}


def ignore(_count: int) -> None:
    pass


def _rows(connection: Connection, name: str) -> list[Any]:
    numbers = dict(connection.execute("SELECT id, identity FROM asset"))
    sources = connection.execute("SELECT id, provider, model FROM source")
    said = {number: (provider, model) for number, provider, model in sources}
    return sorted(
        (
            {
                column: {"asset_id": numbers, "source_id": said}.get(column, {}).get(value, value)
                for column, value in row.items()
                if column != "id"
            }
            for batch in connection.batches(f"SELECT * FROM {name}")  # noqa: S608 - our own
            for row in batch
        ),
        key=repr,
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Place]:
    """Return a function that makes an empty place of that name."""

    def make(name: str) -> Place:
        folder = tmp_path / name
        folder.mkdir()
        if request.param == "sqlite":
            return Place(folder)
        server: Postgres = request.getfixturevalue("postgres")
        return Place(folder, server.database())

    return make


def key(number: int, provider: str = "pro") -> CallKey:
    return CallKey(
        identity=f"{number:064x}",
        media_type="image/jpeg",
        provider=provider,
        fingerprint=number.to_bytes(16, "big"),
    )


def pay(ledger: Ledger, number: int, body: bytes = b"{}", status: int = 200) -> None:
    token = os.urandom(8).hex()
    terms = Terms(provider="pro", price=0.002, currency="EUR")
    ledger.calls.begin(key(number), terms, courier="courier-of-old", token=token)
    answer = StoredAnswer(status=status, headers=(("content-type", "a/b"),), body=body)
    ledger.calls.finish(token, answer)


def fill(ledger: Ledger, photo: Path) -> None:
    """Put a row of every kind into a ledger, odd ones among them."""
    status = photo.stat()
    pay(ledger, 1, '{"keywords": ["Öl", "東京"]}'.encode())
    pay(ledger, 2, b"\xff\x00\x80 no text")
    pay(ledger, 3, b"no", status=400)
    for number in (4, 5):
        terms = Terms(provider="pro", price=0.002, currency="EUR")
        ledger.calls.begin(key(number), terms, courier="courier-dead", token=f"t{number}")
    ledger.calls.settle_dead()
    odd = photo.with_name(os.fsdecode(b'odd\xff\n\\".jpg'))
    ledger.files.record(
        *(odd, status, key(1).identity, "written"),
        keywords=["a", "ü\U0001f600"],
        target=odd,
        trace=bytes(16),
        written=[
            replace(ENTRY, value="a", fate="removed"),
            replace(ENTRY, value="ü\U0001f600", fate="kept"),
            replace(ENTRY, kind="hierarchy", value="b|a", confidence=None),
        ],
    )
    ledger.files.record(photo.with_name("broken"), status, "", "parked", "it is damaged")
    for name in ("open", "parked", "missing", "later"):
        ledger.jobs.add(photo.with_name(name), status, fresh=name == "open")
    worker = ledger.workers.join("tag")
    for job in ledger.jobs.claim(worker, 3):
        name = os.fsdecode(job.key).rpartition("/")[2]
        if name == "parked":
            ledger.jobs.park(job, "a reason\twith a tab")
        elif name == "missing":
            ledger.jobs.missing(job, "gone")
        else:
            ledger.jobs.again(job, 4e9 + 1 / 3, "put off")
    ledger.limiter.take("pro", 3.0)
    ledger.pauses.set("pro", None, "account", "wrong key")
    ledger.pauses.set("other", 4e9, "quota", "used up")


def filled(place: Place) -> Place:
    photo = place.folder / "photo.jpg"
    photo.write_bytes(b"x")
    with closing(place.open()) as ledger:
        fill(ledger, photo)
    return place


def test_every_column_of_every_table_travels() -> None:
    # What is proposed follows from the stored answers, which travel.
    at_home = {
        "worker",
        "ledger",
        "token",
        "allowance",
        "source",
        "run",
        "sidecar",
        "proposed",
        "throughput",
    }
    renamed = {"id": None, "asset_id": "identity", "owner": None, "claim": None}
    for name, table in metadata.tables.items():
        if name in at_home:
            continue
        columns = {renamed.get(column.name, column.name) for column in table.columns} - {None}
        members = set(FIELDS[name]) - {"file_at"}
        if name == "pause":
            columns = columns - {"kind"} | {"pause_kind"}
        if name == "written":
            columns = columns - {"kind", "source_id"} | {"written_kind", "provider", "model"}
        assert columns == members, name


def test_a_ledger_comes_back_as_it_was(place: Callable[[str], Place]) -> None:
    old, new = filled(place("old")), place("new")
    new.take(old.exported())
    assert new.rows() == old.rows()
    assert all(old.rows().values())


def test_a_ledger_moves_to_the_other_database_and_back(tmp_path: Path, postgres: Postgres) -> None:
    old, middle, new = (
        Place(tmp_path),
        Place(tmp_path / "b", postgres.database()),
        Place(tmp_path / "c"),
    )
    filled(old)
    middle.take(old.exported())
    new.take(middle.exported())
    assert middle.rows() == old.rows()
    assert new.rows() == old.rows()


def test_an_import_done_twice_has_the_effect_of_one(place: Callable[[str], Place]) -> None:
    old, new = filled(place("old")), place("new")
    export = old.exported()
    new.take(export)
    once = new.rows()
    assert set(new.take(export).values()) == {0}
    assert new.rows() == once
    assert set(old.take(export).values()) == {0}
    assert old.rows() == once


def test_what_ran_and_what_was_in_flight_is_open_and_in_doubt_elsewhere(
    place: Callable[[str], Place],
) -> None:
    old, new = place("old"), place("new")
    photo = old.folder / "photo.jpg"
    photo.write_bytes(b"x")
    with closing(old.open()) as ledger:
        worker = ledger.workers.join("courier")
        ledger.jobs.add(photo, photo.stat(), fresh=True)
        assert ledger.jobs.claim(worker, 1)
        ledger.calls.begin(key(1), Terms(provider="pro"), courier=worker, token="t")  # noqa: S106 - no secret
        new.take(old.exported())
        # At home it goes on as if nothing had been.
        assert set(old.take(old.exported()).values()) == {0}
        ledger.calls.finish("t", StoredAnswer(status=200, body=b"{}"))
    (job,) = new.rows()["job"]
    assert (job["state"], job["owner"]) == ("open", None)
    assert [row["state"] for row in new.rows()["call"]] == ["doubt"]
    assert [row["state"] for row in old.rows()["call"]] == ["done"]


def test_what_is_newer_stays(place: Callable[[str], Place]) -> None:
    here = filled(place("here"))
    export = here.exported()
    photo = here.folder / "photo.jpg"
    with closing(here.open()) as ledger:
        ledger.files.record(photo.with_name("broken"), photo.stat(), key(2).identity, "written")
        ledger.pauses.set("other", 5e9, "quota", "used up again")
        ledger.calls.resend_held(None)
        pay(ledger, 4, b"the answer at last")
        pay(ledger, 3, b"it works now")
        (job,) = ledger.jobs.claim("somebody", 1)
        ledger.files.record(Path(os.fsdecode(job.key)), photo.stat(), key(2).identity, "written")
        ledger.jobs.finish(job)
    newer = here.rows()
    here.take(export)
    assert here.rows() == newer


def test_an_answer_wins_over_none_whatever_its_age(place: Callable[[str], Place]) -> None:
    paid, unpaid = place("paid"), place("unpaid")
    with closing(paid.open()) as ledger:
        pay(ledger, 1, b"paid for")
    with closing(unpaid.open()) as ledger:
        pay(ledger, 1, b"later, and in vain", status=500)
    export = unpaid.exported()
    unpaid.take(paid.exported())
    paid.take(export)
    for one in (paid, unpaid):
        with closing(one.open()) as ledger:
            answer = ledger.calls.look_up(key(1))
        assert isinstance(answer, StoredAnswer)
        assert answer.body == b"paid for"


def test_an_answer_that_cannot_be_read_is_mended(place: Callable[[str], Place]) -> None:
    here = filled(place("here"))
    export, rows = here.exported(), here.rows()
    with closing(here.open()) as ledger:
        for damage in (
            "UPDATE call SET answer = NULL WHERE state = 'done'",
            "UPDATE file SET keywords = CAST('x' AS {}) WHERE keywords IS NOT NULL",
        ):
            text = damage.format("BLOB" if ledger.database.dialect == "sqlite" else "BYTEA")
            ledger.database.transaction(lambda c, text=text: c.execute(text))  # type: ignore[misc] # bound now
    assert here.rows() != rows
    here.take(export)
    assert here.rows() == rows


def test_joined_ledgers_have_counted_the_calls_of_both(
    place: Callable[[str], Place], spent: Spent
) -> None:
    one, other = place("one"), place("other")
    for where, numbers in ((one, range(10)), (other, range(8, 20))):
        with closing(where.open()) as ledger:
            for number in numbers:
                pay(ledger, number)
    export = other.exported()
    for _ in range(2):
        one.take(export)
        with closing(one.open()) as ledger:
            used = spent(ledger)
        assert used == {"all": (20, 0), "provider/pro": (20, 40_000), "cost/EUR": (20, 40_000)}


def test_an_export_that_was_cut_is_refused_at_the_broken_line(
    place: Callable[[str], Place],
) -> None:
    old = filled(place("old"))
    export = old.exported()
    lines = export.splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines, 1) if b'"kind":"file"' in line)
    whole = sum(map(len, lines[: number - 1]))
    for cut in (1, len(lines[number - 1]) // 2, len(lines[number - 1]) - 1):
        new = place(f"new{cut}")
        with pytest.raises(BrokenLineError, match=f"line {number} breaks off"):
            new.take(export[: whole + cut])
        rows = new.rows()
        assert (rows["file"], rows["job"]) == ([], [])
        assert rows["call"] == old.rows()["call"]
        new.take(export)
        assert new.rows() == old.rows()


def test_an_export_without_its_last_line_is_not_whole(place: Callable[[str], Place]) -> None:
    lines = filled(place("old")).exported().splitlines(keepends=True)
    with pytest.raises(BrokenLineError, match=f"line {len(lines) - 1} .*not whole"):
        place("new").take(b"".join(lines[:-1]))


@pytest.mark.parametrize(
    "line",
    [
        b"no json\n",
        b"[]\n",
        b'{"kind":"photo"}\n',
        b'{"kind":"quota","scope":"all","day":1,"calls":1}\n',
        b'{"kind":"quota","scope":"all","day":1,"calls":true,"cost":0}\n',
        b'{"kind":"quota","scope":"all","day":1,"calls":9223372036854775808,"cost":0}\n',
        b'{"kind":"quota","scope":"a\\u0000","day":1,"calls":1,"cost":0}\n',
        b'{"kind":"quota","scope":"\\udc80","day":1,"calls":1,"cost":0}\n',
        b'{"kind":"quota","scope":"all","day":1,"calls":1,"cost":0,"more":1}\n',
        b'{"kind":"limiter","account":"a","tat":NaN,"not_before":0}\n',
        b'{"kind":"asset","identity":"00","media_type":"","seen_at":1}\n',
        b'{"kind":"file","path":"/a","identity":"' + b"ab" * 32 + b'","inode":1,"size":1,'
        b'"mtime_ns":1,"outcome":"","reason":"","target":null,"keywords":null,"at":1}\n',
    ],
)
def test_a_line_that_makes_no_sense_is_refused_with_its_number(tmp_path: Path, line: bytes) -> None:
    head = b'{"kind":"ledger","format":"tagbridge ledger","version":1,"at":1}\n'
    before = b'{"kind":"quota","scope":"all","day":1,"calls":1,"cost":0}\n'
    place = Place(tmp_path)
    with pytest.raises(BrokenLineError, match="line 3 "):
        place.take(head + before + line)
    assert len(place.rows()["quota"]) == 1


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"", "no export"),
        (b"\x89PNG\n", "no export"),
        (b'{"kind":"ledger"}\n', "no export"),
        (b'{"kind":"ledger","format":"tagbridge ledger","version":2,"at":1}\n', "newer"),
    ],
)
def test_a_foreign_file_is_refused_whole(tmp_path: Path, head: bytes, said: str) -> None:
    quota = b'{"kind":"quota","scope":"all","day":1,"calls":1,"cost":0}\n'
    with pytest.raises(ForeignExportError, match=said):
        Place(tmp_path).take(head + quota)
    assert Place(tmp_path).rows()["quota"] == []


def test_an_export_is_readable(tmp_path: Path) -> None:
    export = filled(Place(tmp_path)).exported()
    assert export.isascii()
    lines = [json.loads(line) for line in export.splitlines()]
    answers = [line["answer"] for line in lines if line["kind"] == "call"]
    assert {"text": '{"keywords": ["Öl", "東京"]}'} in answers
    assert any(answer and "base64" in answer for answer in answers)
    paths = [os.fsencode(line["path"]) for line in lines if line["kind"] == "file"]
    assert os.fsencode(tmp_path) + b'/odd\xff\n\\".jpg' in paths


WRITER = """
import sys
from pathlib import Path
from tagbridge.ledger import Terms, CallKey, StoredAnswer, open_ledger
ledger = open_ledger(Path(sys.argv[1]), sys.argv[2])
number = 0
while True:
    number += 1
    key = CallKey(identity=f"{number:064x}", media_type="", provider="p", fingerprint=bytes(16))
    ledger.calls.begin(key, Terms(provider="p"), courier="c", token=str(number))
    ledger.calls.finish(str(number), StoredAnswer(status=200, body=b"{}"))
    print(number, flush=True)
"""


@pytest.fixture
def writing() -> Iterator[Callable[[Place], subprocess.Popen[str]]]:
    """Return a function that starts a process which pays, finishes and counts for ever."""
    processes: list[subprocess.Popen[str]] = []

    def start(place: Place) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", WRITER, str(place.folder), place.url]
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_an_export_shows_one_moment_while_others_write(
    place: Callable[[str], Place], writing: Callable[[Place], subprocess.Popen[str]]
) -> None:
    here = place("here")
    here.open().close()
    numbers = iter(writing(here).stdout or ())
    while int(next(numbers)) < 50:
        pass
    lines = [json.loads(line) for line in here.exported().splitlines()]
    counted = {line["scope"]: line["calls"] for line in lines if line["kind"] == "quota"}
    calls = sum(line["kind"] == "call" for line in lines)
    assert calls >= 50
    assert counted == {"all": calls, "provider/p": calls}
    assert sum(line["kind"] == "asset" for line in lines) == calls
    assert int(next(numbers))  # and the writer goes on
