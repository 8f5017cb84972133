"""The provider with all its services and the strict server in a process of its own."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from struct import pack
from typing import TYPE_CHECKING, Any

import pytest

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
from tagbridge_hooks.testing import DAMAGED, SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Keyword, Provider, Recognition
    from tests.fixtures.recognition import RecognitionServer

    Show = Callable[..., Recognition]

PICTURES = ["keywords", "faces", "quality", "quality_ugc", "captions"]
DIGEST = sha256(SAMPLES[0].data).hexdigest()


@pytest.fixture
def table(table: dict[str, Any]) -> dict[str, Any]:
    """Return `[providers.everypixel]` for the server, with all that it sees in pictures."""
    return {**table, "services": PICTURES, "colors": True}


def asked(server: RecognitionServer) -> list[tuple[str, int]]:
    """Return what it was asked for, and the status it answered with."""
    notes = server.asked("everypixel")
    return sorted((note["path"].rpartition("/")[2], note["status"]) for note in notes)


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
    show: Show, server: RecognitionServer
) -> None:
    said = show()

    assert said.keywords[0].text == f"v1 {DIGEST[:8]}"
    assert f"v1 {DIGEST[:8]}" in said.captions[0].text
    assert [one.kind for one in said.qualities] == ["stock photo", "user photo"]
    assert sum(color.fraction for color in said.colors) == pytest.approx(1.0, abs=0.01)
    paths = ["faces", "image_captioning", "keywords", "quality", "quality_ugc"]
    assert asked(server) == [(path, 200) for path in paths]
    assert server.charged("everypixel") == {DIGEST: len(PICTURES)}


def test_a_video_gets_the_keywords_of_a_video(show: Show, server: RecognitionServer) -> None:
    more = {"services": [*PICTURES, "video_keywords"], "language": "de"}
    clip = video(59.9)
    said = show(clip, **more)
    assert said.keywords[0].text == f"v1 {sha256(clip.data).hexdigest()[:8]}"
    assert asked(server) == [("video_keywords", 200)]
    with pytest.raises(RejectedError):
        show(video(60.5), **more)
    assert len(asked(server)) == 1


def test_pictures_at_the_same_time_share_one_token(
    opened: Callable[..., Any], server: RecognitionServer, table: dict[str, Any]
) -> None:
    async def shown(provider: Provider) -> list[Recognition]:
        first = await asyncio.gather(*map(provider.recognize, SAMPLES))
        server.control(token="expire")  # noqa: S106 - what to do with it
        return first + await asyncio.gather(*map(provider.recognize, SAMPLES))

    said = opened(shown, table={**table, "auth": "oauth2"})
    assert said[:3] == said[3:]
    assert [path for path, _ in asked(server)].count("token") == 2
    assert sum(server.charged("everypixel").values()) == 2 * 3 * len(PICTURES)


def test_wrong_credentials_get_no_token(show: Show, server: RecognitionServer) -> None:
    with pytest.raises(AccountError, match="client_id or client_secret is wrong"):
        show(auth="oauth2", client_secret="guessed")  # noqa: S106 - that it is wrong is the point
    assert {path for path, _ in asked(server)} == {"token"}


def test_an_address_is_sent_whole(opened: Callable[..., Any], table: dict[str, Any]) -> None:
    address = "https://images.example/photo?crop=entropy&cs=tinysrgb&ixid=Mnwx%3D#top"

    def ask(address: str) -> tuple[Keyword, ...]:
        found: tuple[Keyword, ...] = opened(
            lambda provider: provider.keywords_at(address), table=table
        )
        return found

    first = ask(address)[0]
    assert first.text == f"v1 {sha256(address.encode()).hexdigest()[:8]}"
    with pytest.raises(RejectedError):
        ask("https://images.invalid/photo.jpg")


def test_refusals_are_told_apart(
    show: Show, recognition_server: Callable[..., RecognitionServer], options: tuple[str, ...]
) -> None:
    server = recognition_server(*options, "--quota", "3")
    base_url = f"{server.url}/v1"
    for damaged in DAMAGED:
        with pytest.raises(RejectedError):
            show(damaged, base_url=base_url)
    with pytest.raises(QuotaError, match="3 requests per 86400 seconds"):
        show(base_url=base_url)
    assert sum(server.charged("everypixel").values()) == 3


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
    show: Show, server: RecognitionServer, fault: str, kind: type[ProviderError]
) -> None:
    server.fault(fault, times=1)
    with pytest.raises(ProviderError) as caught:
        show()
    assert isinstance(caught.value, kind)
    assert len(asked(server)) == len(PICTURES)
    assert show().keywords


@pytest.mark.parametrize("service", ["keywords", "faces"])
def test_a_missing_list_is_no_empty_one(
    show: Show, server: RecognitionServer, service: str
) -> None:
    server.fault("missing-list")
    with pytest.raises(MalformedAnswerError):
        show(colors=False, services=[service])


@pytest.mark.parametrize("fault", ["bom", "score-text", "score-scale"])
def test_a_harmless_oddity_changes_nothing(
    show: Show, server: RecognitionServer, fault: str
) -> None:
    right = show()
    server.fault(fault)
    odd = show()
    assert [k.confidence for k in odd.keywords] == [
        pytest.approx(k.confidence) for k in right.keywords
    ]
    assert [q.value for q in odd.qualities] == [pytest.approx(q.value) for q in right.qualities]
    assert odd.captions == right.captions


@pytest.mark.parametrize("fault", ["score-nan", "score-null"])
def test_a_score_that_is_none_is_unknown_and_no_quality(
    show: Show, server: RecognitionServer, fault: str
) -> None:
    server.fault(fault)
    said = show(services=["keywords", "captions"])
    assert {word.confidence for word in said.keywords} == {None}
    with pytest.raises(MalformedAnswerError):
        show(colors=False, services=["quality"])
