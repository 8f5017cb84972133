"""Photos page by page: each once, in order, and only those that were asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagbridge.ledger import Entry, Ledger
from tagbridge.ledger.proposals import proposed
from tagbridge.ledger.sheet import count, neighbours, page, providers, rows_of, starts
from tagbridge.ledger.sheet_filter import Filter

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from tagbridge.ledger.sheet import Row
    from tagbridge.ledger.written import Fate


@pytest.fixture
def status(tmp_path: Path) -> os.stat_result:
    return tmp_path.stat()


def entry(value: str, kind: str = "keyword", **more: object) -> Entry:
    usual = {"provider": "local", "model": "m", "confidence": 0.8, "at": 1}
    return Entry(kind=kind, value=value, **{**usual, **more})  # type: ignore[arg-type] # of a test


def add(
    ledger: Ledger,
    status: os.stat_result,
    name: str,
    *entries: Entry,
    outcome: str = "written",
    proposed: Sequence[Entry] = (),
) -> str:
    path = Path("/photos") / name
    identity = f"{hash(name) % 2**64:064x}"
    ledger.files.record(path, status, identity, outcome, written=entries, proposed=proposed)
    return identity


def looked_at(ledger: Ledger, limit: int = 200, **chosen: object) -> list[str]:
    """Return the names of all photos, page after page."""
    names: list[str] = []
    after = b""
    wanted = Filter(**chosen)  # type: ignore[arg-type] # of a test
    while True:
        rows = asked(ledger, wanted, after, limit)
        if not rows:
            return names
        after = rows[-1].key
        names += [Path(row.key.decode()).name for row in rows]


def asked(ledger: Ledger, wanted: Filter, after: bytes, limit: int) -> list[Row]:
    return ledger.database.read(
        lambda c: page(c, ledger.paths, wanted, after=after, limit=limit),
    )


def test_every_photo_is_on_one_page_in_the_order_of_the_paths(
    ledger: Ledger, status: os.stat_result
) -> None:
    wanted = sorted(f"{number}.jpg" for number in range(25))
    for name in reversed(wanted):
        add(ledger, status, name)
    assert looked_at(ledger, limit=4) == wanted


def test_one_can_jump_to_where_a_page_begins(ledger: Ledger, status: os.stat_result) -> None:
    names = [f"{number:02}.jpg" for number in range(23)]
    for name in names:
        add(ledger, status, name, entry("Sea") if name != "05.jpg" else entry("Boat"))
    chosen = Filter(keyword="Sea")
    found = ledger.database.read(lambda c: starts(c, ledger.paths, chosen, size=5))
    assert (found.total, found.size, len(found.keys)) == (22, 5, 5)

    third = ledger.database.read(
        lambda c: page(c, ledger.paths, chosen, start=found.keys[2], limit=5)
    )
    assert [row.key.decode() for row in third] == [f"/photos/{n}.jpg" for n in range(11, 16)]


def test_a_keyword_is_found_in_any_spelling_and_not_where_it_was_removed(
    ledger: Ledger, status: os.stat_result
) -> None:
    add(ledger, status, "a.jpg", entry("Sea"))
    add(ledger, status, "b.jpg", entry("sea"))
    add(ledger, status, "c.jpg", entry("SEA", fate="removed"))
    add(ledger, status, "d.jpg", entry("Seaside"), entry("Sea", kind="title"))
    add(ledger, status, "e.jpg", outcome="review", proposed=[entry("Sea")])
    assert looked_at(ledger, keyword="sEa") == ["a.jpg", "b.jpg", "e.jpg"]
    assert looked_at(ledger, keyword="nothing") == []


def test_confidence_and_provider_are_those_of_the_same_keyword(
    ledger: Ledger, status: os.stat_result
) -> None:
    add(ledger, status, "a.jpg", entry("Sea", confidence=0.9), entry("Boat", confidence=0.4))
    add(ledger, status, "b.jpg", entry("Boat", confidence=0.9, provider="local+other"))
    add(ledger, status, "c.jpg", entry("Boat", confidence=None))
    assert looked_at(ledger, keyword="Boat", min_confidence=0.9) == ["b.jpg"]
    assert looked_at(ledger, min_confidence=0.9) == ["a.jpg", "b.jpg"]
    assert looked_at(ledger, provider="other") == ["b.jpg"]
    assert looked_at(ledger, provider="stranger") == []
    assert ledger.database.read(providers) == ["local", "other"]


def test_a_folder_is_what_is_below_it(ledger: Ledger, status: os.stat_result) -> None:
    for name in ("a/1.jpg", "a/b/2.jpg", "ab/3.jpg", "4.jpg"):
        add(ledger, status, name)
    a, photo = Path("/photos/a"), Path("/photos/4.jpg")
    assert looked_at(ledger, folders=(a,)) == ["1.jpg", "2.jpg"]
    assert looked_at(ledger, folders=(a, photo)) == ["4.jpg", "1.jpg", "2.jpg"]
    assert looked_at(ledger, folders=(Path("/elsewhere"),)) == []


def test_the_conditions_tell_what_is_to_be_done(ledger: Ledger, status: os.stat_result) -> None:
    fates: tuple[Fate, ...] = ("kept", "removed")
    add(ledger, status, "decided.jpg", *(entry(fate, fate=fate) for fate in fates))
    add(ledger, status, "new.jpg", entry("Sea"), entry("Boat", fate="kept"))
    add(ledger, status, "nsfw.jpg", entry("warning", kind="nsfw"))
    add(ledger, status, "waits.jpg", outcome="review", proposed=[entry("warning", kind="nsfw")])
    add(ledger, status, "broken.jpg", outcome="parked")
    ledger.jobs.add(Path("/photos/broken.jpg"), status, fresh=True)
    (job,) = ledger.jobs.claim("worker", 1)
    ledger.jobs.park(job, "it is damaged")

    assert looked_at(ledger, condition="unreviewed") == ["new.jpg"]
    assert looked_at(ledger, condition="nsfw") == ["nsfw.jpg", "waits.jpg"]
    assert looked_at(ledger, condition="review") == ["waits.jpg"]
    assert looked_at(ledger, condition="parked") == ["broken.jpg"]
    reviews = Filter(condition="review")
    assert ledger.database.read(lambda c: count(c, ledger.paths, reviews)) == 1


def test_a_photo_knows_those_before_and_behind_it(ledger: Ledger, status: os.stat_result) -> None:
    for name in ("1.jpg", "3.jpg", "5.jpg"):
        add(ledger, status, name, entry("Sea"))
    add(ledger, status, "2.jpg")

    def around(name: str) -> tuple[bytes | None, bytes | None]:
        chosen, key = Filter(keyword="Sea"), f"/photos/{name}".encode()
        return ledger.database.read(lambda c: neighbours(c, ledger.paths, chosen, key))

    assert around("1.jpg") == (None, b"/photos/3.jpg")
    assert around("3.jpg") == (b"/photos/1.jpg", b"/photos/5.jpg")
    assert around("4.jpg") == (b"/photos/3.jpg", b"/photos/5.jpg")


def test_a_row_tells_its_keywords_the_surest_first(ledger: Ledger, status: os.stat_result) -> None:
    said = [entry("Sand", confidence=0.5), entry("Sea", confidence=0.9, fate="kept")]
    add(ledger, status, "a.jpg", *said, entry("warning", kind="nsfw"))
    (row,) = ledger.database.read(lambda c: rows_of(c, [b"/photos/a.jpg", b"/photos/none.jpg"]))
    assert [(s.text, s.confidence, s.fate) for s in row.keywords] == [
        ("Sea", 0.9, "kept"),
        ("Sand", 0.5, "written"),
    ]
    assert (row.nsfw, row.parked, row.outcome) == (True, False, "written")


def test_what_was_proposed_is_forgotten_with_whatever_comes_next(
    ledger: Ledger, status: os.stat_result
) -> None:
    add(ledger, status, "a.jpg", outcome="review", proposed=[entry("Sea"), entry("Sea")])
    key = b"/photos/a.jpg"
    (known,) = ledger.database.read(lambda c: proposed(c, key))
    assert (known.value, known.provider, known.confidence) == ("Sea", "local", 0.8)

    add(ledger, status, "a.jpg", entry("Sea"))
    assert ledger.database.read(lambda c: proposed(c, key)) == ()


def test_a_decision_of_the_page_may_be_taken_back(ledger: Ledger, status: os.stat_result) -> None:
    identity = add(ledger, status, "a.jpg", entry("Sea"), entry("Boat"))
    fates: tuple[Fate, ...] = ("removed", "kept", "written")
    for fate in fates:
        ledger.written.decide(identity, {"Sea": fate})
        found = {e.value: e.fate for e in ledger.written.of_picture(identity)}
        assert found == {"Sea": fate, "Boat": "written"}
