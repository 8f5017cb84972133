"""What leaves for the service."""

from __future__ import annotations

from email import message_from_bytes
from typing import TYPE_CHECKING

import httpx
import pytest

from tagbridge_hooks import MalformedAnswerError, QuotaError, RejectedError
from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition

KEY = {"api_key": "open-sesame"}
ALL = ["objects", "celebrities", "detect_faces", "detect_text", "nsfw"]


class FarEnd:
    """The service: nothing is ever found, and each type may have another answer."""

    def __init__(self) -> None:
        self.forms: dict[str, dict[str, str]] = {}
        self.requests: list[httpx.Request] = []
        self.others: dict[str, httpx.Response] = {}
        self.quotas = iter(range(40, 0, -1))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        fields = form(request)
        self.forms[fields["type"]] = fields
        data = {"error": 0, "type": fields["type"], "objects": [], "quota": next(self.quotas)}
        good = httpx.Response(200, json={"status": 200, "message": "Success", "data": data})
        return self.others.get(fields["type"], good)


def form(request: httpx.Request) -> dict[str, str]:
    """Return the fields of a multipart form; of a file, its name."""
    head = b"Content-Type: " + request.headers["Content-Type"].encode() + b"\n\n"
    whole, *parts = message_from_bytes(head + request.content).walk()
    assert whole.get_content_type() == "multipart/form-data"
    return {
        str(part.get_param("name", header="Content-Disposition")): part.get_filename()
        or str(part.get_payload())
        for part in parts
    }


@pytest.fixture
def far_end() -> FarEnd:
    return FarEnd()


@pytest.fixture
def show(recognize: Callable[..., Recognition], far_end: FarEnd) -> Callable[..., Recognition]:
    """Return a function that shows a picture to a provider with these settings."""

    def shown(**settings: object) -> Recognition:
        client = httpx.AsyncClient(transport=httpx.MockTransport(far_end))
        return recognize({**KEY, **settings}, client)

    return shown


def test_every_type_is_a_request_with_what_it_needs_and_nothing_else(
    show: Callable[..., Recognition], far_end: FarEnd
) -> None:
    show(types=ALL, max_labels=20, label_confidence=30, nsfw_confidence=40)

    same = {"apikey": "open-sesame", "file": "picture.jpg"}
    objects = {"max_labels": "20", "min_confidence": "30"}
    assert far_end.forms == {
        "objects": {"type": "objects", **same, **objects},
        "celebrities": {"type": "celebrities", **same},
        "detect_faces": {"type": "detect_faces", **same},
        "detect_text": {"type": "detect_text", **same},
        "nsfw": {"type": "nsfw", **same, "nsfw_min_confidence": "40"},
    }
    assert len(far_end.requests) == len(ALL)


def test_objects_and_sensitive_content_are_asked_for_unless_told_otherwise(
    show: Callable[..., Recognition], far_end: FarEnd
) -> None:
    said = show(min_confidence=0.9)
    assert sorted(far_end.forms) == ["nsfw", "objects"]
    assert far_end.forms["objects"]["min_confidence"] == "10"
    assert said.model == "objects+nsfw-v2"


def test_the_key_is_in_the_form_alone_and_the_picture_is_sent_as_it_is(
    show: Callable[..., Recognition], far_end: FarEnd
) -> None:
    show(types=["objects"])
    (request,) = far_end.requests
    assert (request.method, str(request.url)) == ("POST", "https://imagerecognize.com/api/v2/")
    assert "open-sesame" not in str(request.url) + str(request.headers)
    assert SAMPLES[0].data in request.content


@pytest.mark.parametrize("slashes", ["", "/", "//"])
def test_the_address_always_ends_with_one_slash(
    show: Callable[..., Recognition], far_end: FarEnd, slashes: str
) -> None:
    said = show(types=["nsfw"], base_url=f"http://127.0.0.1:8080/api/v3{slashes}")
    assert str(far_end.requests[0].url) == "http://127.0.0.1:8080/api/v3/"
    assert said.model == "nsfw-v3"


def test_the_smallest_quota_is_what_remains(show: Callable[..., Recognition]) -> None:
    assert show(types=ALL).remaining == 36


def test_all_are_asked_before_one_may_fail_and_only_the_bad_answer_is_blamed(
    show: Callable[..., Recognition], far_end: FarEnd
) -> None:
    far_end.others["objects"] = httpx.Response(200, text="<html>Back soon</html>")
    with pytest.raises(MalformedAnswerError) as caught:
        show(types=ALL)
    assert len(far_end.requests) == len(ALL)
    assert caught.value.responses == (far_end.others["objects"],)


def test_the_used_up_quota_is_told_before_a_bad_answer_and_a_rejected_picture_last(
    show: Callable[..., Recognition], far_end: FarEnd
) -> None:
    rejected = {"status": 412, "status_message": "Invalid file", "data": None}
    far_end.others["nsfw"] = httpx.Response(200, json=rejected)
    assert "nsfw" not in show(types=ALL).model  # the others took it
    with pytest.raises(RejectedError):
        show(types=["nsfw"])
    far_end.others["objects"] = httpx.Response(200, text="<html>Back soon</html>")
    with pytest.raises(MalformedAnswerError):
        show(types=ALL)
    far_end.others["detect_text"] = httpx.Response(402)
    with pytest.raises(QuotaError):
        show(types=ALL)
