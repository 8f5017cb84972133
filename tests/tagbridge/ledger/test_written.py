"""What was written and what became of it: kept exactly, small, and counted quickly."""

from __future__ import annotations

import random
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagbridge.ledger import Entry, Ledger, open_ledger
from tagbridge.ledger.check import check
from tagbridge.ledger.fates import Tally, Unwanted, tallies, unwanted
from tagbridge.ledger.onlooker import look
from tagbridge.ledger.vacuum import vacuum

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from tagbridge.ledger.written import Fate
    from tests.tagbridge.ledger.conftest import Place

PICTURE, OTHER = "ab" * 32, "cd" * 32
ENTRY = Entry(
    kind="keyword", value="Sea", provider="local", model="m-1", confidence=0.873, at=1_795_622_628
)


@pytest.fixture
def ledger(place: Place) -> Ledger:
    return place.open()


@pytest.fixture
def status(tmp_path: Path) -> os.stat_result:
    return tmp_path.stat()


def write(
    ledger: Ledger, status: os.stat_result, entries: Sequence[Entry], identity: str = PICTURE
) -> None:
    path = Path("/photos") / identity
    ledger.files.record(path, status, identity, "written", written=entries)


def test_what_was_written_comes_back_as_it_was(ledger: Ledger, status: os.stat_result) -> None:
    entries = {
        ENTRY,
        replace(ENTRY, kind="hierarchy", value="Ours|Sea", confidence=None),
        replace(ENTRY, kind="alt_text", value="Wellen \U0001f30a", provider="a+b", model="+"),
    }
    write(ledger, status, tuple(entries))
    assert set(ledger.written.of_picture(PICTURE)) == entries
    assert ledger.written.of_picture(OTHER) == ()


def test_who_said_it_first_stays_and_a_decision_is_never_taken_back(
    ledger: Ledger, status: os.stat_result
) -> None:
    later = replace(ENTRY, provider="other", model="m-2", confidence=0.1, at=1_800_000_000)
    decided: list[tuple[Fate, Fate]] = [
        ("kept", "kept"),
        ("written", "kept"),
        ("removed", "removed"),
        ("kept", "removed"),
    ]
    write(ledger, status, [ENTRY])
    for fate, stays in decided:
        write(ledger, status, [replace(later, fate=fate)])
        assert ledger.written.of_picture(PICTURE) == (replace(ENTRY, fate=stays),)


def test_what_we_took_out_ourselves_is_forgotten_but_no_decision_is(
    ledger: Ledger, status: os.stat_result
) -> None:
    sea, boat, sand = (replace(ENTRY, value=value) for value in ("Sea", "Boat", "Sand"))
    rejected = replace(boat, fate="removed")
    for picture in (PICTURE, OTHER):
        write(ledger, status, [sea, rejected, sand], picture)
    taken_out = [("keyword", "Sea"), ("keyword", "Boat"), ("face", "Ada")]
    ledger.written.forget(PICTURE, taken_out)
    assert set(ledger.written.of_picture(PICTURE)) == {rejected, sand}
    assert set(ledger.written.of_picture(OTHER)) == {sea, rejected, sand}


def test_each_provider_is_counted_and_what_two_said_counts_for_both(
    ledger: Ledger, status: os.stat_result
) -> None:
    both = replace(ENTRY, value="Boat", provider="local+paid", model="m-1+p", fate="removed")
    path = replace(ENTRY, kind="hierarchy", value="Ours|Sea")
    write(ledger, status, [replace(ENTRY, fate="kept"), both, path])
    write(ledger, status, [ENTRY], OTHER)
    assert ledger.database.read(tallies) == {
        "local": Tally(written=3, kept=1, removed=1),
        "paid": Tally(written=1, removed=1),
    }


def test_what_is_removed_more_often_than_kept_is_offered_in_its_usual_spelling(
    ledger: Ledger, status: os.stat_result
) -> None:
    def decide(first: int, spelling: str, fate: Fate, times: int) -> None:
        for number in range(first, first + times):
            entry = replace(ENTRY, value=spelling, fate=fate)
            write(ledger, status, [entry], f"{number:064x}")

    decide(0, "Sea", "removed", 4)
    decide(4, "SEA", "removed", 1)
    decide(5, "Sea", "kept", 4)
    decide(9, "Boat", "removed", 5)
    decide(14, "Boat", "kept", 5)  # as often
    decide(19, "Sand", "removed", 4)  # not often enough

    def asked(*blocked: str) -> list[Unwanted]:
        return ledger.database.read(lambda c: unwanted(c, frozenset(blocked)))

    assert asked() == [Unwanted(text="Sea", kept=4, removed=5, providers=("local",))]
    assert asked("sea") == []


def test_rows_of_no_picture_are_found_and_taken_out(tmp_path: Path, status: os.stat_result) -> None:
    # PostgreSQL does not let them come about.
    with closing(open_ledger(tmp_path)) as ledger:
        write(ledger, status, [ENTRY])
        write(ledger, status, [ENTRY], OTHER)
        ledger.database.transaction(lambda c: c.execute("DELETE FROM asset WHERE id = 2"))
        with look(tmp_path) as connection:
            found = {f.what: f.examples for f in check(connection, lambda _: None)}
        assert found["written values of pictures or sources that are not known"] == ["Sea"]
        assert vacuum(ledger, tmp_path).removed["written"] == 1
        assert ledger.written.of_picture(PICTURE) == (ENTRY,)


@pytest.mark.parametrize(("tops", "most"), [([""], 1000), (["", "Ours|Things|"], 2500)])
def test_a_picture_with_twenty_keywords_takes_little(
    tmp_path: Path, tops: list[str], most: int
) -> None:
    photos, chance = 500, random.Random(7)  # noqa: S311 - no secret
    words = [f"{a}{b}" for a in ("ship", "harbour", "water", "land") for b in range(5)]
    with closing(open_ledger(tmp_path)) as ledger:
        size = (tmp_path / "state.sqlite3").stat
        for _ in range(photos):
            entries = [
                replace(
                    ENTRY,
                    kind="hierarchy" if top else "keyword",
                    value=top + word,
                    confidence=chance.random(),
                )
                for word in words
                for top in tops
            ]
            write(ledger, tmp_path.stat(), entries, f"{chance.getrandbits(256):064x}")
        vacuum(ledger, tmp_path)
        with_them = size().st_size
        ledger.database.transaction(lambda c: c.execute("DELETE FROM written"))
        vacuum(ledger, tmp_path)
        taken = (with_them - size().st_size) / photos
    assert taken < most


def test_counting_is_quick(tmp_path: Path) -> None:
    rows = 200_000
    with closing(open_ledger(tmp_path)) as ledger:
        write(ledger, tmp_path.stat(), [ENTRY])
        ledger.database.transaction(
            lambda c: c.execute(
                "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)"
                " INSERT INTO written SELECT i, 0, 'Sea', 1, 900, 0, i % 3 FROM n",
                {"rows": rows},
            )
        )
        began = time.perf_counter()
        counted = ledger.database.read(tallies)["local"]
        assert counted.written == rows
        assert time.perf_counter() - began < 5.0  # 0.05 on an idle machine
