"""What is next for a photo, by what became of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tagbridge.engine.decide import Step, next_step
from tagbridge.errand import SupersededError
from tagbridge.pipeline import Journey
from tagbridge.transport.errors import BadAnswerError, BudgetError, InDoubtError
from tagbridge_hooks import (
    AccountError,
    AssetChangedError,
    AssetError,
    MalformedAnswerError,
    ProviderError,
    QuotaError,
    RateLimitedError,
    Receipt,
    RejectedError,
    TransientError,
    UnreadableAssetError,
    WriteError,
)

NOW = 1_000_000.0
PATH = Path("a.jpg")
WRITTEN, PARKED = Receipt(outcome="written"), Receipt(outcome="parked", reason="why")


def after(
    *failures: ProviderError,
    receipt: Receipt = WRITTEN,
    trouble: AssetError | None = None,
    gone: bool = False,
    attempts: int = 0,
) -> Step:
    journey = Journey(path=PATH, receipt=receipt, failures=failures, trouble=trouble, gone=gone)
    return next_step(journey, attempts, now=NOW, chance=0.5)


def test_what_was_written_is_done() -> None:
    assert after() == Step(kind="done")


@pytest.mark.parametrize("receipt", [WRITTEN, PARKED])
def test_what_may_pass_is_tried_again_ever_more_rarely(receipt: Receipt) -> None:
    waits = [after(TransientError("x"), receipt=receipt, attempts=n).wait for n in range(20)]
    assert waits[:4] == [2.0, 4.0, 8.0, 16.0]
    assert waits[-1] == 3600.0
    assert waits == sorted(waits)


def test_a_service_that_says_how_long_is_believed() -> None:
    step = after(RateLimitedError("slow", retry_after=77.0), receipt=PARKED)
    assert (step.kind, step.wait, step.reason) == ("again", 77.0, "why")


@pytest.mark.parametrize("error", [QuotaError, BudgetError])
def test_an_allowance_is_waited_for(error: type[QuotaError]) -> None:
    resets_at = datetime.fromtimestamp(NOW + 500, UTC)
    assert after(error("used up", resets_at=resets_at)).wait == 500.0
    assert after(error("used up", resets_at=datetime.fromtimestamp(NOW - 9, UTC))).wait == 0.0
    assert after(error("used up")).wait == 3600.0


def test_the_nearest_of_several_waits_counts() -> None:
    assert after(QuotaError("used up"), TransientError("x")).wait == 2.0


def test_an_account_that_is_closed_is_not_asked_for_a_day() -> None:
    step = after(AccountError("wrong key"))
    assert (step.kind, step.wait) == ("again", 86400.0)


def test_an_answer_without_sense_is_asked_for_four_times_in_all() -> None:
    kinds = [after(MalformedAnswerError("?"), attempts=n).kind for n in range(5)]
    assert kinds == ["again", "again", "again", "park", "park"]


def test_an_outage_before_an_answer_without_sense_does_not_count() -> None:
    kinds = [after(BadAnswerError("?", tries=n), attempts=50).kind for n in range(1, 6)]
    assert kinds == ["again", "again", "again", "park", "park"]


def test_a_picture_that_one_of_several_services_refuses_is_done() -> None:
    assert after(RejectedError("no")).kind == "done"
    assert after(RejectedError("no"), receipt=PARKED) == Step(kind="park", reason="why")


@pytest.mark.parametrize("error", [InDoubtError("held"), ProviderError("fault in the plugin")])
def test_what_a_person_must_see_is_parked(error: ProviderError) -> None:
    assert after(error).kind == "park"
    assert after(error, RejectedError("no")).kind == "park"


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (AssetChangedError("changed"), "again"),
        (WriteError("the disk is full"), "again"),
        (UnreadableAssetError("damaged"), "park"),
        (SupersededError("taken over"), "superseded"),
    ],
)
def test_trouble_with_the_photo_itself(trouble: AssetError, kind: str) -> None:
    assert after(receipt=PARKED, trouble=trouble).kind == kind


def test_a_photo_that_is_not_there_is_missing_whatever_else_was_wrong() -> None:
    for trouble in (UnreadableAssetError("no such file"), AssetChangedError("it is gone")):
        assert after(receipt=PARKED, trouble=trouble, gone=True).kind == "missing"


def test_a_sidecar_that_was_left_alone_is_for_a_person() -> None:
    assert after(receipt=PARKED) == Step(kind="park", reason="why")


def test_what_is_tried_again_is_spread() -> None:
    journey = Journey(path=PATH, receipt=PARKED, failures=(TransientError("x"),))
    waits = [next_step(journey, 0, now=NOW, chance=c).wait for c in (0.0, 1.0)]
    assert waits == [1.0, 3.0]
    assert len({next_step(journey, 0, now=NOW).wait for _ in range(9)}) > 1
