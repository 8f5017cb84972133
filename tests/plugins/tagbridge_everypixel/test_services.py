"""Several services about one rendition, each a request of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks import (
    MalformedAnswerError,
    QuotaError,
    RateLimitedError,
    RejectedError,
    Rendition,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition

LOGIN = {"client_id": "photographer", "client_secret": "open-sesame"}
VIDEO = Rendition(data=b"moving", media_type="video/mp4", width=640, height=360, seconds=12.0)
PICTURES = ["keywords", "faces", "quality", "quality_ugc", "captions"]
ANSWERS: dict[str, Any] = {
    "keywords": {"keywords": [{"keyword": "sea", "score": 0.9}], "status": "ok"},
    "video_keywords": {"keywords": [{"keyword": "surf", "score": 0.8}], "status": "ok"},
    "faces": {"faces": [{"bbox": [1.0, 1.0, 9.0, 9.0], "score": 0.7, "age": 40}], "status": "ok"},
    "quality": {"quality": {"score": 0.6}, "status": "ok"},
    "quality_ugc": {"quality": {"score": 0.5, "class": "good"}, "status": "ok"},
    "image_captioning": {"status": True, "result": {"caption": "the sea"}},
}


@dataclass(slots=True)
class FarEnd:
    """The service: its documented answers, or others for some of its endpoints."""

    others: dict[str, httpx.Response] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        name = request.url.path.removeprefix("/v1/")
        return self.others.get(name) or httpx.Response(200, json=ANSWERS[name])

    @property
    def asked(self) -> dict[str, dict[str, str]]:
        """Return the endpoints and the options that they were asked with."""
        return {r.url.path.removeprefix("/v1/"): dict(r.url.params) for r in self.requests}


Shown = tuple["Recognition", FarEnd]


@pytest.fixture
def far_end() -> FarEnd:
    return FarEnd()


@pytest.fixture
def show(recognize: Callable[..., Recognition], far_end: FarEnd) -> Callable[..., Recognition]:
    """Return a function that shows a rendition to a provider with these settings."""

    def shown(rendition: Rendition | None = None, **settings: object) -> Recognition:
        client = httpx.AsyncClient(transport=httpx.MockTransport(far_end))
        table = {**LOGIN, **settings}
        return recognize(table, client, rendition) if rendition else recognize(table, client)

    return shown


def test_every_service_is_asked_once_and_all_that_they_say_is_one_recognition(
    show: Callable[..., Recognition], far_end: FarEnd
) -> None:
    said = show(services=PICTURES)

    assert sorted(r.url.path for r in far_end.requests) == [
        "/v1/faces",
        "/v1/image_captioning",
        "/v1/keywords",
        "/v1/quality",
        "/v1/quality_ugc",
    ]
    assert said.model == "keywords+faces+quality+quality_ugc+captions-v1"
    assert [word.text for word in said.keywords] == ["sea"]
    assert [(face.confidence, face.age) for face in said.persons] == [(0.7, 40.0)]
    assert [(one.kind, one.value) for one in said.qualities] == [
        ("stock photo", 0.6),
        ("user photo", 0.5),
    ]
    assert [caption.text for caption in said.captions] == ["the sea"]


def test_a_service_that_is_named_twice_is_asked_once(
    show: Callable[..., Recognition], far_end: FarEnd
) -> None:
    show(services=["faces", "faces"])
    assert len(far_end.requests) == 1


def test_each_service_gets_its_own_options_and_no_other(
    show: Callable[..., Recognition], far_end: FarEnd
) -> None:
    show(services=PICTURES, colors=True, num_colors=3, caption_length="short", language="de")
    keywords = {"num_keywords": "50", "lang": "de", "colors": "true", "num_colors": "3"}
    assert far_end.asked == {
        "keywords": keywords,
        "faces": {},
        "quality": {},
        "quality_ugc": {},
        "image_captioning": {"caption_len": "short"},
    }


def test_colours_are_read_when_they_were_asked_for(
    show: Callable[..., Recognition], far_end: FarEnd
) -> None:
    blue = {"name": "blue", "rgb": [0, 0, 255], "hex": "#0000FF", "percentage": 40}
    body = {**ANSWERS["keywords"], "colors": [blue]}
    far_end.others["keywords"] = httpx.Response(200, json=body)
    (color,) = show(colors=True).colors
    assert (color.hex, color.fraction, color.name) == ("#0000ff", 0.4, "blue")
    assert show().colors == ()


def test_a_video_goes_to_the_service_for_videos_alone(
    show: Callable[..., Recognition], far_end: FarEnd
) -> None:
    said = show(VIDEO, services=[*PICTURES, "video_keywords"], threshold=0.5)

    assert far_end.asked == {
        "video_keywords": {"num_keywords": "50", "lang": "en", "threshold": "0.5"}
    }
    assert (said.model, said.keywords[0].text) == ("video_keywords-v1", "surf")
    body = far_end.requests[0].content
    assert b'name="data"; filename="video.mp4"\r\nContent-Type: video/mp4\r\n\r\nmoving' in body


@pytest.mark.parametrize("seconds", [0.0, 4.9, 60.1, 3600.0])
def test_a_video_that_is_too_short_or_too_long_is_refused_here(
    show: Callable[..., Recognition], far_end: FarEnd, seconds: float
) -> None:
    video = Rendition(data=b"", media_type="video/mp4", width=64, height=36, seconds=seconds)
    with pytest.raises(RejectedError, match=f"a video of {seconds:.1f} s; it takes those of 5 to"):
        show(video, services=["video_keywords"])
    assert not far_end.requests


@pytest.mark.parametrize("seconds", [5.0, 60.0, None])
def test_its_bounds_are_taken_and_an_unknown_length(
    show: Callable[..., Recognition], seconds: float | None
) -> None:
    video = Rendition(data=b"", media_type="video/mp4", width=64, height=36, seconds=seconds)
    assert show(video, services=["video_keywords"]).keywords


def test_what_no_chosen_service_takes_is_refused_here(
    show: Callable[..., Recognition], far_end: FarEnd
) -> None:
    with pytest.raises(RejectedError, match="services has none for a video"):
        show(VIDEO, services=PICTURES)
    with pytest.raises(RejectedError, match="services has none for a picture"):
        show(services=["video_keywords"])
    assert not far_end.requests


def test_all_are_asked_before_one_may_fail_and_only_the_bad_answer_is_blamed(
    show: Callable[..., Recognition], far_end: FarEnd
) -> None:
    far_end.others["keywords"] = httpx.Response(502, text="<html>Bad Gateway</html>")
    with pytest.raises(RateLimitedError) as caught:
        show(services=PICTURES)
    assert len(far_end.requests) == len(PICTURES)
    assert caught.value.responses == (far_end.others["keywords"],)


def test_the_used_up_allowance_is_told_before_a_bad_answer_and_a_rejected_picture_last(
    show: Callable[..., Recognition], far_end: FarEnd
) -> None:
    far_end.others["keywords"] = httpx.Response(400, json={"status": "error"})
    far_end.others["faces"] = httpx.Response(200, text="<html>Back soon</html>")
    with pytest.raises(MalformedAnswerError):
        show(services=PICTURES)
    far_end.others["quality"] = httpx.Response(429, json={"status": "error"})
    with pytest.raises(QuotaError):
        show(services=PICTURES)
