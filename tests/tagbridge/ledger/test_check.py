"""What cannot be true is found, each thing with its remedy; what is true is not."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Protocol

import pytest

from tagbridge.ledger import CallKey, Ledger, StoredAnswer, Terms, open_ledger
from tagbridge.ledger.check import Finding, check
from tagbridge.ledger.onlooker import look

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Check = Callable[..., list[Finding]]


class Postgres(Protocol):
    def database(self) -> str: ...


def fill(ledger: Ledger, photo: Path) -> None:
    for number in range(3):
        key = CallKey(
            identity=f"{number:064x}",
            media_type="image/jpeg",
            provider="pro",
            fingerprint=bytes(16),
        )
        terms = Terms(provider="pro", price=0.5, currency="EUR")
        ledger.calls.begin(key, terms, courier="courier", token=str(number))
        if number < 2:
            ledger.calls.finish(str(number), StoredAnswer(status=200, body=b"{}"))
        name = photo.with_name(f"{number}.jpg")
        ledger.files.record(name, photo.stat(), key.identity, "written", keywords=["a"])
    ledger.jobs.add(photo, photo.stat(), fresh=True)
    ledger.jobs.claim("worker", 1)


@pytest.fixture(params=["sqlite", "postgresql"])
def damaged(request: pytest.FixtureRequest, tmp_path: Path) -> Check:
    """Return a function that damages a sound ledger by some statements and checks it."""

    def damage(*statements: str) -> list[Finding]:
        on_sqlite = request.param == "sqlite"
        url = "" if on_sqlite else request.getfixturevalue("postgres").database()
        photo = tmp_path / "photo.jpg"
        photo.write_bytes(b"x")
        with closing(open_ledger(tmp_path, url)) as ledger:
            fill(ledger, photo)
            for statement in statements:
                text = statement if on_sqlite else statement.replace("BLOB", "BYTEA")
                ledger.database.transaction(
                    lambda connection, text=text: connection.execute(text)  # type: ignore[misc] # bound now
                )
        with look(tmp_path, url) as connection:
            return check(connection, lambda _count: None)

    return damage


def test_a_ledger_in_the_middle_of_its_work_is_sound(damaged: Check) -> None:
    assert damaged() == []


@pytest.mark.parametrize(
    ("statement", "what", "count"),
    [
        ("UPDATE call SET answer = CAST('x' AS BLOB) WHERE state = 'done'", "paid answers", 2),
        ("UPDATE call SET answer = NULL WHERE token IS NULL", "paid answers", 2),
        ("UPDATE call SET headers = '{' WHERE state = 'done'", "paid answers", 2),
        ("UPDATE file SET keywords = CAST('x' AS BLOB)", "keywords", 3),
        ("UPDATE job SET owner = NULL", "nobody runs", 1),
        ("UPDATE quota SET calls = calls - 1 WHERE scope = 'all'", "daily sums", 1),
        ("UPDATE quota SET cost = cost - 1 WHERE scope <> 'all'", "daily sums", 2),
        ("DELETE FROM quota", "daily sums", 3),
    ],
)
def test_a_contradiction_is_found_with_its_remedy(
    damaged: Check, statement: str, what: str, count: int
) -> None:
    (finding,) = damaged(statement)
    assert what in finding.what
    assert (finding.count, len(finding.examples)) == (count, count)
    assert finding.remedy


@pytest.mark.parametrize("damaged", ["sqlite"], indirect=True)
def test_what_refers_to_no_picture_is_found(damaged: Check) -> None:
    found = damaged("PRAGMA foreign_keys = OFF", "DELETE FROM asset WHERE id = 1")
    assert [(finding.what.split()[0], finding.count) for finding in found] == [
        ("calls", 1),
        ("files", 1),
    ]


def test_days_that_were_added_up_are_not_missed(damaged: Check) -> None:
    assert damaged("UPDATE call SET sent_at = 1000000", "DELETE FROM quota") == []


def test_damage_to_the_file_is_found(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"x")
    with closing(open_ledger(tmp_path)) as ledger:
        fill(ledger, photo)
    file = tmp_path / "state.sqlite3"
    with file.open("r+b") as raw:
        # All pages but the first, which holds the schema.
        raw.seek(4096)
        raw.write(b"\xff" * (file.stat().st_size - 4096))
    with look(tmp_path) as connection:
        (finding,) = check(connection, lambda _count: None)
    assert "database file" in finding.what
    assert "import" in finding.remedy
