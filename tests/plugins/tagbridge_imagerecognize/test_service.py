"""The provider with a real client and the service in a process of its own."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge_hooks import (
    AccountError,
    MalformedAnswerError,
    ProviderError,
    QuotaError,
    RejectedError,
    Rendition,
    TransientError,
)
from tagbridge_hooks.testing import DAMAGED, SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition
    from tests.fixtures.recognition import RecognitionServer

    Show = Callable[..., Recognition]

ALL = ["objects", "celebrities", "detect_faces", "detect_text", "nsfw"]
ACCOUNT = "imagerecognize:key=open-sesame"


def kinds(server: RecognitionServer) -> list[tuple[str, int]]:
    """Return what it was asked for, and the status it answered with."""
    notes = server.asked("imagerecognize")
    return sorted((note.get("kind", ""), note["status"]) for note in notes)


def table_of(server: RecognitionServer) -> dict[str, Any]:
    """Return `[providers.imagerecognize]` for a server of a test's own."""
    base_url = f"{server.url}/imagerecognize/api/v2/"
    return {"api_key": "open-sesame", "base_url": base_url, "types": ALL}


@pytest.mark.parametrize("more", [(), ("--always-200",)])
def test_a_picture_gets_what_its_own_types_find_each_for_one_call(
    recognize: Show, recognition_server: Callable[..., RecognitionServer], more: tuple[str, ...]
) -> None:
    server = recognition_server("--account", ACCOUNT, *more)
    said = recognize(table_of(server))

    digest = sha256(SAMPLES[0].data).hexdigest()
    assert said.keywords[0].text == said.text[0].text == f"imagerecognize {digest[:8]}"
    assert said.sensitivities[0].kind == "nsfw"
    assert said.remaining == 2995
    assert kinds(server) == sorted((kind, 200) for kind in ALL)
    assert server.charged("imagerecognize") == {digest: len(ALL)}


@pytest.mark.parametrize("more", [(), ("--always-200",)])
def test_refusals_are_told_apart(
    recognize: Show, recognition_server: Callable[..., RecognitionServer], more: tuple[str, ...]
) -> None:
    server = recognition_server("--account", f"{ACCOUNT}:quota=4", *more)
    table = table_of(server)
    with pytest.raises(AccountError, match="api_key is wrong"):
        recognize({**table, "api_key": "guessed"})
    for damaged in DAMAGED:
        with pytest.raises(RejectedError):
            recognize(table, rendition=damaged)
    with pytest.raises(QuotaError):
        recognize(table)
    assert sum(server.charged("imagerecognize").values()) == 4


def test_a_video_is_no_picture(show: Show) -> None:
    video = Rendition(data=b"moving", media_type="video/mp4", width=64, height=36, seconds=9.0)
    with pytest.raises(RejectedError):
        show(video)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("html", MalformedAnswerError),
        ("500", TransientError),
        ("502", TransientError),
        ("503", TransientError),
        ("redirect", AccountError),
        ("error-inside", MalformedAnswerError),
        ("truncated", MalformedAnswerError),
        ("not-utf8", MalformedAnswerError),
        ("missing-list", MalformedAnswerError),
        ("closed", TransientError),
        ("short", TransientError),
        ("short-chunk", TransientError),
    ],
)
def test_a_bad_day_says_what_to_do_next(
    server: RecognitionServer, show: Show, fault: str, kind: type[ProviderError]
) -> None:
    server.fault(fault, times=1)
    with pytest.raises((ProviderError, httpx.RequestError)) as caught:
        show()
    assert isinstance(caught.value, kind)
    assert len(kinds(server)) == len(ALL)
    assert show().keywords


@pytest.mark.parametrize("fault", ["bom", "score-text", "score-scale"])
def test_a_harmless_oddity_changes_nothing(
    server: RecognitionServer, show: Show, fault: str
) -> None:
    right = show(types=ALL[:-1])
    server.fault(fault)
    odd = show(types=ALL[:-1])
    assert [word.text for word in odd.keywords] == [word.text for word in right.keywords]
    for mine, theirs in zip(odd.keywords, right.keywords, strict=True):
        assert mine.confidence == pytest.approx(theirs.confidence)
    assert odd.persons == right.persons or fault == "score-scale"


@pytest.mark.parametrize("fault", ["score-nan", "score-null"])
def test_a_confidence_that_is_none_is_unknown(
    server: RecognitionServer, show: Show, fault: str
) -> None:
    server.fault(fault)
    said = show(types=["objects", "detect_text"])
    assert {word.confidence for word in said.keywords} == {None}
    assert {line.confidence for line in said.text} == {None}
