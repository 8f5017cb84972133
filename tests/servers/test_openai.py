"""The local server of vision models speaks chat completions, and is strict about them."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.fixtures.recognition import RecognitionServer

PATH = "/openai/v1/chat/completions"
SPOKEN = f"openai {sha256(SAMPLES[0].data).hexdigest()[:8]}"
SCHEMA = {
    "type": "object",
    "properties": {
        "keywords": {"type": "array", "maxItems": 5, "items": {"$ref": "#/$defs/keyword"}},
        "caption": {"type": "string", "maxLength": 8},
        "mood": {"enum": ["calm", "wild"]},
        "people": {"type": "integer", "minimum": 0, "maximum": 9},
        "title": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "nsfw": {"type": "boolean"},
        "text": {"type": ["null", "string"]},
    },
    "required": ["keywords", "caption", "mood", "people", "title", "nsfw", "text"],
    "additionalProperties": False,
    "$defs": {
        "keyword": {
            "type": "object",
            "properties": {
                "text": {"type": "string"},
                "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            },
            "required": ["text", "confidence"],
            "additionalProperties": False,
        }
    },
}


def form(schema: object = SCHEMA, name: object = "tags", **more: object) -> dict[str, Any]:
    """Return a response format with a schema."""
    wanted = {"name": name, "strict": True, "schema": schema, **more}
    return {"type": "json_schema", "json_schema": wanted}


@pytest.fixture(scope="session")
def shown(encoded: Callable[[int], str]) -> Callable[..., dict[str, Any]]:
    """Return a function that makes a request about a picture."""

    def make(**more: object) -> dict[str, Any]:
        image = {"url": f"data:image/jpeg;base64,{encoded(0)}", "detail": "low"}
        parts = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": image}]
        messages = [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": parts},
        ]
        return {"model": "vision", "messages": messages, **more}

    return make


def content(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    (choice,) = answer.json()["choices"]
    assert choice["finish_reason"] == "stop"
    return str(choice["message"]["content"])


def test_the_answer_is_as_the_schema_wants_it(
    client: httpx.Client, shown: Callable[..., dict[str, Any]]
) -> None:
    asked = shown(response_format=form(), temperature=0, max_tokens=500, stream=False)
    answer = client.post(PATH, json=asked)
    told = json.loads(content(answer))
    assert list(told) == SCHEMA["required"]
    assert len(told["keywords"]) == 5
    assert told["keywords"][0]["text"] == SPOKEN
    falling = [keyword["confidence"] for keyword in told["keywords"]]
    assert falling == sorted(falling, reverse=True)
    assert 0 <= falling[-1] <= falling[0] <= 1
    assert len(told["caption"]) <= 8
    assert told["mood"] in {"calm", "wild"}
    assert 0 <= told["people"] <= 9
    assert (told["nsfw"], told["text"], type(told["title"])) == (False, None, str)
    assert answer.json()["model"] == "vision"
    assert answer.json()["object"] == "chat.completion"
    assert content(client.post(PATH, json=asked)) == content(answer)


def test_words_that_a_schema_lists_are_the_only_ones(
    client: httpx.Client, shown: Callable[..., dict[str, Any]]
) -> None:
    words = {"type": "array", "items": {"type": "string", "enum": ["cat", "dog"]}}
    schema = {"type": "object", "properties": {"keywords": words}}
    asked = shown(response_format=form(schema, strict=False))
    assert json.loads(content(client.post(PATH, json=asked))) == {"keywords": ["cat", "dog"]}


def test_without_a_schema_the_answer_is_json_or_chatter(
    client: httpx.Client, shown: Callable[..., dict[str, Any]]
) -> None:
    bare = client.post(PATH, json=shown(response_format={"type": "json_object"}))
    assert json.loads(content(bare))["keywords"][0]["keyword"] == SPOKEN
    chatty = content(client.post(PATH, json=shown()))
    assert SPOKEN in chatty
    assert not chatty.startswith("{")


def test_the_models_are_listed(
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
) -> None:
    client = client_of(recognition_server("--model", "large", "--model", "small"))
    told = client.get("/openai/v1/models").json()
    assert [model["id"] for model in told["data"]] == ["large", "small"]


@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        (404, {"model": "other"}),
        (400, {"model": ""}),
        (400, {"model": 7}),
        (400, {"messages": []}),
        (400, {"messages": [{"role": "user", "content": "no picture"}]}),
        (400, {"messages": [{"role": "user"}]}),
        (400, {"messages": "What is it?"}),
        (400, {"stream": True}),
        (400, {"n": 2}),
        (400, {"format": "json"}),
        (400, {"images": ["eA=="]}),
        (400, {"response_format": SCHEMA}),
        (400, {"response_format": {"type": "json_schema", "schema": SCHEMA}}),
        (400, {"response_format": form("text")}),
        (400, {"response_format": form(name="no good name")}),
        (400, {"response_format": form(colour="red")}),
        (400, {"response_format": form({"type": "array"})}),
        (400, {"response_format": form(SCHEMA | {"required": ["keywords"]})}),
        (400, {"response_format": form(SCHEMA | {"additionalProperties": True})}),
    ],
)
def test_a_wrong_request_is_refused(
    client: httpx.Client,
    shown: Callable[..., dict[str, Any]],
    status: int,
    wrong: dict[str, Any],
) -> None:
    answer = client.post(PATH, json=shown() | wrong)
    assert answer.status_code == status
    assert sorted(answer.json()["error"]) == ["code", "message", "param", "type"]


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": "data:image/jpeg;base64,{}"},
        {"type": "image_url", "image_url": {"url": "https://images.example/cat.jpg"}},
        {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,%%%"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,{}"}},
        {"type": "image_url", "image_url": {"url": "{}"}},
        {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,{}", "detail": "best"}},
        {"type": "image", "image": "{}"},
    ],
)
def test_the_picture_must_be_a_data_uri_of_what_it_is(
    client: httpx.Client,
    shown: Callable[..., dict[str, Any]],
    encoded: Callable[[int], str],
    part: dict[str, Any],
) -> None:
    real = json.loads(json.dumps(part).replace("{}", encoded(0)))
    messages = [{"role": "user", "content": [real]}]
    assert client.post(PATH, json=shown(messages=messages)).status_code == 400


def test_a_system_message_shows_no_picture(
    client: httpx.Client, shown: Callable[..., dict[str, Any]]
) -> None:
    asked = shown()
    asked["messages"][1]["role"] = "system"
    assert client.post(PATH, json=asked).status_code == 400


def test_a_key_is_needed_where_the_account_has_one(
    recognition_server: Callable[..., RecognitionServer],
    client_of: Callable[[RecognitionServer], httpx.Client],
    shown: Callable[..., dict[str, Any]],
) -> None:
    client = client_of(recognition_server("--account", "openai:key=key:quota=1"))

    def status(**headers: str) -> int:
        return client.post(PATH, json=shown(), headers=headers).status_code

    assert status() == 401
    assert status(Authorization="Bearer guessed") == 401
    assert status(Authorization="key") == 401
    assert client.get("/openai/v1/models").status_code == 401
    assert status(Authorization="Bearer key") == 200
    assert status(Authorization="Bearer key") == 429


@pytest.mark.parametrize(
    ("status", "method", "path"),
    [
        (404, "POST", "/openai/v1/chat/completions/"),
        (404, "POST", "/openai/chat/completions"),
        (405, "GET", "/openai/v1/chat/completions"),
        (405, "POST", "/openai/v1/models"),
    ],
)
def test_other_addresses_and_methods_are_refused(
    client: httpx.Client, status: int, method: str, path: str
) -> None:
    assert client.request(method, path).status_code == status
