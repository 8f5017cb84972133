"""What leaves for the services."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks import Batch, SimilarFinder
from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_ximilar.provider import Ximilar

    Sent = Callable[..., list[httpx.Request]]

TOKEN = {"api_token": "open-sesame"}
ALL = ["tags", "fashion", "colors", "classify", "similar"]
PICTURE = b64encode(SAMPLES[0].data).decode()
OK = {"code": 200}
ANSWER = {
    "records": [{"_status": OK, "_tags": [], "_dominant_colors": {}, "labels": []}],
    "answer_records": [],
    "status": OK,
}


def recognizing(provider: Ximilar) -> Any:  # noqa: ANN401 - a coroutine of some kind
    return provider.recognize(SAMPLES[0])


@pytest.fixture
def sent(opened: Callable[..., Any]) -> Sent:
    """Return a function that gives the requests of some work with these settings."""

    def send(
        *services: str, work: Callable[[Ximilar], Any] = recognizing, **settings: object
    ) -> list[httpx.Request]:
        requests: list[httpx.Request] = []

        def service(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return httpx.Response(200, content=json.dumps(ANSWER).encode())

        client = httpx.AsyncClient(transport=httpx.MockTransport(service))
        opened(work, client, {**TOKEN, "services": services, **settings})
        return requests

    return send


@pytest.mark.parametrize(
    ("service", "settings", "path", "options"),
    [
        ("tags", {}, "photo/tags/v2/tags", {"lang": "en", "tagging_mode": "complex"}),
        (
            "tags",
            {"language": "cs", "tagging_mode": "simple"},
            "photo/tags/v2/tags",
            {"lang": "cs", "tagging_mode": "simple"},
        ),
        ("fashion", {}, "tagging/fashion/v2/tags", {}),
        (
            "fashion",
            {"fashion_method": "detect_tags", "fashion_profile": "ours"},
            "tagging/fashion/v2/detect_tags",
            {"profile": "ours"},
        ),
        ("colors", {}, "dom_colors/generic/v2/dominantcolor", {"colors": 6}),
        (
            "colors",
            {"colors_profile": "product", "num_colors": 3},
            "dom_colors/product/v2/dominantcolor",
            {"colors": 3},
        ),
        ("classify", {"task_id": "t"}, "recognition/v2/classify", {"task_id": "t"}),
        (
            "classify",
            {"task_id": "t", "version": 7},
            "recognition/v2/classify",
            {"task_id": "t", "version": 7},
        ),
    ],
)
def test_a_picture_is_one_record_that_may_travel_with_others(
    sent: Sent, service: str, settings: dict[str, object], path: str, options: dict[str, object]
) -> None:
    (request,) = sent(service, **settings)
    assert (request.method, str(request.url)) == ("POST", f"https://api.ximilar.com/{path}")
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.content) == {"records": [{"_base64": PICTURE}], **options}
    assert request.extensions["tagbridge"] == Batch(max_records=10)


def test_a_search_is_about_one_picture_alone(sent: Sent) -> None:
    (request,) = sent("similar", collection_id="ours", collection_type="products", num_similar=7)
    assert str(request.url) == "https://api.ximilar.com/similarity/products/v2/visualKNN"
    assert request.headers["collection-id"] == "ours"
    assert json.loads(request.content) == {
        "query_record": {"_base64": PICTURE, "collection_id": "ours"},
        "k": 7,
        "fields_to_return": ["_id", "_url", "_tags", "tags"],
    }
    assert "tagbridge" not in request.extensions


def test_another_collection_is_another_question(sent: Sent) -> None:
    (ours,), (theirs,) = (sent("similar", collection_id=name) for name in ("ours", "theirs"))
    assert ours.content != theirs.content  # headers are not what tells requests apart


def test_a_search_for_as_many_pictures_is_the_request_of_the_recognition(sent: Sent) -> None:
    async def both(provider: Ximilar) -> None:
        await provider.recognize(SAMPLES[0])
        await provider.similar(SAMPLES[0], 7)

    first, second = sent("similar", work=both, collection_id="ours", num_similar=7)
    assert (first.method, first.url, first.content) == (second.method, second.url, second.content)


def test_each_service_is_asked_once(sent: Sent) -> None:
    requests = sent(*ALL, "tags", task_id="t", collection_id="ours")
    assert [request.url.path.rpartition("/")[2] for request in requests] == [
        "tags",
        "tags",
        "dominantcolor",
        "classify",
        "visualKNN",
    ]


@pytest.mark.parametrize(("length", "kind"), [(40, "Token"), (69, "Token"), (70, "JWT")])
def test_the_token_is_in_a_header_alone(sent: Sent, length: int, kind: str) -> None:
    token = "t" * length
    for request in sent(*ALL, api_token=token, task_id="x", collection_id="ours"):
        assert request.headers["Authorization"] == f"{kind} {token}"
        assert token not in str(request.url) + request.content.decode()


def test_another_local_filter_makes_no_other_request(sent: Sent) -> None:
    keys = {"task_id": "t", "collection_id": "ours"}
    other = {
        "min_confidence": 0.9,
        "classify_all": True,
        "classify_confidence": 0.1,
        "classify_vocabulary": "Habitat",
        "max_distance": 9.0,
        "borrowed_confidence": 0.9,
    }
    usual, changed = sent(*ALL, **keys), sent(*ALL, **keys, **other)
    assert [request.content for request in usual] == [request.content for request in changed]


@pytest.mark.parametrize("slash", ["", "/"])
def test_another_address_may_end_with_a_slash(sent: Sent, slash: str) -> None:
    (request,) = sent("tags", base_url=f"http://127.0.0.1:8080/ximilar{slash}")
    assert str(request.url) == "http://127.0.0.1:8080/ximilar/photo/tags/v2/tags"


def test_it_finds_similar_pictures(opened: Callable[..., Any]) -> None:
    async def is_finder(provider: object) -> bool:
        return isinstance(provider, SimilarFinder)

    assert opened(is_finder, httpx.AsyncClient())
