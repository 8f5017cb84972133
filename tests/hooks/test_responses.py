from __future__ import annotations

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
from tagbridge_hooks.responses import check_status, confidence_of, read_json, retry_after


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


@pytest.mark.parametrize(
    ("value", "full", "confidence"),
    [
        (0.25, 1.0, 0.25),
        (1, 1.0, 1.0),
        (99.87, 100.0, 0.9987),
        ("0.5", 1.0, 0.5),
        ("87", 100.0, 0.87),
        (1.7, 1.0, 1.0),
        (-3, 1.0, 0.0),
        (None, 1.0, None),
        (True, 1.0, None),
        ("high", 1.0, None),
        ([0.5], 1.0, None),
        (float("nan"), 1.0, None),
        ("nan", 100.0, None),
        (float("inf"), 1.0, None),
        (10**400, 1.0, None),
    ],
)
def test_a_score_becomes_a_confidence_or_none(
    value: object, full: float, confidence: float | None
) -> None:
    assert confidence_of(value, full) == confidence
