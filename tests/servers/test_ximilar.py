"""The local Ximilar takes what its documentation shows, and refuses the rest."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.fixtures.recognition import RecognitionServer

    Encoded = Callable[[int], str]

KEY = {"Authorization": "Token key"}
TAGS = "/ximilar/photo/tags/v2/tags"
SIMILAR = "/ximilar/similarity/photos/v2/visualKNN"
TASK = "0a8c8186-aee8-47c8-9eaf-348103feb14d"
DIGESTS = [sha256(sample.data).hexdigest() for sample in SAMPLES]
SPOKEN = f"ximilar {DIGESTS[0][:8]}"


def ask(client: httpx.Client, path: str, encoded: Encoded, **options: object) -> dict[str, Any]:
    """Return what is told of one picture."""
    body = {"records": [{"_base64": encoded(0)}], **options}
    answer = client.post(f"/ximilar/{path}", headers=KEY, json=body)
    assert answer.status_code == 200, answer.text
    (record,) = answer.json()["records"]
    told: dict[str, Any] = record
    return told


def test_the_envelope_is_the_documented_one(client: httpx.Client, encoded: Encoded) -> None:
    sent = {"_id": "2342", "_base64": encoded(0), "product_price": 32.5, "my_tags": ["one", "two"]}
    answer = client.post(TAGS, headers=KEY, json={"records": [sent]}).json()
    assert sorted(answer) == ["records", "statistics", "status"]
    assert answer["status"]["code"] == 200
    assert sorted(answer["status"]) == ["code", "proc_id", "request_id", "text"]
    assert "processing time" in answer["statistics"]
    (record,) = answer["records"]
    assert "_base64" not in record
    assert {name: record[name] for name in sent if name != "_base64"} == {
        name: value for name, value in sent.items() if name != "_base64"
    }
    assert (record["_width"], record["_height"], record["_status"]["code"]) == (64, 48, 200)


@pytest.mark.parametrize("path", ["photo/tags/v2/tags", "tagging/generic/v2/tags"])
def test_photo_tags_have_probabilities_unless_they_are_simple(
    client: httpx.Client, encoded: Encoded, path: str
) -> None:
    full = ask(client, path, encoded, lang="en", tagging_mode="complex")["_tags"]
    assert full[0]["name"] == SPOKEN
    assert {tuple(sorted(tag)) for tag in full} == {("id", "name", "prob")}
    simple = ask(client, path, encoded, tagging_mode="simple")["_tags"]
    assert [tag["name"] for tag in simple] == [tag["name"] for tag in full]
    assert {tuple(sorted(tag)) for tag in simple} == {("id", "name")}


def test_fashion_tags_are_lists_below_features(client: httpx.Client, encoded: Encoded) -> None:
    told = ask(client, "tagging/fashion/v2/tags", encoded)
    assert isinstance(told["_tags"], dict)
    assert told["_tags"]["Category"][0]["name"] == told["_tags_simple"][0] == SPOKEN
    objects = ask(client, "tagging/fashion/v2/detect_tags", encoded)["_objects"]
    assert objects[0]["_tags"]["Category"][0]["name"] == SPOKEN
    assert ask(client, "tagging/fashion/v2/meta", encoded)["_tags_meta_simple"][0] == SPOKEN
    assert ask(client, "tagging/homedecor/v2/tags", encoded, profile="x")["_tags"]


def test_colours_are_parallel_lists_on_either_scale(client: httpx.Client, encoded: Encoded) -> None:
    sums = set()
    for number in range(16):
        record = {"_url": f"https://images.example/{number}.jpg"}
        body = {"records": [record], "colors": 3}
        path = "/ximilar/dom_colors/generic/v2/dominantcolor"
        told = client.post(path, headers=KEY, json=body).json()["records"][0]["_dominant_colors"]
        assert len(told) == 6
        assert {len(values) for values in told.values()} == {3}
        sums.add(round(sum(told["percentages"])))
    assert sums == {1, 100}
    assert len(ask(client, "dom_colors/product/v2/dominantcolor", encoded)) > 3


def test_objects_are_boxes_in_pixels(client: httpx.Client, encoded: Encoded) -> None:
    for one in ask(client, "detection/v2/detect", encoded, task_id=TASK)["_objects"]:
        left, top, right, bottom = one["bound_box"]
        assert 0 <= left < right <= 64
        assert 0 <= top < bottom <= 48


@pytest.mark.parametrize("name", ["task", "task_id"])
def test_recognition_is_by_task(client: httpx.Client, encoded: Encoded, name: str) -> None:
    told = ask(client, "recognition/v2/classify", encoded, **{name: TASK}, version=2)
    assert told["best_label"] == told["labels"][0]
    assert told["best_label"]["name"] == SPOKEN
    assert sum(label["prob"] for label in told["labels"]) == pytest.approx(1, abs=0.001)


def test_named_records_are_answered_in_another_order(
    client: httpx.Client, server: RecognitionServer, encoded: Encoded
) -> None:
    records = [{"_id": str(n), "_base64": encoded(n)} for n in range(3)]
    records += [{"_id": f"url {n}", "_url": f"https://images.example/{n}"} for n in range(7)]
    answered = client.post(TAGS, headers=KEY, json={"records": records}).json()["records"]
    assert [record["_id"] for record in answered] != [record["_id"] for record in records]
    by_id = {record["_id"]: record["_tags"][0]["name"] for record in answered}
    assert [by_id[str(n)] for n in range(3)] == [f"ximilar {digest[:8]}" for digest in DIGESTS]
    note = server.asked("ximilar")[-1]
    assert note["pictures"][:3] == DIGESTS
    assert note["charged"] == 10


def test_records_without_names_stay_in_order(client: httpx.Client, encoded: Encoded) -> None:
    body = {"records": [{"_base64": encoded(n)} for n in range(3)]}
    answered = client.post(TAGS, headers=KEY, json=body).json()["records"]
    names = [record["_tags"][0]["name"] for record in answered]
    assert names == [f"ximilar {digest[:8]}" for digest in DIGESTS]
    assert all(isinstance(record["_id"], str) for record in answered)


def test_a_bad_record_fails_alone_and_costs_nothing(
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
    encoded: Encoded,
) -> None:
    server = recognition_server("--account", "ximilar:quota=1")
    bad = {
        "cut": {"_base64": encoded(0)[:-16]},
        "no base64": {"_base64": "%%%"},
        "no picture": {"_base64": "bm90IGEgcGljdHVyZQ=="},
        "nowhere": {"_url": "https://nowhere.invalid/photo.jpg"},
        "local": {"_url": "file:///photo.jpg"},
    }
    records = [{"_id": name, **record} for name, record in bad.items()]
    records.append({"_id": "good", "_base64": f"data:image/jpeg;base64,{encoded(0)}"})
    answer = client_of(server).post(TAGS, headers=KEY, json={"records": records})
    assert answer.status_code == 200
    codes = {record["_id"]: record["_status"]["code"] for record in answer.json()["records"]}
    assert codes == dict.fromkeys(bad, 400) | {"good": 200}
    assert not any("_tags" in r for r in answer.json()["records"] if r["_id"] != "good")
    assert server.charged("ximilar") == {DIGESTS[0]: 1}
    assert client_of(server).post(TAGS, headers=KEY, json={"records": records}).status_code == 402
    assert server.asked()[-1]["statuses"] == [402] * 6
    assert server.charged("ximilar") == {DIGESTS[0]: 1}


def test_similar_pictures_have_distances_the_nearest_first(
    client: httpx.Client, encoded: Encoded
) -> None:
    body = {"query_record": {"_base64": encoded(0)}, "k": 3, "fields_to_return": ["_url", "tags"]}
    answer = client.post(SIMILAR, headers=KEY | {"collection-id": "mine"}, json=body)
    told = answer.json()
    assert told["answer_count"] == len(told["answer_records"]) == len(told["answer_distances"]) == 3
    assert told["answer_distances"] == sorted(told["answer_distances"])
    assert {tuple(sorted(record)) for record in told["answer_records"]} == {("_id", "_url", "tags")}
    assert "OperationTime" in told["statistics"]


@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        (401, {"headers": {}}),
        (401, {"headers": {"Authorization": "Bearer key"}}),
        (401, {"headers": {"Authorization": "key"}}),
        (404, {"path": "/ximilar/photo/tags/v2/tags/"}),
        (404, {"path": "/ximilar/v2/tags"}),
        (405, {"method": "GET"}),
        (415, {"content_type": "text/plain"}),
        (400, {"json": []}),
        (400, {"json": {"records": []}}),
        (400, {"json": {"records": [{"_url": f"https://x.example/{n}"} for n in range(11)]}}),
        (400, {"json": {"record": {"_url": "https://x.example"}}}),
        (400, {"record": {}}),
        (400, {"record": {"_url": "https://x.example", "_base64": "eA=="}}),
        (400, {"record": {"_url": "https://x.example", "_id": 7}}),
        (400, {"record": {"_url": "https://x.example", "_file": "/home/me/photo.jpg"}}),
        (400, {"record": {"_base64": ["eA=="]}}),
        (400, {"options": {"lang": "de"}}),
        (400, {"options": {"tagging_mode": "short"}}),
        (400, {"options": {"colors": 3}}),
        (400, {"params": {"lang": "en"}}),
        (400, {"path": "/ximilar/dom_colors/generic/v2/dominantcolor", "options": {"colors": "3"}}),
        (400, {"path": "/ximilar/dom_colors/generic/v2/dominantcolor", "options": {"colors": 0}}),
        (400, {"path": "/ximilar/recognition/v2/classify"}),
        (400, {"path": "/ximilar/recognition/v2/classify", "options": {"task_id": "mine"}}),
        (
            404,
            {"path": "/ximilar/recognition/v2/classify", "options": {"task_id": TASK[:-1] + "0"}},
        ),
        (
            404,
            {"path": "/ximilar/recognition/v2/classify", "options": {"task": TASK, "version": 9}},
        ),
        (400, {"path": "/ximilar/recognition/v2/classify", "options": {"task": TASK, "k": 9}}),
        (400, {"path": "/ximilar/detection/v2/detect"}),
    ],
)
def test_a_wrong_request_is_refused_and_says_why(
    client: httpx.Client, server: RecognitionServer, status: int, wrong: dict[str, Any]
) -> None:
    record = wrong.get("record", {"_url": "https://x.example/photo.jpg"})
    body = wrong.get("json", {"records": [record], **wrong.get("options", {})})
    request = client.build_request(
        wrong.get("method", "POST"),
        wrong.get("path", TAGS),
        headers=wrong.get("headers", KEY),
        params=wrong.get("params"),
        json=body,
    )
    request.headers["Content-Type"] = wrong.get("content_type", "application/json")
    answer = client.send(request)
    assert answer.status_code == status
    assert list(answer.json()) in (["detail"], ["task_id"])
    assert server.asked("ximilar")[-1]["why"]


def test_two_records_cannot_have_one_name(client: httpx.Client, server: RecognitionServer) -> None:
    records = [{"_id": "1", "_url": f"https://x.example/{n}"} for n in range(2)]
    assert client.post(TAGS, headers=KEY, json={"records": records}).status_code == 400
    assert server.asked("ximilar")[-1]["statuses"] == [400, 400]


@pytest.mark.parametrize(
    "wrong",
    [
        {"headers": KEY},
        {"json": {"records": [{"_url": "https://x.example"}]}},
        {"json": {"query_record": {"_url": "https://x.example"}, "k": "3"}},
        {"json": {"query_record": {"_url": "https://x.example"}, "k": 0}},
        {"json": {"query_record": {"_url": "https://nowhere.invalid/"}}},
    ],
)
def test_a_wrong_search_is_refused(client: httpx.Client, wrong: dict[str, Any]) -> None:
    usual: dict[str, Any] = {
        "headers": KEY | {"collection-id": "mine"},
        "json": {"query_record": {"_url": "https://x.example"}},
    }
    assert client.post(SIMILAR, **usual).status_code == 200
    assert client.post(SIMILAR, **(usual | wrong)).status_code == 400
