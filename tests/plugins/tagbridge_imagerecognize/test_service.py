"""The provider with a real client and the service in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
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

ALL = ["objects", "celebrities", "detect_faces", "detect_text", "nsfw"]
ACCOUNT = "imagerecognize:key=open-sesame"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A running service that speaks as imagerecognize.com does."""

    server: RecognitionServer

    @property
    def table(self) -> dict[str, Any]:
        """Return `[providers.imagerecognize]` for it."""
        address = f"{self.server.url}/imagerecognize/api/v2/"
        return {"api_key": "open-sesame", "base_url": address, "types": ALL}

    def kinds(self) -> list[tuple[str, int]]:
        """Return what it was asked for, and the status it answered with."""
        notes = self.server.asked("imagerecognize")
        return sorted((note.get("kind", ""), note["status"]) for note in notes)


@pytest.fixture
def start(recognition_server: Callable[..., RecognitionServer]) -> Callable[..., Service]:
    def begin(*options: str, account: str = ACCOUNT) -> Service:
        return Service(server=recognition_server("--account", account, *options))

    return begin


@pytest.mark.parametrize("options", [(), ("--always-200",)])
def test_a_picture_gets_what_its_own_types_find_each_for_one_call(
    recognize: Callable[..., Recognition], start: Callable[..., Service], options: tuple[str, ...]
) -> None:
    service = start(*options)
    said = recognize(service.table)

    digest = sha256(SAMPLES[0].data).hexdigest()
    assert said.keywords[0].text == said.text[0].text == f"imagerecognize {digest[:8]}"
    assert said.sensitivities[0].kind == "nsfw"
    assert said.remaining == 2995
    assert service.kinds() == sorted((kind, 200) for kind in ALL)
    assert service.server.charged("imagerecognize") == {digest: len(ALL)}


@pytest.mark.parametrize("options", [(), ("--always-200",)])
def test_refusals_are_told_apart(
    recognize: Callable[..., Recognition], start: Callable[..., Service], options: tuple[str, ...]
) -> None:
    service = start(*options, account=f"{ACCOUNT}:quota=4")
    with pytest.raises(AccountError, match="api_key is wrong"):
        recognize({**service.table, "api_key": "guessed"})
    for damaged in DAMAGED:
        with pytest.raises(RejectedError):
            recognize(service.table, rendition=damaged)
    with pytest.raises(QuotaError):
        recognize(service.table)
    assert sum(service.server.charged("imagerecognize").values()) == 4


def test_a_video_is_no_picture(
    recognize: Callable[..., Recognition], start: Callable[..., Service]
) -> None:
    video = Rendition(data=b"moving", media_type="video/mp4", width=64, height=36, seconds=9.0)
    with pytest.raises(RejectedError):
        recognize(start().table, rendition=video)


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
    recognize: Callable[..., Recognition],
    start: Callable[..., Service],
    fault: str,
    kind: type[ProviderError],
) -> None:
    service = start()
    service.server.fault(fault, times=1)
    with pytest.raises((ProviderError, httpx.RequestError)) as caught:
        recognize(service.table)
    assert isinstance(caught.value, kind)
    assert len(service.kinds()) == len(ALL)
    assert recognize(service.table).keywords


@pytest.mark.parametrize("fault", ["bom", "score-text", "score-scale"])
def test_a_harmless_oddity_changes_nothing(
    recognize: Callable[..., Recognition], start: Callable[..., Service], fault: str
) -> None:
    service = start()
    table = {**service.table, "types": ALL[:-1]}
    right = recognize(table)
    service.server.fault(fault)
    odd = recognize(table)
    assert [word.text for word in odd.keywords] == [word.text for word in right.keywords]
    for mine, theirs in zip(odd.keywords, right.keywords, strict=True):
        assert mine.confidence == pytest.approx(theirs.confidence)
    assert odd.persons == right.persons or fault == "score-scale"


@pytest.mark.parametrize("fault", ["score-nan", "score-null"])
def test_a_confidence_that_is_none_is_unknown(
    recognize: Callable[..., Recognition], start: Callable[..., Service], fault: str
) -> None:
    service = start()
    service.server.fault(fault)
    said = recognize({**service.table, "types": ["objects", "detect_text"]})
    assert {word.confidence for word in said.keywords} == {None}
    assert {line.confidence for line in said.text} == {None}
