"""The provider with a real client and the strict service in a process of its own."""

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
    TransientError,
)
from tagbridge_hooks.testing import DAMAGED, SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition, Rendition
    from tests.fixtures.recognition import RecognitionServer

    Show = Callable[..., Recognition]


@pytest.fixture(scope="module")
def options() -> tuple[str, ...]:
    """Return what the server is started with: an account that has three free calls a day."""
    return ("--account", "simages:key=open-sesame:quota=3")


@pytest.fixture
def ask(opened: Callable[..., Any], table: dict[str, Any]) -> Callable[..., Any]:
    """Return a function that works with the provider."""
    return lambda work: opened(work, table=table)


def first_word(data: bytes) -> str:
    """Return what all pictures show that the service finds."""
    return f"simages {sha256(data).hexdigest()[:8]}"


@pytest.mark.parametrize("rendition", SAMPLES)
def test_what_similar_pictures_show_is_borrowed(
    show: Show, server: RecognitionServer, rendition: Rendition
) -> None:
    first, again = (show(rendition) for _ in range(2))
    best = first.keywords[0]
    assert best.text == first_word(rendition.data)
    assert best.confidence is not None
    assert 0.0 < best.confidence < 1.0
    assert all(k.borrowed and k.region is None for k in first.keywords)
    assert first == again
    assert [note["picture"] for note in server.asked("simages")] == [
        sha256(rendition.data).hexdigest()
    ] * 2


def test_similar_pictures_are_found_by_a_picture_and_by_words(ask: Callable[..., Any]) -> None:
    for query, data in ((SAMPLES[0], SAMPLES[0].data), ("a dog", b"a dog")):
        found = ask(lambda provider, query=query: provider.similar(query, 7))
        similarities = [one.similarity for one in found]
        assert len(found) == 7
        assert similarities == sorted(similarities, reverse=True)
        assert all(first_word(data) in [k.text for k in one.labels] for one in found)
        assert all(one.url.endswith(".jpg") and one.thumbnail.endswith(".webp") for one in found)


def test_the_most_that_can_be_asked_for_is_taken(ask: Callable[..., Any]) -> None:
    assert len(ask(lambda provider: provider.similar("a dog", 1000))) == 50


def test_a_wrong_key_is_told(show: Show) -> None:
    with pytest.raises(AccountError, match="api_key"):
        show(api_key="guessed")


def test_used_up_calls_pause_it(show: Show, server: RecognitionServer) -> None:
    for _ in range(3):
        show()
    with pytest.raises(QuotaError) as caught:
        show()
    assert caught.value.resets_at is not None
    assert sum(server.charged("simages").values()) == 3


@pytest.mark.parametrize("damaged", DAMAGED[1:])
def test_a_picture_that_is_none_is_not_worth_sending_again(show: Show, damaged: Rendition) -> None:
    with pytest.raises(RejectedError):
        show(damaged)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("html", MalformedAnswerError),
        ("500", TransientError),
        ("502", TransientError),
        ("503", TransientError),
        ("redirect", AccountError),
        ("error-inside", TransientError),
        ("truncated", MalformedAnswerError),
        ("not-utf8", MalformedAnswerError),
        ("missing-list", MalformedAnswerError),
    ],
)
def test_a_bad_day_has_an_end(
    show: Show, server: RecognitionServer, fault: str, kind: type[ProviderError]
) -> None:
    server.fault(fault, times=1)
    with pytest.raises(ProviderError) as caught:
        show()
    assert type(caught.value) is kind
    assert show().keywords[0].text == first_word(SAMPLES[0].data)


@pytest.mark.parametrize("fault", ["closed", "short", "short-chunk"])
def test_an_answer_that_breaks_off_is_worth_another_try(
    show: Show, server: RecognitionServer, fault: str
) -> None:
    server.fault(fault, times=1)
    with pytest.raises((TransientError, httpx.TransportError)):
        show()
    assert show().keywords


@pytest.mark.parametrize("fault", ["bom", "score-text", "score-scale"])
def test_what_is_only_written_differently_is_read(
    show: Show, server: RecognitionServer, fault: str
) -> None:
    usual = show()
    server.fault(fault, times=1)
    again = show()
    assert [k.text for k in again.keywords] == [k.text for k in usual.keywords]
    confidences = [k.confidence or 0.0 for k in again.keywords]
    assert confidences == pytest.approx([k.confidence for k in usual.keywords])


@pytest.mark.parametrize("fault", ["score-nan", "score-null"])
def test_what_nobody_is_sure_of_is_borrowed_without_any_confidence(
    show: Show, server: RecognitionServer, fault: str
) -> None:
    server.fault(fault, times=1)
    assert {k.confidence for k in show().keywords} == {0.0}


def test_no_key_follows_a_redirect(show: Show, server: RecognitionServer) -> None:
    server.fault("redirect", times=1)
    with pytest.raises(AccountError, match="base_url"):
        show()
    assert [note["path"] for note in server.asked()] == ["/simages"]
