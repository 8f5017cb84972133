"""Which answers come too late to be written."""

from __future__ import annotations

import pytest

from tagbridge.lateness import is_late
from tagbridge.ledger.written import Entry
from tagbridge.questions import Answer
from tagbridge_hooks import Recognition, RejectedError

ASKED = 1000.5


def answer(model: str = "old") -> Answer:
    said = Recognition(provider="eye", model=model)
    return Answer(provider="eye", recognition=said, asked=ASKED)


def entry(provider: str, model: str, at: int) -> Entry:
    return Entry(
        kind="keyword", value="Sea", provider=provider, model=model, confidence=None, at=at
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(entry("eye", "new", 1001), True, id="another model, after"),
        pytest.param(entry("ear+eye", "m+new", 1001), True, id="together with another provider"),
        pytest.param(entry("eye", "new", 1000), False, id="another model, before"),
        pytest.param(entry("eye", "old", 1001), False, id="the same model"),
        pytest.param(entry("ear+eye", "m+old", 1001), False, id="the same model, together"),
        pytest.param(entry("ear", "new", 1001), False, id="another provider"),
        pytest.param(entry("eyes", "new", 1001), False, id="another provider of a similar name"),
    ],
)
def test_another_model_that_was_written_since_makes_it_out_of_date(
    written: Entry, *, expected: bool
) -> None:
    assert is_late(answer(), [entry("ear", "m", 1), written]) is expected


def test_who_said_nothing_is_not_late() -> None:
    failed = Answer(provider="eye", error=RejectedError("no"), asked=ASKED)
    assert not is_late(failed, [entry("eye", "new", 1001)])


def test_one_of_which_it_is_not_known_when_it_was_asked_is_not_late() -> None:
    said = Recognition(provider="eye", model="old")
    assert not is_late(Answer(provider="eye", recognition=said), [entry("eye", "new", 9)])
