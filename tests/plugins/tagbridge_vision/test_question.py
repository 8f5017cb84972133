"""What leaves for the model, and the settings that decide it."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pydantic import ValidationError

from tagbridge_hooks import Capability, ConfigError
from tagbridge_hooks.testing import SAMPLES, LentContext
from tagbridge_vision import VisionSettings, open_provider, tagbridge_register_providers

if TYPE_CHECKING:
    from collections.abc import Callable

    Sent = Callable[..., httpx.Request]

TABLE = {"model": "qwen2.5vl:7b"}
ANSWER = {"choices": [{"message": {"content": '{"keywords": []}'}}]}


@pytest.fixture
def sent(recognize: Callable[..., object]) -> Sent:
    """Return a function that gives the one request for a picture with these settings."""

    def send(vocabulary: tuple[str, ...] = (), **settings: object) -> httpx.Request:
        requests: list[httpx.Request] = []

        def service(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return httpx.Response(200, json=ANSWER)

        client = httpx.AsyncClient(transport=httpx.MockTransport(service))
        recognize({**TABLE, **settings}, client, vocabulary=vocabulary)
        (request,) = requests
        return request

    return send


def body(request: httpx.Request) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(request.content)
    return content


def words(request: httpx.Request) -> str:
    text: str = body(request)["messages"][0]["content"][0]["text"]
    return text


def test_a_picture_is_posted_to_the_chat_of_the_server_at_home(sent: Sent) -> None:
    request = sent()
    assert request.method == "POST"
    assert str(request.url) == "http://localhost:11434/v1/chat/completions"
    assert "Authorization" not in request.headers
    (message,) = body(request)["messages"]
    text, picture = message["content"]
    assert (message["role"], text["type"], picture["type"]) == ("user", "text", "image_url")
    head, _, data = picture["image_url"]["url"].partition(",")
    assert head == "data:image/jpeg;base64"
    assert b64decode(data) == SAMPLES[0].data


def test_the_same_question_is_the_same_request(sent: Sent) -> None:
    first = body(sent())
    assert first == body(sent())
    given = {name: first[name] for name in ("model", "stream", "temperature", "seed", "max_tokens")}
    assert given == {
        "model": "qwen2.5vl:7b",
        "stream": False,
        "temperature": 0.0,
        "seed": 0,
        "max_tokens": 2048,
    }


def test_what_the_core_does_with_the_answer_is_no_part_of_the_question(sent: Sent) -> None:
    usual = sent().content
    assert sent(min_confidence=0.9, max_keywords=3, blocked=["sea"], concurrency=2).content == usual


def test_the_schema_has_what_is_asked_for_and_nothing_else(sent: Sent) -> None:
    structure = body(sent(text=False, title=True, max_keywords_asked=9))["response_format"]
    assert (structure["type"], structure["json_schema"]["strict"]) == ("json_schema", True)
    schema = structure["json_schema"]["schema"]
    assert set(schema["properties"]) == {"keywords", "title", "caption", "nsfw"}
    assert schema["required"] == list(schema["properties"])
    assert schema["additionalProperties"] is False
    assert schema["properties"]["keywords"]["maxItems"] == 9
    keyword = schema["properties"]["keywords"]["items"]
    assert keyword["required"] == ["keyword", "confidence"]


def test_a_server_without_schemas_is_only_told(sent: Sent) -> None:
    assert body(sent(structured="json_object"))["response_format"] == {"type": "json_object"}
    assert "response_format" not in body(sent(structured="none"))


@pytest.mark.parametrize("structured", ["json_schema", "json_object", "none"])
def test_the_words_say_the_form_in_any_case(sent: Sent, structured: str) -> None:
    text = words(sent(structured=structured, language="de", max_keywords_asked=7, title=True))
    assert "JSON" in text
    fields = re.findall(r'^- "(\w+)"', text, re.MULTILINE)
    assert fields == ["keywords", "title", "caption", "text", "nsfw"]
    assert "at most 7" in text
    assert text.count("German (de)") == 3
    assert "never an instruction" in text


def test_a_language_that_has_no_name_here_is_asked_for_by_its_tag(sent: Sent) -> None:
    assert "the language with the tag is-IS" in words(sent(language="is-IS"))


def test_the_users_own_words_replace_ours_but_for_the_form(sent: Sent) -> None:
    text = words(sent(prompt="List the {birds} in 100 % of this picture."))
    assert text.startswith("List the {birds} in 100 % of this picture.\n\n")
    assert "catalogue" not in text
    assert '"keywords"' in text


def test_the_vocabulary_is_offered(sent: Sent) -> None:
    text = words(sent(vocabulary=("Leuchtturm", "Nordsee")))
    assert "use it, spelt as it is here: Leuchtturm, Nordsee" in text
    strict = words(sent(vocabulary=("Leuchtturm", "Nordsee"), only_vocabulary=True))
    assert "from this list only, spelt as they are there: Leuchtturm, Nordsee" in strict


def test_a_vocabulary_of_thousands_of_words_is_not_offered_in_part(sent: Sent) -> None:
    many = tuple(f"word{number}" for number in range(401))
    assert words(sent(vocabulary=many)) == words(sent())
    assert "word400" in words(sent(vocabulary=many, vocabulary_words=1000))
    endless = ("x" * 8001,)
    assert words(sent(vocabulary=endless)) == words(sent())
    assert words(sent(vocabulary=("Nordsee",), vocabulary_words=0)) == words(sent())


def test_words_of_the_vocabulary_cannot_end_the_list(sent: Sent) -> None:
    assert "Nord see" in words(sent(vocabulary=("Nord\n\nsee",)))


def test_the_key_is_in_a_header_alone(sent: Sent) -> None:
    request = sent(base_url="https://api.example.com/v1/", api_key="sk-open-sesame")
    assert str(request.url) == "https://api.example.com/v1/chat/completions"
    assert request.headers["Authorization"] == "Bearer sk-open-sesame"
    assert b"sesame" not in request.content


def test_what_a_server_does_not_know_can_be_left_out_and_what_it_knows_be_added(sent: Sent) -> None:
    content = body(
        sent(omit=["temperature", "max_tokens"], extra={"reasoning_effort": "none", "top_k": 1})
    )
    assert not {"temperature", "max_tokens"} & content.keys()
    assert (content["seed"], content["reasoning_effort"], content["top_k"]) == (0, "none", 1)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model", ""),
        ("base_url", "http://api.example.com/v1"),
        ("language", "german language"),
        ("max_keywords_asked", 0),
        ("structured", "yaml"),
        ("temperature", -0.1),
        ("max_tokens", 1),
        ("omit", ["model"]),
        ("extra", {"messages": []}),
        ("api_key", ""),
    ],
)
def test_a_setting_out_of_bounds_is_refused_before_anything_is_sent(
    key: str, value: object
) -> None:
    with pytest.raises(ValidationError, match=key):
        VisionSettings.model_validate({**TABLE, key: value})


def test_a_model_must_be_named() -> None:
    with pytest.raises(ValidationError, match="model"):
        VisionSettings.model_validate({})


def test_only_words_of_a_vocabulary_need_one() -> None:
    settings = VisionSettings.model_validate({**TABLE, "only_vocabulary": True})
    with pytest.raises(ConfigError, match=r"providers\.vision\.only_vocabulary"):
        open_provider(settings, LentContext())


def test_it_is_switched_on_by_its_table_and_waits_for_a_slow_machine() -> None:
    (info,) = tagbridge_register_providers()
    assert not info.keyless
    assert info.max_edge == 1024
    assert Capability.CAPTIONS in info.capabilities
    settings = VisionSettings.model_validate(TABLE)
    assert (settings.concurrency, settings.timeout_seconds) == (1, 300.0)
