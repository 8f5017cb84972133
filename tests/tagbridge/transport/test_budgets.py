"""Budgets: never one request too many, whoever asks and whoever is killed."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge.transport.errors import BudgetError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.tagbridge.transport.conftest import Askers, Asking, Processes, Service

KILLS = int(os.environ.get("TAGBRIDGE_TEST_TRANSPORT_KILLS", "2"))
ALLOWED = 10 * KILLS
ASKED = 25 * KILLS


@pytest.mark.parametrize(
    "terms",
    [
        pytest.param({"daily_calls": ALLOWED}, id="of the provider"),
        pytest.param({"total_daily_calls": ALLOWED}, id="of all"),
        pytest.param(
            {"daily_cost": ALLOWED * 0.01, "price": 0.01, "currency": "EUR"}, id="of money"
        ),
    ],
)
def test_the_budget_holds_over_processes_and_kills(
    terms: dict[str, Any],
    askers: Askers,
    service: Service,
    processes: Processes,
    stored: Callable[[str], Any],
) -> None:
    start = f"{next(iter(terms))} "
    halves = [[f"{start}{n}" for n in range(which, ASKED, 2)] for which in range(2)]
    for kill in range(1, KILLS + 1):
        both = [askers.start("/slow/0.02", *half, at_once=4, terms=terms) for half in halves]
        enough = kill * (ALLOWED // KILLS) - 2
        processes.wait_until(lambda enough=enough: len(service.about(start)) >= enough)  # type: ignore[misc]  # no inference for a default
        for process in both:
            askers.kill(process)

    last = [askers.start("/slow/0.02", *half, at_once=4, terms=terms) for half in halves]
    said = [askers.ended(process) for process in last]

    outcomes = [line.get("status", line.get("error")) for lines in said for line in lines[:-1]]
    assert set(outcomes) == {200, "BudgetError"}
    assert outcomes.count(200) == ALLOWED
    assert outcomes.count("BudgetError") == ASKED - ALLOWED
    assert len(service.about(start)) == ALLOWED
    assert stored("SELECT calls FROM quota WHERE scope = 'all'") == [(ALLOWED,)]


def test_whoever_is_refused_is_told_when_the_budget_returns(
    asking: Asking, service: Service
) -> None:
    asking.ask(f"{service.url}/ok", "allowed", daily_calls=1)
    heard = asking.ask(f"{service.url}/ok", "not allowed", daily_calls=1)

    tomorrow = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    assert isinstance(heard.error, BudgetError)
    assert heard.error.resets_at == tomorrow + timedelta(days=1)
    assert str(heard.error).startswith("known: ")
    assert heard.question.network_calls == 0
    assert "not allowed" not in service.pictures


def test_a_stored_answer_costs_nothing_and_needs_no_budget(
    asking: Asking, service: Service
) -> None:
    for _ in range(3):
        assert asking.ask(f"{service.url}/ok", "kept", daily_calls=1).status == 200
