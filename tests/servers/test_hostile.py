"""Nothing that a client sends breaks the services: each request gets an answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

HEADERS = {
    "Authorization": "Token key",
    "x-api-key": "key",
    "X-Key": "key",
    "collection-id": "mine",
}
FORMS = (
    "/v1/keywords",
    "/plain/keywords",
    "/oauth/token",
    "/imagerecognize/api/v2/",
    "/vize/v1/classify/",
    "/vize/v2/label/",
    "/vize/v2/training-image/",
)
OBJECTS = (
    "/ximilar/photo/tags/v2/tags",
    "/ximilar/similarity/photos/v2/visualKNN",
    "/vize/v2/classify",
    "/simages",
    "/openai/v1/chat/completions",
    "/control",
)
RECORDS: tuple[object, ...] = ("http://[", "\ud800", "", 7, None, [])


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("body", [b"", b"\r\n", b"--x", b"--x--", b"--x\r\n\r\n--x--", b"\xff" * 9])
def test_a_form_that_is_none_is_refused(client: httpx.Client, path: str, body: bytes) -> None:
    headers = HEADERS | {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.post(path, content=body, headers=headers).status_code in range(300, 500)


@pytest.mark.parametrize("path", OBJECTS)
@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"null", b"[]", b'"text"', b"{", b"7"])
def test_json_that_is_no_object_is_refused(client: httpx.Client, path: str, body: bytes) -> None:
    headers = HEADERS | {"Content-Type": "application/json"}
    assert client.post(path, content=body, headers=headers).status_code in range(400, 500)


@pytest.mark.parametrize("source", RECORDS)
def test_a_source_that_is_none_is_refused(client: httpx.Client, source: object) -> None:
    task = {"task_id": "0a8c8186-aee8-47c8-9eaf-348103feb14d"}
    headers = HEADERS | {"Content-Type": "application/json"}
    for name in ("_url", "_base64"):
        for path in ("/ximilar/photo/tags/v2/tags", "/vize/v2/classify"):
            body = {"records": [{name: source}], **(task if "vize" in path else {})}
            answer = client.post(path, content=json.dumps(body), headers=headers)
            told = answer.json()
            code = told["records"][0]["_status"]["code"] if "records" in told else 400
            assert (answer.status_code in {200, 400}, code) == (True, 400)
    for name in ("url", "image"):
        answer = client.post("/simages", content=json.dumps({name: source}), headers=headers)
        assert answer.status_code == 400
