"""Requests become one, and its answer is taken apart: values in, values out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tagbridge.ledger.terms import CallKey, StoredAnswer, Terms
from tagbridge.transport.joining import joined, line_of, taken_apart
from tagbridge.transport.orders import Order
from tagbridge_hooks import Batch, ProviderError

BATCH = Batch(max_records=10)


def order(body: object, batch: Batch | None = BATCH, **more: Any) -> Order:  # noqa: ANN401 - fields of Order
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    usual: dict[str, Any] = {
        "key": CallKey(
            identity="ab" * 32, media_type="image/jpeg", provider="x", fingerprint=b"1" * 16
        ),
        "terms": Terms(provider="x"),
        "method": "POST",
        "url": "https://x.example/tags",
        "headers": (("Authorization", "Token k"), ("Content-Length", str(len(content)))),
        "secrets": ("k",),
        "body": content,
        "batch": batch,
    }
    return Order(**{**usual, **more})


def about(picture: str, **frame: object) -> Order:
    return order({**frame, "records": [{"_base64": picture}]})


def answer(said: object, status: int = 200) -> StoredAnswer:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return StoredAnswer(status=status, headers=(("content-type", "x"),), body=body)


def test_a_request_that_is_no_batch_travels_alone() -> None:
    alone = order(b"anything", batch=None)
    assert line_of(alone) is None
    assert joined([alone], ["1"]) is alone
    assert taken_apart(answer(b"anything"), [alone], ["1"]) == [answer(b"anything")]


def test_requests_that_differ_in_their_record_alone_travel_together() -> None:
    assert line_of(about("a", lang="en")) == line_of(about("another", lang="en"))


@pytest.mark.parametrize(
    "other",
    [
        about("a", lang="cs"),
        replace(about("a", lang="en"), url="https://x.example/colors"),
        replace(about("a", lang="en"), method="PUT"),
        replace(about("a", lang="en"), headers=(("Authorization", "Token other"),)),
        replace(about("a", lang="en"), terms=Terms(provider="x", price=1.0)),
        replace(about("a", lang="en"), batch=Batch(max_records=5)),
    ],
)
def test_others_do_not(other: Order) -> None:
    assert line_of(about("a", lang="en")) != line_of(other)


@pytest.mark.parametrize(
    "body",
    [
        b"no JSON",
        b"[" * 100_000,
        [],
        {"records": []},
        {"records": [{}, {}]},
        {"records": ["text"]},
        {"records": [{"_id": "mine"}]},
        {"images": [{}]},
    ],
)
def test_a_body_that_is_not_what_a_batch_is_made_of_is_a_fault_of_the_plugin(body: object) -> None:
    with pytest.raises(ProviderError, match="one record"):
        line_of(order(body))


def test_the_records_are_one_list_each_with_its_id() -> None:
    one = joined([about("a", lang="en"), about("b", lang="en")], ["1", "2"])
    assert json.loads(one.body) == {
        "lang": "en",
        "records": [{"_base64": "a", "_id": "1"}, {"_base64": "b", "_id": "2"}],
    }


def test_each_part_of_an_answer_is_found_by_its_id_and_not_by_its_place() -> None:
    said = {"status": {"code": 200}, "records": [{"_id": "2", "n": 2}, {"_id": "1", "n": 1}]}
    parts = taken_apart(answer(said), [about("a"), about("b")], ["1", "2"])
    assert [part and json.loads(part.body) for part in parts] == [
        {"status": {"code": 200}, "records": [{"n": 1}]},
        {"status": {"code": 200}, "records": [{"n": 2}]},
    ]
    assert {part.status for part in parts if part} == {200}


def test_a_record_that_is_left_out_has_no_answer() -> None:
    said = {"records": [{"_id": "2"}, {"_id": "else"}, {"_id": 1}, "odd", {}]}
    first, second = taken_apart(answer(said), [about("a"), about("b")], ["1", "2"])
    assert first is None
    assert second is not None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"code": 422}, 422),
        ({"code": 503}, 503),
        ({"code": 200}, 200),
        ({"code": 0}, 200),
        ({"code": "422"}, 200),
        ({"code": True}, 200),
        ({}, 200),
        ("failed", 200),
        (None, 200),
    ],
)
def test_a_record_has_its_own_status_where_that_is_an_error(status: object, expected: int) -> None:
    said = {"records": [{"_id": "1", "_status": status}]}
    (part,) = taken_apart(answer(said), [about("a")], ["1"])
    assert part is not None
    assert part.status == expected


def test_what_is_only_echoed_is_not_kept() -> None:
    said = {"records": [{"_id": "1", "_base64": "a", "n": 1}]}
    (part,) = taken_apart(answer(said), [about("a")], ["1"])
    assert part is not None
    assert json.loads(part.body) == {"records": [{"n": 1}]}


@pytest.mark.parametrize("said", [b"<html>", b"\xff", b"7", b"[]", b"{}", b'{"records": 7}'])
def test_an_answer_that_cannot_be_taken_apart_is_everybodys(said: bytes) -> None:
    parts = taken_apart(answer(said), [about("a"), about("b")], ["1", "2"])
    assert parts == [answer(said)] * 2


def test_a_refusal_is_everybodys() -> None:
    refused = answer({"records": [{"_id": "1"}]}, status=402)
    assert taken_apart(refused, [about("a"), about("b")], ["1", "2"]) == [refused] * 2
