"""What the statuses of an answer mean, and answers of another form."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

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
from tagbridge_hooks.responses import next_day
from tagbridge_simages.answers import read_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition

    Answered = Callable[..., Recognition]

PAGE = b"<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body></body>\r\n</html>\r\n"


@pytest.mark.parametrize(
    "content",
    [
        PAGE,
        b"",
        b"\xff\xfe",
        b'{"statusCode": 200, "body": "{\\"images\\": [{\\"ur',
        b"[]",
        b"null",
        b'{"message": "Forbidden"}',
        b'{"errorMessage": "Task timed out", "errorType": "Sandbox.Timedout"}',
        b'{"statusCode": null, "body": {"images": []}}',
        b'{"statusCode": true, "body": {"images": []}}',
        b'{"statusCode": 200}',
        b'{"statusCode": 200, "body": null}',
        b'{"statusCode": 200, "body": "[]"}',
        b'{"statusCode": 200, "body": "{\\"images\\": [{\\"ur"}',
        b'{"statusCode": 200, "body": "<html></html>"}',
        b'{"statusCode": 200, "body": {}}',
        b'{"statusCode": 200, "body": {"images": null}}',
        b'{"statusCode": 200, "body": {"images": {}}}',
        b'{"statusCode": 200, "body": {"images": ["a", {"score": 1}]}}',
        b'{"statusCode": 200, "body": {"images": []}, "error": "Something went wrong"}',
        pytest.param(b"[" * 100_000, id="nested"),
        pytest.param(b'{"statusCode": 200, "body": "' + b"[" * 100_000 + b'"}', id="nested-body"),
    ],
)
def test_an_answer_of_another_form_is_malformed(answered: Answered, content: bytes) -> None:
    with pytest.raises(MalformedAnswerError, match="simages: "):
        answered(200, content)


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, AccountError),
        (400, RejectedError),
        (401, AccountError),
        (402, QuotaError),
        (403, AccountError),
        (404, AccountError),
        (408, TransientError),
        (413, RejectedError),
        (429, RateLimitedError),
        (500, TransientError),
        (504, TransientError),
    ],
)
def test_a_status_says_what_to_do_next_wherever_it_stands(
    answered: Answered, status: int, kind: type[ProviderError], *, inside: bool
) -> None:
    content = json.dumps({"statusCode": status, "error": "Invalid API key"}).encode()
    with pytest.raises(ProviderError) as caught:
        answered(200 if inside else status, content)
    assert type(caught.value) is kind
    assert str(caught.value).startswith(f"simages: status {status}")


def test_a_failed_request_needs_no_json(answered: Answered) -> None:
    with pytest.raises(TransientError):
        answered(504, PAGE)


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_named(answered: Answered, status: int) -> None:
    with pytest.raises(AccountError, match=r"providers\.simages\.api_key"):
        answered(status, b"{}")


def test_used_up_requests_return_the_next_day() -> None:
    before = next_day(datetime.now(UTC))
    with pytest.raises(QuotaError) as caught:
        read_answer(httpx.Response(402))
    assert caught.value.resets_at in {before, next_day(datetime.now(UTC))}
    new_year = datetime(2027, 1, 1, tzinfo=UTC)
    assert next_day(new_year - timedelta(seconds=1)) == new_year


def test_the_service_may_say_how_long_to_wait(answered: Answered) -> None:
    with pytest.raises(RateLimitedError) as caught:
        answered(429, b"", {"Retry-After": "7"})
    assert caught.value.retry_after == 7.0


@pytest.mark.parametrize("status", [200, 302, 400, 401, 402, 403, 404, 429, 500])
@pytest.mark.parametrize("inside", [True, False])
def test_no_message_repeats_what_the_service_sent(
    answered: Answered, status: int, *, inside: bool
) -> None:
    echoed = {"statusCode": status if inside else 200, "error": "open-sesame", "body": "sesame"}
    with pytest.raises(ProviderError) as caught:
        answered(200 if inside else status, json.dumps(echoed).encode())
    assert "sesame" not in repr(caught.value)
