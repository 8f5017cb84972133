"""A pause is remembered, said once, and ends when it should."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagbridge.ledger import Ledger

LATER = time.time() + 3600


def test_a_pause_holds_until_its_time_has_passed(ledger: Ledger) -> None:
    assert ledger.pauses.of("p") is None
    ledger.pauses.set("p", LATER, "quota", "used up")

    pause = ledger.pauses.of("p")
    assert pause is not None
    assert (pause.until, pause.kind, pause.reason) == (LATER, "quota", "used up")
    assert ledger.pauses.of("q") is None

    ledger.pauses.set("p", 1.0, "quota", "used up")
    assert ledger.pauses.of("p") is None
    assert ledger.pauses.all() == []


def test_only_the_first_of_many_equal_pauses_is_new(ledger: Ledger) -> None:
    news = [ledger.pauses.set("p", LATER + n, "quota", "used up") for n in range(3)]

    assert news == [True, False, False]
    assert ledger.pauses.set("p", None, "account", "wrong key")
    assert [pause.until for pause in ledger.pauses.all()] == [None]


def test_a_pause_that_waits_for_a_person_is_not_shortened(ledger: Ledger) -> None:
    ledger.pauses.set("p", None, "account", "wrong key")

    assert not ledger.pauses.set("p", LATER, "quota", "used up")

    pause = ledger.pauses.of("p")
    assert pause is not None
    assert pause.kind == "account"


def test_pauses_are_cleared_by_provider_by_kind_or_all(ledger: Ledger) -> None:
    def paused() -> list[str]:
        return [pause.provider for pause in ledger.pauses.all()]

    for provider in "pqr":
        ledger.pauses.set(provider, None, "account", "wrong key")
    ledger.pauses.set("s", LATER, "quota", "used up")
    ledger.pauses.set("t", LATER, "quota", "used up")

    ledger.pauses.clear("p")
    assert paused() == ["q", "r", "s", "t"]
    ledger.pauses.clear("s", "account")
    assert paused() == ["q", "r", "s", "t"]
    ledger.pauses.clear(kind="account")
    assert paused() == ["s", "t"]
    ledger.pauses.clear()
    assert paused() == []
