"""What the provider makes of the answers of the service; their forms are the documented ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks import (
    AccountError,
    MalformedAnswerError,
    ProviderError,
    QuotaError,
    RateLimitedError,
    RejectedError,
    TransientError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition

    Answered = Callable[..., Recognition]

TASK = "0a8c8186-aee8-47c8-9eaf-348103feb14d"
CAT = {"prob": 0.9, "name": "cat", "id": "d8f4"}
DOG = {"prob": 0.08, "name": "dog", "id": "17ab"}
PAGE = b"<html><head><title>Back soon</title></head></html>"


def v2(**record: object) -> dict[str, Any]:
    """Return an answer in the envelope of Ximilar, with one record."""
    return {
        "records": [
            {
                "_status": {"code": 200, "text": "OK", "request_id": "1"},
                "_id": "made up",
                "_width": 64,
                "_height": 48,
                **record,
            }
        ],
        "status": {"code": 200, "text": "OK", "request_id": "1", "proc_id": "2"},
        "statistics": {"processing time": 0.11},
    }


def refused(code: int) -> dict[str, Any]:
    return v2(_status={"code": code, "text": "cannot read 1af538baa90open-sesame"})


def test_the_best_label_is_the_keyword_and_the_rest_of_the_ranking_is_not(
    answered: Answered,
) -> None:
    recognition = answered(v2(labels=[CAT, DOG], best_label=CAT))
    found = [(word.text, word.confidence, word.broader) for word in recognition.keywords]
    assert found == [("cat", 0.9, ())]
    assert (recognition.provider, recognition.model) == ("vize", f"task {TASK} in production")


def test_version_one_names_the_same_things_differently(answered: Answered) -> None:
    rows = [{"label_name": "cat", "probability": 0.9}, {"label_name": "dog", "probability": 0.1}]
    answer = {"best_label": rows[0], "labels": rows}
    assert [word.text for word in answered(answer, api="v1").keywords] == ["cat"]
    with pytest.raises(MalformedAnswerError):
        answered(v2(labels=rows, best_label=rows[0]), api="v2")


def test_a_multi_label_task_gives_all_and_the_threshold_decides(answered: Answered) -> None:
    recognition = answered(v2(labels=[CAT, DOG], best_label=CAT), multi_label=True)
    assert [(word.text, word.confidence) for word in recognition.keywords] == [
        ("cat", 0.9),
        ("dog", 0.08),
    ]


def test_no_label_of_a_multi_label_task_passes_without_a_confidence(answered: Answered) -> None:
    """A keyword without a confidence passes every threshold, and so would the whole ranking."""
    rows = [CAT, {"name": "dog"}, {"name": "cow", "prob": None}, {"name": "owl", "prob": "NaN"}]
    recognition = answered(v2(labels=rows, best_label=CAT), multi_label=True)
    assert [word.text for word in recognition.keywords] == ["cat"]


def test_a_ranking_in_percent_is_not_certain_of_everything(answered: Answered) -> None:
    rows = [{"name": "cat", "prob": 97.5}, {"name": "dog", "prob": "2.5"}]
    recognition = answered(v2(labels=rows, best_label=rows[0]), multi_label=True)
    assert [word.confidence for word in recognition.keywords] == [0.975, 0.025]


@pytest.mark.parametrize("best", [None, {}, {"name": "", "prob": 1}, "cat", []])
def test_without_a_best_label_the_surest_of_the_ranking_is_it(
    answered: Answered, best: object
) -> None:
    assert [w.text for w in answered(v2(labels=[DOG, CAT], best_label=best)).keywords] == ["cat"]


def test_a_best_label_alone_is_enough(answered: Answered) -> None:
    assert [word.text for word in answered(v2(best_label=CAT)).keywords] == ["cat"]


def test_a_task_that_knows_nothing_of_it_has_an_answer(answered: Answered) -> None:
    assert answered(v2(labels=[], best_label=None)).keywords == ()


def test_a_broken_row_does_not_cost_the_others(answered: Answered) -> None:
    rows: list[object] = [None, "cat", {"prob": 0.9}, {"name": 7}, [], DOG]
    assert [word.text for word in answered(v2(labels=rows)).keywords] == ["dog"]


@pytest.mark.parametrize(
    ("prob", "confidence"),
    [("0.75", 0.75), (1.0000001, 1.0), (-0.1, 0.0), (None, None), ("high", None), (True, None)],
)
def test_a_probability_is_a_fraction_or_unknown(
    answered: Answered, prob: object, confidence: float | None
) -> None:
    row = {"name": "cat", "prob": prob}
    (keyword,) = answered(v2(labels=[row], best_label=row)).keywords
    assert keyword.confidence == confidence


def test_the_vocabulary_is_the_broader_term_and_the_version_is_kept(answered: Answered) -> None:
    answer = v2(labels=[CAT], best_label=CAT)
    recognition = answered(answer, vocabulary_name="Our animals", version=4)
    assert recognition.keywords[0].broader == ("Our animals",)
    assert recognition.model == f"task {TASK} version 4"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        PAGE,
        b"\xff\xfe",
        b"[" * 100_000,
        b"null",
        {},
        {"records": []},
        {"records": None},
        {"records": ["cat"]},
        {"records": [{"labels": None}]},
        {"records": [{"labels": {"cat": 0.9}}]},
        {"records": [{"labels": ["cat"]}]},
        b'{"records": [{"labels": [{"name": "ca',
    ],
)
def test_an_answer_of_another_form_is_malformed(answered: Answered, body: object) -> None:
    with pytest.raises(MalformedAnswerError, match="vize: "):
        answered(body)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, AccountError),
        (400, MalformedAnswerError),
        (401, AccountError),
        (402, QuotaError),
        (403, AccountError),
        (404, AccountError),
        (413, MalformedAnswerError),
        (429, RateLimitedError),
        (500, TransientError),
        (503, TransientError),
    ],
)
def test_a_status_says_what_to_do_next(
    answered: Answered, status: int, kind: type[ProviderError]
) -> None:
    with pytest.raises(ProviderError) as caught:
        answered(PAGE, status)
    assert type(caught.value) is kind
    assert str(caught.value).startswith(f"vize: HTTP {status}")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, RejectedError),
        ("400", RejectedError),
        (404, RejectedError),
        (413, RejectedError),
        (402, QuotaError),
        (429, RateLimitedError),
        (500, TransientError),
        (1, TransientError),
    ],
)
def test_success_needs_the_status_of_the_record_as_well(
    answered: Answered, code: object, kind: type[ProviderError]
) -> None:
    with pytest.raises(kind):
        answered(v2(labels=[CAT], _status={"code": code, "text": "no"}))


def test_success_needs_the_status_of_the_envelope_as_well(answered: Answered) -> None:
    with pytest.raises(TransientError):
        answered({**v2(labels=[CAT]), "status": {"code": 503, "text": "busy"}})


def test_a_busy_service_may_say_how_long_to_wait(answered: Answered) -> None:
    with pytest.raises(RateLimitedError) as caught:
        answered(b"", 429, headers={"Retry-After": "7"})
    assert caught.value.retry_after == 7.0


def test_a_record_taken_out_of_a_batch_keeps_its_meaning(answered: Answered) -> None:
    """The core gives the status of the record as that of the response."""
    with pytest.raises(RejectedError, match="picture"):
        answered(refused(400), 400)


@pytest.mark.parametrize("status", [400, 404])
def test_a_task_that_was_never_trained_is_told_with_what_to_do(
    answered: Answered, status: int
) -> None:
    untrained = {"id": TASK, "name": "Animals", "production_version": -1}
    with pytest.raises(AccountError, match=f"never trained.*tagbridge vize train {TASK}"):
        answered({"detail": "Not found."}, status, task=httpx.Response(200, json=untrained))


@pytest.mark.parametrize("status", [400, 404])
def test_a_task_that_the_account_does_not_have_is_told(answered: Answered, status: int) -> None:
    missing = httpx.Response(404, json={"detail": "Not found."})
    with pytest.raises(AccountError, match="tagbridge vize tasks"):
        answered({"detail": "Not found."}, status, task=missing)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"task": ["Invalid pk"]}, "providers.vize.task_id"),
        ({"task_id": ["This field is required."]}, "providers.vize.task_id"),
        ({"version": ["There is no such version."]}, "providers.vize.version"),
    ],
)
def test_a_400_about_the_request_names_the_setting(
    answered: Answered, body: object, named: str
) -> None:
    with pytest.raises(AccountError, match=named):
        answered(body, 400)


@pytest.mark.parametrize("status", [400, 413, 415])
def test_a_refusal_of_the_one_picture_of_a_form_is_final(answered: Answered, status: int) -> None:
    with pytest.raises(RejectedError, match="picture"):
        answered({"image_file": ["Upload a valid image."]}, status, api="v1")


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_a_refusal_of_a_whole_batch_is_not_final_for_the_pictures_in_it(
    answered: Answered, status: int
) -> None:
    """One of them may be to blame, and nobody knows which."""
    with pytest.raises(MalformedAnswerError, match="refuses the request"):
        answered({"detail": "Request is too large."}, status)


def test_a_400_stays_one_when_the_task_cannot_be_looked_up(answered: Answered) -> None:
    with pytest.raises(RejectedError):
        answered({"detail": "no"}, 400, task=httpx.Response(502, content=PAGE), api="v1")


@pytest.mark.parametrize("status", [200, 302, 400, 401, 402, 404, 429, 500])
def test_no_message_repeats_what_the_service_sent_or_the_token(
    answered: Answered, status: int
) -> None:
    echoed = json.dumps(refused(400) | {"detail": "1af538baa90open-sesame"}).encode()
    with pytest.raises(ProviderError) as caught:
        answered(echoed, status)
    assert "sesame" not in repr(caught.value)
