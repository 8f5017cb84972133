"""What leaves for the service, and the settings that decide it."""

from __future__ import annotations

import json
from base64 import b64decode
from email import message_from_bytes
from typing import TYPE_CHECKING

import httpx
import pytest
from pydantic import ValidationError

from tagbridge_hooks import Batch, Capability, ConfigError
from tagbridge_hooks.testing import SAMPLES, LentContext
from tagbridge_vize import VizeSettings, open_provider, tagbridge_register_providers

if TYPE_CHECKING:
    from collections.abc import Callable

    Sent = Callable[..., httpx.Request]

TASK = "0a8c8186-aee8-47c8-9eaf-348103feb14d"
TABLE = {"api_token": "1af538baa90open-sesame", "task_id": TASK}


@pytest.fixture
def sent(recognize: Callable[..., object]) -> Sent:
    """Return a function that gives the one request for a picture with these settings."""

    def send(**settings: object) -> httpx.Request:
        requests: list[httpx.Request] = []

        def service(request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return httpx.Response(200, json={"records": [{"labels": []}], "labels": []})

        client = httpx.AsyncClient(transport=httpx.MockTransport(service))
        recognize({**TABLE, **settings}, client)
        (request,) = requests
        return request

    return send


def test_v2_sends_one_record_that_may_travel_with_others(sent: Sent) -> None:
    request = sent()
    assert str(request.url) == "https://api.vize.ai/v2/classify"
    assert request.method == "POST"
    assert request.headers["Content-Type"] == "application/json"
    body = json.loads(request.content)
    (record,) = body.pop("records")
    assert body == {"task_id": TASK}
    assert list(record) == ["_base64"]
    assert b64decode(record["_base64"]) == SAMPLES[0].data
    assert request.extensions["tagbridge"] == Batch(max_records=10)


def test_the_version_is_sent_when_it_is_set(sent: Sent) -> None:
    assert json.loads(sent(version=2).content)["version"] == 2


def test_v1_sends_the_file_in_a_form(sent: Sent) -> None:
    request = sent(api="v1")
    assert str(request.url) == "https://api.vize.ai/v1/classify/"
    head = b"Content-Type: " + request.headers["Content-Type"].encode() + b"\n\n"
    form, task, file = message_from_bytes(head + request.content).walk()
    assert form.get_content_type() == "multipart/form-data"
    assert task.get_param("name", header="Content-Disposition") == "task"
    assert task.get_payload() == TASK
    assert file.get_param("name", header="Content-Disposition") == "image_file"
    assert (file.get_filename(), file.get_content_type()) == ("picture.jpg", "image/jpeg")
    assert SAMPLES[0].data in request.content


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_the_token_is_in_a_header_alone(sent: Sent, api: str) -> None:
    request = sent(api=api)
    assert request.headers["Authorization"] == f"Token {TABLE['api_token']}"
    assert "sesame" not in str(request.url) + request.content.decode("latin-1")


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_same_service_lives_at_another_address(sent: Sent, slash: str) -> None:
    request = sent(base_url=f"https://api.ximilar.com/recognition{slash}")
    assert str(request.url) == "https://api.ximilar.com/recognition/v2/classify"


def test_it_declares_keywords_and_a_rendition_of_512_pixels_on_the_short_side() -> None:
    (info,) = tagbridge_register_providers()
    assert info.capabilities == {Capability.KEYWORDS}
    assert info.max_edge * 2 / 3 == 512
    assert not info.keyless


def test_without_a_task_it_says_where_to_find_one() -> None:
    settings = VizeSettings.model_validate({"api_token": "x"})
    with pytest.raises(ConfigError, match=r"providers\.vize\.task_id.*tagbridge vize tasks"):
        open_provider(settings, LentContext())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("api_token", ""),
        ("task_id", "animals"),
        ("base_url", "http://api.vize.ai"),
        ("api", "v3"),
        ("version", -1),
        ("vocabulary_name", "x" * 65),
    ],
)
def test_a_setting_out_of_bounds_is_refused_before_anything_is_sent(key: str, value: str) -> None:
    with pytest.raises(ValidationError, match=key):
        VizeSettings.model_validate({**TABLE, key: value})


def test_only_v2_can_be_asked_for_a_version() -> None:
    with pytest.raises(ValidationError, match="version"):
        VizeSettings.model_validate({**TABLE, "api": "v1", "version": 2})
