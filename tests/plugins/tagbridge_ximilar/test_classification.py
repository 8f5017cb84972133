"""What a trained task says; the first answer is the documented example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tagbridge_hooks import Keyword, MalformedAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition

    Answered = Callable[..., Recognition]
    Enveloped = Callable[..., bytes]

TASK = {"services": ["classify"], "task_id": "a-task"}
LABELS: list[dict[str, Any]] = [
    {"prob": 0.79654, "name": "__SOME_BEST_LABEL__", "id": "__SOME_ID__"},
    {"prob": 0.08047, "name": "__SOME_LABEL__", "id": "__SOME_ID__"},
    {"prob": 0.07731, "name": "__SOME_LABEL__", "id": "__SOME_ID__"},
    {"prob": 0.02297, "name": "__SOME_LABEL__", "id": "__SOME_ID__"},
    {"prob": 0.02271, "name": "__SOME_LABEL__", "id": "__SOME_ID__"},
]
EXAMPLE = {"_url": "__SOME_URL__", "_width": 415, "labels": LABELS, "best_label": LABELS[0]}
BEST = Keyword(text="__SOME_BEST_LABEL__", confidence=0.79654)


def row(name: str, prob: object) -> dict[str, object]:
    return {"name": name, "prob": prob, "id": "x"}


def test_the_best_answer_becomes_a_keyword(answered: Answered, enveloped: Enveloped) -> None:
    recognition = answered(200, enveloped(EXAMPLE), **TASK)
    assert recognition.model == "classify-v2 a-task version newest"
    assert recognition.keywords == (BEST,)


def test_a_named_version_is_kept_with_what_it_says(
    answered: Answered, enveloped: Enveloped
) -> None:
    model = answered(200, enveloped(EXAMPLE), version=7, **TASK).model
    assert model == "classify-v2 a-task version 7"


def test_an_answer_stands_below_the_vocabulary_that_it_belongs_to(
    answered: Answered, enveloped: Enveloped
) -> None:
    (best,) = answered(200, enveloped(EXAMPLE), classify_vocabulary="Habitat", **TASK).keywords
    assert best.broader == ("Habitat",)


def test_an_answer_below_the_threshold_does_not_count(
    answered: Answered, enveloped: Enveloped
) -> None:
    assert answered(200, enveloped(EXAMPLE), classify_confidence=0.8, **TASK).keywords == ()


def test_several_answers_count_where_several_may_be_right(
    answered: Answered, enveloped: Enveloped
) -> None:
    rows = [row("red", 0.9), row("blue", "0.6"), row("green", 0.4), row("grey", None)]
    said = enveloped({"labels": rows, "best_label": rows[0]})
    found = answered(200, said, classify_all=True, **TASK).keywords
    assert [(k.text, k.confidence) for k in found] == [("red", 0.9), ("blue", 0.6)]


def test_percents_are_told_by_the_highest(answered: Answered, enveloped: Enveloped) -> None:
    rows = [row("red", 97.5), row("blue", 1)]
    said = enveloped({"labels": rows, "best_label": rows[1]})
    (blue,) = answered(200, said, classify_confidence=0, **TASK).keywords
    assert (blue.text, blue.confidence) == ("blue", 0.01)


@pytest.mark.parametrize("best", [None, {}, "red", {"name": " "}])
def test_without_a_named_best_it_is_the_surest(
    answered: Answered, enveloped: Enveloped, best: object
) -> None:
    rows = [None, row("grey", None), row("blue", 0.6), row("red", 0.9)]
    said = enveloped({"labels": rows, "best_label": best})
    assert [k.text for k in answered(200, said, **TASK).keywords] == ["red"]


def test_a_named_best_counts_without_the_ranking_and_without_a_probability(
    answered: Answered, enveloped: Enveloped
) -> None:
    said = enveloped({"labels": None, "best_label": {"name": "red"}})
    assert answered(200, said, **TASK).keywords == (Keyword(text="red"),)


def test_a_ranking_without_probabilities_has_no_best(
    answered: Answered, enveloped: Enveloped
) -> None:
    said = enveloped({"labels": [row("red", None), row("blue", "x")], "best_label": None})
    assert answered(200, said, **TASK).keywords == ()


def test_no_answer_is_an_answer(answered: Answered, enveloped: Enveloped) -> None:
    assert answered(200, enveloped({"labels": [], "best_label": None}), **TASK).keywords == ()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"labels": None},
        {"labels": "red", "best_label": "red"},
        {"labels": [None, "red", {"prob": 0.9}]},
        {"labels": [], "best_label": {"prob": 0.9}},
    ],
)
def test_labels_of_another_form_are_malformed(
    answered: Answered, enveloped: Enveloped, said: dict[str, Any]
) -> None:
    with pytest.raises(MalformedAnswerError, match="labels"):
        answered(200, enveloped(said), **TASK)
