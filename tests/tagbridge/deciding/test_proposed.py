"""What awaits a review is not written before somebody has accepted it, and then just that."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagbridge.config import WriteSettings
from tagbridge.deciding import (
    Decided,
    NotDecidedError,
    accept_proposed,
    propose_again,
    refuse_proposed,
)
from tagbridge.errand import Errand
from tagbridge.ledger.proposals import proposed
from tagbridge.metadata.exiv2 import Exiv2
from tagbridge.metadata.show import show_asset
from tagbridge.pipeline import Journey, tag_asset
from tagbridge.reviewing import review_rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge.equipment import Equipment
    from tests.tagbridge.conftest import Equip, Speaker


@dataclass(frozen=True, kw_only=True)
class Table:
    """One photo, and the two providers `Sea` and `Boat`.

    Attributes:
        photo: It lies in a folder of its own.
        equipment: With a rule for what is reviewed.
    """

    photo: Path
    equipment: Equipment

    def tag(self, errand: Errand | None = None) -> Journey:
        return asyncio.run(tag_asset(self.photo, self.equipment, errand))

    def accept(self) -> Decided:
        return asyncio.run(accept_proposed(self.photo, self.equipment))

    def refuse(self, *keys: str) -> Decided:
        return refuse_proposed(self.photo, self.equipment, frozenset(keys) or None)

    def proposals(self) -> set[str]:
        ledger = self.equipment.ledger
        key = ledger.paths.key(self.photo)
        return {e.value for e in ledger.database.read(lambda c: proposed(c, key))}

    def outcome(self) -> str:
        known = self.equipment.ledger.files.find(self.photo)
        return known.outcome if known else ""

    def whose(self) -> dict[str, str]:
        reader = Exiv2()
        try:
            return {k.text: k.whose for k in show_asset(self.photo, reader).keywords}
        finally:
            reader.close()


@pytest.fixture
def table(photo: Path, equip: Equip, speaker: Callable[..., Speaker]) -> Callable[..., Table]:
    """Return a function that sets the table, with keys of `[write]`."""

    def made(*words: str, **write: object) -> Table:
        speakers = [speaker(word) for word in words or ("Sea", "Boat")]
        rule = review_rule(WriteSettings.model_validate(write))
        return Table(photo=photo, equipment=replace(equip(speakers=speakers), awaits_review=rule))

    return made


def test_the_photo_stays_as_it_is_and_says_what_it_awaits(table: Callable[..., Table]) -> None:
    waiting = table(review=True)
    before = waiting.photo.read_bytes()
    journey = waiting.tag()

    assert (journey.receipt.outcome, journey.receipt.reason) == ("planned", "it awaits your review")
    assert journey.receipt.keywords_added == ("Boat", "Sea")
    assert not journey.failed
    assert waiting.photo.read_bytes() == before
    assert list(waiting.photo.parent.iterdir()) == [waiting.photo]
    assert (waiting.outcome(), waiting.proposals()) == ("review", {"Sea", "Boat"})


def test_the_daemon_finds_it_dealt_with(table: Callable[..., Table]) -> None:
    waiting = table(review=True)
    waiting.tag(Errand(only_new=True))
    files = waiting.equipment.ledger.files
    assert files.is_known(waiting.photo, waiting.photo.lstat())


def test_what_is_accepted_is_written_and_is_the_users(table: Callable[..., Table]) -> None:
    waiting = table(review=True)
    waiting.tag()
    decided = waiting.accept()

    assert decided.keywords == ("Boat", "Sea")
    assert waiting.whose() == {"Boat": "confirmed", "Sea": "confirmed"}
    assert (waiting.outcome(), waiting.proposals()) == ("written", set())
    assert waiting.tag().receipt.outcome == "unchanged"


def test_what_was_accepted_can_be_taken_back_to_the_byte(table: Callable[..., Table]) -> None:
    waiting = table(review=True)
    before = waiting.photo.read_bytes()
    waiting.tag()
    propose_again(waiting.accept(), waiting.equipment)

    assert waiting.photo.read_bytes() == before
    assert (waiting.outcome(), waiting.proposals()) == ("review", {"Sea", "Boat"})
    assert waiting.equipment.ledger.files.is_known(waiting.photo, waiting.photo.lstat())
    waiting.accept()
    assert waiting.whose() == {"Boat": "confirmed", "Sea": "confirmed"}


def test_what_is_refused_is_never_written(table: Callable[..., Table]) -> None:
    waiting = table(review=True)
    waiting.tag()
    refused = waiting.refuse("sea")
    assert (refused.keywords, waiting.proposals()) == (("Sea",), {"Boat"})
    waiting.accept()

    assert waiting.whose() == {"Boat": "confirmed"}
    assert waiting.tag().receipt.outcome == "unchanged"
    assert waiting.whose() == {"Boat": "confirmed"}


def test_without_any_keyword_left_a_photo_awaits_nothing(table: Callable[..., Table]) -> None:
    waiting = table(review=True)
    waiting.tag()
    waiting.refuse("sea", "boat")
    assert waiting.outcome() == "unchanged"
    assert waiting.tag().receipt.outcome == "unchanged"
    assert waiting.whose() == {}


def test_all_may_be_refused_and_that_may_be_taken_back(table: Callable[..., Table]) -> None:
    waiting = table(review=True)
    waiting.tag()
    before = waiting.photo.read_bytes()
    decided = waiting.refuse()
    assert (waiting.outcome(), waiting.proposals()) == ("unchanged", set())
    assert waiting.tag().receipt.outcome == "unchanged"
    assert waiting.photo.read_bytes() == before

    propose_again(decided, waiting.equipment)
    assert (waiting.outcome(), waiting.proposals()) == ("review", {"Sea", "Boat"})
    waiting.accept()
    assert set(waiting.whose()) == {"Sea", "Boat"}


def test_what_has_come_to_it_meanwhile_awaits_a_review_of_its_own(
    table: Callable[..., Table],
) -> None:
    table("Sea", review=True).tag()
    more = table("Sea", "Boat", review=True)
    with pytest.raises(NotDecidedError, match="awaits your review"):
        more.accept()
    assert more.whose() == {}
    assert more.proposals() == {"Sea", "Boat"}
    more.accept()
    assert set(more.whose()) == {"Sea", "Boat"}


@pytest.mark.parametrize(("folder", "outcome"), [("photos", "planned"), ("other", "written")])
def test_only_folders_that_are_named_are_reviewed(
    table: Callable[..., Table], tmp_path: Path, folder: str, outcome: str
) -> None:
    assert table(review_folders=[tmp_path / folder]).tag().receipt.outcome == outcome


@pytest.mark.parametrize(
    ("doubted", "outcome"), [(["sea"], "planned"), (["cat"], "written"), ([], "written")]
)
def test_only_what_is_said_by_providers_that_are_named_is_reviewed(
    table: Callable[..., Table], doubted: list[str], outcome: str
) -> None:
    assert table(review_providers=doubted).tag().receipt.outcome == outcome


def test_what_is_written_already_awaits_nothing(table: Callable[..., Table]) -> None:
    table().tag()
    assert table(review=True).tag().receipt.outcome == "unchanged"


def test_a_photo_that_awaits_nothing_cannot_be_accepted(table: Callable[..., Table]) -> None:
    with pytest.raises(NotDecidedError, match="awaits no review"):
        table(review=True).accept()


def test_a_photo_that_changed_since_is_not_refused(table: Callable[..., Table]) -> None:
    waiting = table(review=True)
    waiting.tag()
    Path(waiting.photo).write_bytes(waiting.photo.read_bytes() + b"\0")
    with pytest.raises(NotDecidedError, match="changed meanwhile"):
        waiting.refuse()
