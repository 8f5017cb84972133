"""What the provider makes of the answers of the service; their forms are the documented ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from tagbridge_everypixel.answers import check_answer
from tagbridge_hooks import (
    AccountError,
    MalformedAnswerError,
    ProviderError,
    QuotaError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from tagbridge_hooks.responses import next_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition

    Answered = Callable[..., Recognition]

KEYWORDS = b"""\xef\xbb\xbf{"keywords": [{"keyword": "Lighthouse", "score": 0.9631},
    {"keyword": "sea", "score": 0.5, "id": 7}], "status": "ok", "colors": [], "took": 0.21}"""
PAGE = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"
SPENT = b'{"message": "ratelimit exceeded 100 requests per 86400 seconds", "status": "error"}'
DAY = timedelta(days=1)


def test_keywords_keep_their_order_scores_and_language(answered: Answered) -> None:
    recognition = answered(200, KEYWORDS)
    assert (recognition.provider, recognition.model) == ("everypixel", "keywords-v1")
    found = [(word.text, word.confidence, word.language) for word in recognition.keywords]
    assert found == [("Lighthouse", 0.9631, "en"), ("sea", 0.5, "en")]


def test_a_picture_in_which_nothing_is_found_has_an_answer(answered: Answered) -> None:
    assert answered(200, b'{"keywords": [], "status": "ok"}').keywords == ()


@pytest.mark.parametrize(
    ("score", "confidence"),
    [
        ("0", 0.0),
        ("1", 1.0),
        ("1.0000001", 1.0),
        ("97.5", 0.975),
        ("-0.2", 0.0),
        ('"0.75"', 0.75),
        ('"high"', None),
        ("null", None),
        ("NaN", None),
        ("Infinity", None),
        ('"nan"', None),
        ("true", None),
        ("[0.5]", None),
        pytest.param("1" * 400, None, id="of-400-digits"),
    ],
)
def test_a_score_is_a_fraction_or_unknown(
    answered: Answered, score: str, confidence: float | None
) -> None:
    body = f'{{"keywords": [{{"keyword": "sea", "score": {score}}}], "status": "ok"}}'
    (keyword,) = answered(200, body.encode()).keywords
    assert keyword.confidence == confidence


def test_a_missing_score_is_unknown(answered: Answered) -> None:
    (keyword,) = answered(200, b'{"keywords": [{"keyword": "sea"}], "status": "ok"}').keywords
    assert keyword.confidence is None


def test_a_broken_row_does_not_cost_the_others(answered: Answered) -> None:
    rows: list[object] = [
        None,
        "sea",
        {"score": 0.9},
        {"keyword": " ", "score": 1},
        {"keyword": 7},
        [],
    ]
    body = {"keywords": [*rows, {"keyword": "sky", "score": 0.8}], "status": "ok"}
    recognition = answered(200, json.dumps(body).encode())
    assert [word.text for word in recognition.keywords] == ["sky"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"keywords": [{"keyword": "sea", "score": 0.9}]}',
        b'{"keywords": [{"keyword": "sea", "score": 0.9}], "status": "error"}',
        b'{"status": "error", "message": "something went wrong"}',
        b'{"status": true, "result": {"caption": "the sea"}}',
        b'{"status": "ok"}',
        b'{"keywords": null, "status": "ok"}',
        b'{"keywords": {"sea": 0.9}, "status": "ok"}',
        b'{"keywords": ["sea", "sky"], "status": "ok"}',
        b'{"keywords": [{"keyword": "sea", "sc',
        PAGE,
    ],
)
def test_an_answer_of_another_form_is_malformed(answered: Answered, body: bytes) -> None:
    with pytest.raises(MalformedAnswerError, match="everypixel: "):
        answered(200, body)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'{"status": "error", "message": "Could not load image"}', RejectedError),
        (401, b'{"message": "Unauthorized"}', AccountError),
        (402, b"", QuotaError),
        (403, b"", AccountError),
        (404, b'{"detail": "Not Found"}', AccountError),
        (413, PAGE, RejectedError),
        (302, PAGE, AccountError),
        (422, b'{"detail": [{"loc": ["query", "lang"], "msg": "no", "type": "t"}]}', AccountError),
        (429, SPENT, QuotaError),
        (500, PAGE, TransientError),
        (502, PAGE, RateLimitedError),
        (503, PAGE, TransientError),
        (504, PAGE, TransientError),
    ],
)
def test_a_status_says_what_to_do_next(
    answered: Answered, status: int, body: bytes, kind: type[ProviderError]
) -> None:
    with pytest.raises(ProviderError) as caught:
        answered(status, body)
    assert type(caught.value) is kind
    assert str(caught.value).startswith(f"everypixel: HTTP {status}")


def test_a_used_up_allowance_is_told_and_returns_within_a_day(answered: Answered) -> None:
    asked = datetime.now(UTC)
    with pytest.raises(QuotaError, match=r"\(100 requests per 86400 seconds\)") as caught:
        answered(429, SPENT)
    assert caught.value.resets_at is not None
    assert asked < caught.value.resets_at <= datetime.now(UTC) + DAY


def test_an_allowance_returns_when_the_service_says_so_a_day_later_at_most() -> None:
    for seconds, wait in (("3600", timedelta(hours=1)), ("1e300", DAY)):
        asked = datetime.now(UTC)
        response = httpx.Response(429, headers={"Retry-After": seconds})
        with pytest.raises(QuotaError) as caught:
            check_answer(response)
        assert caught.value.resets_at is not None
        assert asked + wait <= caught.value.resets_at <= datetime.now(UTC) + wait


def test_otherwise_it_returns_at_the_next_midnight(answered: Answered) -> None:
    before = next_day(datetime.now(UTC))
    with pytest.raises(QuotaError) as caught:
        answered(429, SPENT)
    assert caught.value.resets_at in {before, next_day(datetime.now(UTC))}


def test_a_service_that_is_asked_too_often_may_say_how_long_to_wait(answered: Answered) -> None:
    with pytest.raises(RateLimitedError) as caught:
        answered(502, PAGE, {"Retry-After": "7"})
    assert caught.value.retry_after == 7.0


@pytest.mark.parametrize(
    ("loc", "named"),
    [
        (["query", "lang"], "providers.everypixel.language"),
        (["query", "num_keywords"], "providers.everypixel.num_keywords"),
        (["threshold"], "providers.everypixel.threshold"),
        (["query", "caption_len"], "providers.everypixel.caption_length"),
        (["body", "data"], "base_url"),
        ([{"no": "text"}], "base_url"),
        (None, "base_url"),
    ],
)
def test_a_refused_parameter_is_named_by_its_setting(
    answered: Answered, loc: object, named: str
) -> None:
    body = {"detail": [{"loc": loc, "msg": "value is not a valid enumeration member"}]}
    with pytest.raises(AccountError, match=named):
        answered(422, json.dumps(body).encode())


@pytest.mark.parametrize("body", [b"", b"[]", b'{"detail": "no"}', b"[" * 100_000, b"\xff"])
def test_a_422_of_another_form_is_a_fault_of_the_address(answered: Answered, body: bytes) -> None:
    with pytest.raises(AccountError, match="base_url"):
        answered(422, body)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 402, 404, 422, 429, 500, 502])
def test_no_message_repeats_what_the_service_sent_or_the_credentials(
    answered: Answered, status: int
) -> None:
    echoed = b'{"message": "cGhvdG9ncmFwaGVyOm open-sesame", "detail": "photographer"}'
    with pytest.raises(ProviderError) as caught:
        answered(status, echoed, {"Location": "https://evil.example/open-sesame"})
    for secret in ("open-sesame", "photographer", "cGhvdG9"):
        assert secret not in repr(caught.value)
