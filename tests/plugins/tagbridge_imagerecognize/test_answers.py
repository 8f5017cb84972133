"""What the provider makes of statuses and of answers that are none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

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

# The documented example: a comma was missing behind 0.35, and the quotes were typographic.
DOCUMENTED = b"""{"status":200,"message":"Success","data":{"error":0,"type":"objects","objects":[
    {"name":"Car","confidence":99.87,
     "coordinates":[{"x":0.35,"y":0.88,"width":0.07,"height":0.11}]},
    {"name":"Pedestrian","confidence":99.81,
     "coordinates":[{"x":0.02,"y":0.04,"width":0.82,"height":0.94}]}],"quota":3000}}"""
PAGE = b"<!DOCTYPE html><html><body>We are back soon</body></html>"
STATUSES = [
    (300, "Invalid request, no data received", AccountError, "final slash"),
    (400, "APIkey missing", AccountError, "api_key"),
    (401, "APIkey invalid", AccountError, "api_key"),
    (402, "Quota limit reached", QuotaError, "allowance"),
    (412, "Invalid file", RejectedError, "cannot read"),
    (413, "Image size too large", RejectedError, "too large"),
    (415, "Invalid file format", RejectedError, "format"),
    (420, "Invalid type", AccountError, "types"),
    (430, "max_labels missing", AccountError, "max_labels"),
    (403, "Forbidden", AccountError, "403"),
    (429, "Slow down", RateLimitedError, "429"),
    (500, "Internal error", TransientError, "500"),
    (503, "Busy", TransientError, "503"),
]


def success(**changes: Any) -> bytes:  # noqa: ANN401 - JSON is anything
    data = {"error": 0, "type": "objects", "objects": [], "quota": 7, **changes}
    return json.dumps({"status": 200, "message": "Success", "data": data}).encode()


def test_the_documented_example_is_two_objects_with_places(answered: Answered) -> None:
    said = answered(200, DOCUMENTED)
    assert (said.provider, said.model, said.remaining) == ("imagerecognize", "objects-v2", 3000)
    car, pedestrian = said.keywords
    assert (car.text, car.confidence, car.language) == ("Car", 0.9987, "en")
    assert car.region is not None
    assert (car.region.x, car.region.y) == (0.35, 0.88)
    assert (pedestrian.text, pedestrian.confidence) == ("Pedestrian", 0.9981)


@pytest.mark.parametrize("by_http", [0, 200])
@pytest.mark.parametrize("meaning", STATUSES, ids=lambda meaning: meaning[0])
def test_a_status_counts_wherever_it_stands(
    answered: Answered, meaning: tuple[int, str, type[ProviderError], str], by_http: int
) -> None:
    status, text, kind, said = meaning
    body = json.dumps({"status": status, "status_message": text, "data": None}).encode()
    with pytest.raises(ProviderError, match=said) as caught:
        answered(by_http or status, body)
    assert type(caught.value) is kind
    assert text not in str(caught.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_fault_of_the_address(answered: Answered, status: int) -> None:
    there = {"Location": "https://evil.example/?apikey=open-sesame"}
    with pytest.raises(AccountError, match="with its final slash") as caught:
        answered(status, b"", headers=there)
    assert "open-sesame" not in repr(caught.value)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(402, QuotaError), (404, AccountError), (413, RejectedError), (502, TransientError)],
)
def test_a_page_has_the_status_of_http(
    answered: Answered, status: int, kind: type[ProviderError]
) -> None:
    with pytest.raises(kind):
        answered(status, PAGE)


def test_a_success_that_http_denies_is_none(answered: Answered) -> None:
    with pytest.raises(TransientError):
        answered(500, DOCUMENTED)


def test_the_wait_that_a_busy_service_asks_for_is_kept(answered: Answered) -> None:
    with pytest.raises(RateLimitedError) as caught:
        answered(429, b"", headers={"Retry-After": "7"})
    assert caught.value.retry_after == 7.0


@pytest.mark.parametrize("error", [0, "0", "", None, 0.0])
def test_an_error_of_zero_is_none(answered: Answered, error: object) -> None:
    assert answered(200, success(error=error)).keywords == ()


@pytest.mark.parametrize("error", ["Recognition failed", 1, "1", [], {}])
def test_an_error_inside_a_success_is_asked_about_again(answered: Answered, error: object) -> None:
    with pytest.raises(MalformedAnswerError, match="tells of an error"):
        answered(200, success(error=error))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        PAGE,
        DOCUMENTED[:200],
        DOCUMENTED.replace(b"Car", b"C\xffr"),
        b"[" * 100_000,
        b"null",
        b"[]",
        b"{}",
        b'{"status": 200}',
        b'{"status": 200, "data": null}',
        b'{"status": 200, "data": []}',
        b'{"data": {"error": 0, "type": "objects", "objects": [], "quota": 7}}',
        b'{"status": "fine", "data": {"error": 0, "objects": []}}',
        b'{"status": true, "data": {"error": 0, "objects": []}}',
        b'{"status": 12345, "data": {"error": 0, "objects": []}}',
        b'{"status": NaN, "data": {"error": 0, "objects": []}}',
        success(objects=None),
        success(objects={"name": "Car"}),
        success(objects=["Car"]),
        success(objects=[{"confidence": 99.0}]),
        success(type="nsfw"),
    ],
)
def test_an_answer_of_another_form_is_malformed(answered: Answered, body: bytes) -> None:
    with pytest.raises(MalformedAnswerError, match="imagerecognize: "):
        answered(200, body)


def test_a_byte_order_mark_and_a_status_as_text_are_harmless(answered: Answered) -> None:
    body = b"\xef\xbb\xbf" + DOCUMENTED.replace(b'"status":200', b'"status":"200"')
    assert len(answered(200, body).keywords) == 2


@pytest.mark.parametrize(
    ("quota", "remaining"),
    [(0, 0), ("12", 12), (-3, 0), (None, None), ("many", None), (True, None), (1e300, None)],
)
def test_the_quota_is_what_remains(
    answered: Answered, quota: object, remaining: int | None
) -> None:
    assert answered(200, success(quota=quota)).remaining == remaining
