"""The provider with all its services and the strict server in a process of its own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from hashlib import sha256
from struct import pack
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_everypixel import EverypixelSettings, open_provider
from tagbridge_hooks import (
    AccountError,
    MalformedAnswerError,
    ProviderError,
    QuotaError,
    RateLimitedError,
    RejectedError,
    Rendition,
    TransientError,
)
from tagbridge_hooks.testing import DAMAGED, SAMPLES, LentContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Keyword, Recognition
    from tests.fixtures.recognition import RecognitionServer

LOGIN = {"client_id": "photographer", "client_secret": "open-sesame"}
PICTURES = ["keywords", "faces", "quality", "quality_ugc", "captions"]
DIGEST = sha256(SAMPLES[0].data).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A running service that speaks as Everypixel does."""

    server: RecognitionServer

    @property
    def table(self) -> dict[str, Any]:
        """Return `[providers.everypixel]` for it."""
        base_url = f"{self.server.url}/v1"
        return {**LOGIN, "base_url": base_url, "services": PICTURES, "colors": True}

    def asked(self) -> list[tuple[str, int]]:
        """Return what it was asked for, and the status it answered with."""
        notes = self.server.asked("everypixel")
        return sorted((note["path"].rpartition("/")[2], note["status"]) for note in notes)


@pytest.fixture
def start(recognition_server: Callable[..., RecognitionServer]) -> Callable[..., Service]:
    login = ["--client-id", LOGIN["client_id"], "--client-secret", LOGIN["client_secret"]]
    return lambda *options: Service(server=recognition_server(*login, *options))


def video(seconds: float) -> Rendition:
    """Return the boxes of an MP4 that tell its length, and nothing to see."""
    file_type = b"\x00\x00\x00\x10ftypisom\x00\x00\x02\x00"
    header = b"mvhd" + pack(">IIIII", 0, 0, 0, 1000, round(seconds * 1000)) + bytes(80)
    return Rendition(
        data=file_type + pack(">I", 4 + len(header)) + header,
        media_type="video/mp4",
        width=640,
        height=360,
        seconds=seconds,
    )


def test_a_picture_gets_what_its_services_see_each_for_one_call(
    recognize: Callable[..., Recognition], start: Callable[..., Service]
) -> None:
    service = start()
    said = recognize(service.table)

    assert said.keywords[0].text == f"v1 {DIGEST[:8]}"
    assert f"v1 {DIGEST[:8]}" in said.captions[0].text
    assert [one.kind for one in said.qualities] == ["stock photo", "user photo"]
    assert sum(color.fraction for color in said.colors) == pytest.approx(1.0, abs=0.01)
    paths = ["faces", "image_captioning", "keywords", "quality", "quality_ugc"]
    assert service.asked() == [(path, 200) for path in paths]
    assert service.server.charged("everypixel") == {DIGEST: len(PICTURES)}


def test_a_video_gets_the_keywords_of_a_video(
    recognize: Callable[..., Recognition], start: Callable[..., Service]
) -> None:
    service = start()
    table = {**service.table, "services": [*PICTURES, "video_keywords"], "language": "de"}
    clip = video(59.9)
    said = recognize(table, rendition=clip)
    assert said.keywords[0].text == f"v1 {sha256(clip.data).hexdigest()[:8]}"
    assert service.asked() == [("video_keywords", 200)]
    with pytest.raises(RejectedError):
        recognize(table, rendition=video(60.5))
    assert len(service.asked()) == 1


def test_pictures_at_the_same_time_share_one_token(start: Callable[..., Service]) -> None:
    service = start()
    settings = EverypixelSettings.model_validate({**service.table, "auth": "oauth2"})

    async def show() -> list[Recognition]:
        async with httpx.AsyncClient(trust_env=False) as client:
            provider = open_provider(settings, LentContext(client=client))
            first = await asyncio.gather(*map(provider.recognize, SAMPLES))
            service.server.control(token="expire")  # noqa: S106 - what to do with it
            return first + await asyncio.gather(*map(provider.recognize, SAMPLES))

    said = asyncio.run(show())
    assert said[:3] == said[3:]
    assert [path for path, _ in service.asked()].count("token") == 2
    assert sum(service.server.charged("everypixel").values()) == 2 * 3 * len(PICTURES)


def test_wrong_credentials_get_no_token(
    recognize: Callable[..., Recognition], start: Callable[..., Service]
) -> None:
    service = start()
    with pytest.raises(AccountError, match="client_id or client_secret is wrong"):
        recognize({**service.table, "auth": "oauth2", "client_secret": "guessed"})
    assert {path for path, _ in service.asked()} == {"token"}


def test_an_address_is_sent_whole(start: Callable[..., Service]) -> None:
    service = start()
    address = "https://images.example/photo?crop=entropy&cs=tinysrgb&ixid=Mnwx%3D#top"

    async def ask(address: str) -> tuple[Keyword, ...]:
        async with httpx.AsyncClient(trust_env=False) as client:
            settings = EverypixelSettings.model_validate(service.table)
            provider: Any = open_provider(settings, LentContext(client=client))
            keywords: tuple[Keyword, ...] = await provider.keywords_at(address)
            return keywords

    first = asyncio.run(ask(address))[0]
    assert first.text == f"v1 {sha256(address.encode()).hexdigest()[:8]}"
    with pytest.raises(RejectedError):
        asyncio.run(ask("https://images.invalid/photo.jpg"))


def test_refusals_are_told_apart(
    recognize: Callable[..., Recognition], start: Callable[..., Service]
) -> None:
    service = start("--quota", "3")
    for damaged in DAMAGED:
        with pytest.raises(RejectedError):
            recognize(service.table, rendition=damaged)
    with pytest.raises(QuotaError, match="3 requests per 86400 seconds"):
        recognize(service.table)
    assert sum(service.server.charged("everypixel").values()) == 3


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("html", MalformedAnswerError),
        ("500", TransientError),
        ("502", RateLimitedError),
        ("503", TransientError),
        ("429", QuotaError),
        ("redirect", AccountError),
        ("error-inside", MalformedAnswerError),
        ("truncated", MalformedAnswerError),
        ("not-utf8", MalformedAnswerError),
        ("closed", TransientError),
        ("short", TransientError),
        ("short-chunk", TransientError),
    ],
)
def test_a_bad_day_says_what_to_do_next(
    recognize: Callable[..., Recognition],
    start: Callable[..., Service],
    fault: str,
    kind: type[ProviderError],
) -> None:
    service = start()
    service.server.fault(fault, times=1)
    with pytest.raises(ProviderError) as caught:
        recognize(service.table)
    assert isinstance(caught.value, kind)
    assert len(service.asked()) == len(PICTURES)
    assert recognize(service.table).keywords


@pytest.mark.parametrize("service_name", ["keywords", "faces"])
def test_a_missing_list_is_no_empty_one(
    recognize: Callable[..., Recognition], start: Callable[..., Service], service_name: str
) -> None:
    service = start()
    service.server.fault("missing-list")
    with pytest.raises(MalformedAnswerError):
        recognize({**service.table, "colors": False, "services": [service_name]})


@pytest.mark.parametrize("fault", ["bom", "score-text", "score-scale"])
def test_a_harmless_oddity_changes_nothing(
    recognize: Callable[..., Recognition], start: Callable[..., Service], fault: str
) -> None:
    service = start()
    right = recognize(service.table)
    service.server.fault(fault)
    odd = recognize(service.table)
    assert [k.confidence for k in odd.keywords] == [
        pytest.approx(k.confidence) for k in right.keywords
    ]
    assert [q.value for q in odd.qualities] == [pytest.approx(q.value) for q in right.qualities]
    assert odd.captions == right.captions


@pytest.mark.parametrize("fault", ["score-nan", "score-null"])
def test_a_score_that_is_none_is_unknown_and_no_quality(
    recognize: Callable[..., Recognition], start: Callable[..., Service], fault: str
) -> None:
    service = start()
    service.server.fault(fault)
    said = recognize({**service.table, "services": ["keywords", "captions"]})
    assert {word.confidence for word in said.keywords} == {None}
    with pytest.raises(MalformedAnswerError):
        recognize({**service.table, "colors": False, "services": ["quality"]})
