"""What the statuses of an answer mean: of the request, of its envelope, of the record."""

from __future__ import annotations

import json
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
from tagbridge_ximilar.answers import read_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition

    Answered = Callable[..., Recognition]
    Enveloped = Callable[..., bytes]

PAGE = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body>\r\n</html>\r\n"
SEA = {"_tags": [{"prob": 0.9, "name": "sea", "id": "x"}]}
OK = {"code": 200, "text": "OK"}


def test_a_record_that_succeeded_is_read(answered: Answered, enveloped: Enveloped) -> None:
    (sea,) = answered(200, b"\xef\xbb\xbf" + enveloped(SEA)).keywords
    assert sea.text == "sea"
    assert answered(201, enveloped(SEA, status={"code": "200"})).keywords == (sea,)


@pytest.mark.parametrize("envelope", [False, True])
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, AccountError),
        (400, AccountError),
        (401, AccountError),
        (402, QuotaError),
        (403, AccountError),
        (404, AccountError),
        (408, TransientError),
        (413, AccountError),
        (415, AccountError),
        (429, RateLimitedError),
        (500, TransientError),
        (502, TransientError),
    ],
)
def test_the_status_of_the_whole_says_what_to_do_next_and_rejects_no_picture(
    answered: Answered, status: int, kind: type[ProviderError], *, envelope: bool
) -> None:
    said = {"status": {"code": status, "text": "no"}} if envelope else {"detail": "no"}
    with pytest.raises(ProviderError) as caught:
        answered(200 if envelope else status, json.dumps(said).encode())
    assert type(caught.value) is kind
    assert str(caught.value).startswith(f"ximilar: {'status' if envelope else 'HTTP'} {status}")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, MalformedAnswerError),
        (404, MalformedAnswerError),
        (402, QuotaError),
        (429, RateLimitedError),
        (500, TransientError),
    ],
)
@pytest.mark.parametrize("http", [True, False])
def test_a_record_that_succeeded_in_a_whole_that_did_not_is_asked_for_again(
    answered: Answered, enveloped: Enveloped, status: int, kind: type[ProviderError], *, http: bool
) -> None:
    with pytest.raises(ProviderError) as caught:
        answered(status if http else 200, enveloped(SEA, status={"code": 200 if http else status}))
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("status", "kind"), [(400, RejectedError), (413, RejectedError), (404, AccountError)]
)
def test_the_refusal_of_a_search_is_about_its_one_picture_or_the_collection(
    answered: Answered, status: int, kind: type[ProviderError]
) -> None:
    with pytest.raises(kind):
        answered(status, b"", services=["similar"], collection_id="x")


def test_a_status_that_http_does_not_know_may_be_over_later(
    answered: Answered, enveloped: Enveloped
) -> None:
    with pytest.raises(TransientError):
        answered(200, enveloped(SEA, status={"code": 0}))


@pytest.mark.parametrize("http", [True, False])
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RejectedError),
        (401, AccountError),
        (402, QuotaError),
        (403, AccountError),
        (404, RejectedError),
        (405, RejectedError),
        (413, RejectedError),
        (429, RateLimitedError),
        (500, TransientError),
        (503, TransientError),
    ],
)
def test_the_status_of_the_record_decides_about_its_picture(
    answered: Answered, enveloped: Enveloped, status: int, kind: type[ProviderError], *, http: bool
) -> None:
    failed = enveloped({"_status": {"code": status, "text": "no"}})
    with pytest.raises(ProviderError, match=f"ximilar: the picture's status {status}") as caught:
        answered(status if http else 200, failed)  # the core repeats the record's as that of HTTP
    assert type(caught.value) is kind


def test_a_record_that_failed_tells_more_than_its_envelope(
    answered: Answered, enveloped: Enveloped
) -> None:
    failed = enveloped({"_status": {"code": 400}}, status={"code": 500})
    with pytest.raises(RejectedError):
        answered(500, failed)


@pytest.mark.parametrize(
    ("services", "profile", "setting"),
    [
        (["tags"], None, "base_url"),
        (["fashion"], None, "base_url"),
        (["fashion"], "ours", "fashion_profile"),
        (["colors"], None, "base_url"),
        (["classify"], None, "task_id"),
        (["similar"], None, "collection_id"),
    ],
)
def test_what_the_service_does_not_know_is_named_by_its_setting(
    answered: Answered, services: list[str], profile: str | None, setting: str
) -> None:
    table = {
        "services": services,
        "fashion_profile": profile,
        "task_id": "a-task",
        "collection_id": "a-collection",
    }
    with pytest.raises(AccountError, match=rf"providers\.ximilar\.{setting} "):
        answered(404, b'{"detail": "Not found."}', **table)


def test_a_wrong_token_is_named(answered: Answered) -> None:
    with pytest.raises(AccountError, match=r"providers\.ximilar\.api_token"):
        answered(401, b'{"detail": "Invalid token."}')


def test_the_service_may_say_how_long_to_wait(answered: Answered) -> None:
    with pytest.raises(RateLimitedError) as caught:
        answered(429, b"", {"Retry-After": "7"})
    assert caught.value.retry_after == 7.0


@pytest.mark.parametrize(
    "content",
    [
        PAGE,
        b"",
        b"\xff\xfe",
        b'{"records": [{"_status": {"code": 200}, "_ta',
        b"[]",
        b"null",
        b'{"records": [{"_status": {"code": 200}, "_tags": []}]}',
        b'{"records": [{"_status": {"code": 200}, "_tags": []}], "status": {"code": true}}',
        b'{"records": [{"_status": {"code": 200}, "_tags": []}], "status": "OK"}',
        b'{"records": [{"_status": {"code": "good"}, "_tags": []}], "status": {"code": 200}}',
        b'{"records": [{"_tags": []}], "status": {"code": 200}}',
        b'{"records": [], "status": {"code": 200}}',
        b'{"records": null, "status": {"code": 200}}',
        b'{"records": ["a"], "status": {"code": 200}}',
        b'{"status": {"code": 200}}',
        b'{"records": [{"_status": {"code": 200}}], "status": {"code": 200}}',
        pytest.param(b"[" * 100_000, id="nested"),
    ],
)
def test_an_answer_of_another_form_is_malformed(answered: Answered, content: bytes) -> None:
    with pytest.raises(MalformedAnswerError, match="ximilar: "):
        answered(200, content)


def test_of_two_records_nobody_knows_which_was_asked_for() -> None:
    two = {"records": [{"_status": OK, **SEA}] * 2, "status": OK}
    with pytest.raises(MalformedAnswerError, match="the one record"):
        read_record(httpx.Response(200, content=json.dumps(two).encode()), "base_url")


@pytest.mark.parametrize("status", [302, 400, 401, 402, 403, 404, 429, 500])
@pytest.mark.parametrize("where", ["http", "envelope", "record"])
def test_no_message_repeats_what_the_service_sent(
    answered: Answered, enveloped: Enveloped, status: int, where: str
) -> None:
    said = {"code": status, "text": "open-sesame"}
    content = {
        "http": b'{"detail": "open-sesame"}',
        "envelope": enveloped({}, status=said),
        "record": enveloped({"_status": said}),
    }[where]
    with pytest.raises(ProviderError) as caught:
        answered(status if where == "http" else 200, content, {"Location": "https://open-sesame"})
    assert "sesame" not in repr(caught.value)
