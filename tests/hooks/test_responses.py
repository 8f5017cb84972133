from __future__ import annotations

from datetime import UTC, datetime, timedelta

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
from tagbridge_hooks.responses import check_status, json_of, next_day, read_json, retry_after


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_success_passes(status: int) -> None:
    check_status(httpx.Response(status), "lumen")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, AccountError),
        (400, RejectedError),
        (401, AccountError),
        (402, QuotaError),
        (403, AccountError),
        (404, AccountError),
        (405, AccountError),
        (408, TransientError),
        (410, AccountError),
        (413, RejectedError),
        (415, RejectedError),
        (422, RejectedError),
        (429, RateLimitedError),
        (500, TransientError),
        (503, TransientError),
    ],
)
def test_a_status_raises_the_error_it_stands_for(status: int, kind: type[ProviderError]) -> None:
    with pytest.raises(ProviderError) as caught:
        check_status(httpx.Response(status), "lumen")
    assert type(caught.value) is kind
    assert str(caught.value) == f"lumen: HTTP {status}"


def test_a_rate_limit_says_how_long_the_service_asked_to_wait() -> None:
    response = httpx.Response(429, headers={"Retry-After": "7"})
    with pytest.raises(RateLimitedError) as caught:
        check_status(response, "lumen")
    assert caught.value.retry_after == 7.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0", 0.0), ("1.5", 1.5), (" 30 ", 30.0)],
)
def test_seconds_to_wait_are_read(header: str, seconds: float) -> None:
    assert retry_after(httpx.Response(429, headers={"Retry-After": header})) == seconds


@pytest.mark.parametrize(
    "header", ["", "-1", "nan", "inf", "soon", "Wed, 21 Oct 2030 07:28:00 GMT"]
)
def test_a_wait_that_is_no_number_of_seconds_is_absent(header: str) -> None:
    assert retry_after(httpx.Response(429, headers={"Retry-After": header})) is None


def test_no_header_means_no_wait_is_known() -> None:
    assert retry_after(httpx.Response(429)) is None


@pytest.mark.parametrize("body", [b'{"a": [1]}', b'\xef\xbb\xbf{"a": [1]}'], ids=["plain", "bom"])
def test_json_is_read_whatever_the_content_type_claims(body: bytes) -> None:
    response = httpx.Response(200, content=body, headers={"Content-Type": "text/html"})
    assert read_json(response, "lumen") == {"a": [1]}


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b'{"a": ', b"\xff\xfe", b"[" * 100_000, b"1" * 5000],
    ids=["empty", "page", "cut", "not-utf8", "nested-too-deeply", "number-too-long"],
)
def test_a_body_that_is_not_json_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedAnswerError, match="lumen: the answer is not JSON"):
        read_json(httpx.Response(200, content=body), "lumen")


def test_the_status_counts_before_the_body() -> None:
    with pytest.raises(AccountError):
        read_json(httpx.Response(401, content=b'{"ok": true}'), "lumen")


def test_the_status_that_counts_may_stand_elsewhere() -> None:
    response = httpx.Response(200, headers={"Retry-After": "7"})
    with pytest.raises(RateLimitedError) as caught:
        check_status(response, "lumen", 429)
    assert str(caught.value) == "lumen: HTTP 429"
    assert caught.value.retry_after == 7.0
    check_status(httpx.Response(500), "lumen", status=200)


@pytest.mark.parametrize("status", [200, 404])
def test_the_json_of_a_refusal_can_be_looked_at(status: int) -> None:
    assert json_of(httpx.Response(status, content=b'\xef\xbb\xbf{"a": [1]}')) == {"a": [1]}
    for body in (b"", b"<html>", b"\xff\xfe", b"[" * 100_000, b"1" * 5000):
        assert json_of(httpx.Response(status, content=body)) is None


def test_an_allowance_a_day_returns_at_midnight() -> None:
    new_year = datetime(2027, 1, 1, tzinfo=UTC)
    assert next_day(datetime(2026, 12, 31, 13, 30, 5, 7, tzinfo=UTC)) == new_year
    assert next_day(new_year - timedelta(seconds=1)) == new_year
    assert next_day(new_year) == datetime(2027, 1, 2, tzinfo=UTC)
