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
    RateLimitedError,
    RejectedError,
    TransientError,
)
from tagbridge_hooks.testing import DAMAGED, SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition, Rendition
    from tests.fixtures.recognition import RecognitionServer

    Show = Callable[..., Recognition]

GUESSED = {"api_token": "guessed"}
TASK, MANY = (f"0a8c8186-aee8-47c8-9eaf-348103feb14{end}" for end in "de")
ALL = {
    "services": ["tags", "fashion", "colors", "classify", "similar"],
    "task_id": TASK,
    "classify_confidence": 0.0,
    "collection_id": "my-photos",
    "borrowed_confidence": 0.1,
}


@pytest.fixture(scope="module")
def options() -> tuple[str, ...]:
    """Return what the server is started with: an account that has credits for ten pictures."""
    return ("--account", "ximilar:key=open-sesame:quota=10")


def first_word(rendition: Rendition) -> str:
    """Return what the service says of a picture first, whichever of its services is asked."""
    return f"ximilar {sha256(rendition.data).hexdigest()[:8]}"


@pytest.mark.parametrize("rendition", SAMPLES)
def test_every_service_speaks_of_the_picture_that_was_sent(
    show: Show, server: RecognitionServer, rendition: Rendition
) -> None:
    found = show(rendition, **ALL)
    word = first_word(rendition)
    said = [(k.broader, k.borrowed, k.confidence) for k in found.keywords if k.text == word]
    tagged, fashion, classified, similar = said
    assert tagged[:2] == ((), False)
    assert fashion[:2] == (("Category",), False)
    assert classified[:2] == ((), False)
    assert similar[:2] == ((), True)
    assert similar[2] == pytest.approx(1.0)  # all similar pictures say so
    assert 0.99 < sum(color.fraction for color in found.colors) <= 1.0 + 1e-9
    assert [note["status"] for note in server.asked("ximilar")] == [200] * 5


@pytest.mark.parametrize(
    "settings",
    [
        {"tagging_mode": "simple", "language": "cs"},
        {"services": ["fashion"], "fashion_profile": "ours"},
        {"services": ["fashion"], "fashion_method": "detect_tags"},
        {"services": ["colors"], "colors_profile": "product", "num_colors": 3},
        {"services": ["classify"], "task_id": MANY, "version": 3, "classify_all": True},
        {"services": ["similar"], "collection_id": "x", "collection_type": "products"},
    ],
)
def test_the_service_takes_every_setting(show: Show, settings: dict[str, object]) -> None:
    found = show(**settings)
    assert found.keywords or found.colors or "similar" in settings["services"]  # type: ignore[operator] # a list


def test_things_that_are_found_have_regions_of_the_picture(show: Show) -> None:
    found = show(SAMPLES[1], services=["fashion"], fashion_method="detect_tags").keywords
    things = [k for k in found if not k.broader]
    assert all(thing.region for thing in things)
    assert all(k.region is None for k in found if k.broader)


def test_similar_pictures_are_found_nearest_first(
    opened: Callable[..., Any], table: dict[str, Any]
) -> None:
    searched = {**table, "collection_id": "x"}
    found = opened(lambda provider: provider.similar(SAMPLES[0], 7), table=searched)
    distances = [one.distance for one in found]
    assert len(found) == 7
    assert distances == sorted(distances)
    assert all(first_word(SAMPLES[0]) in [k.text for k in one.labels] for one in found)


def test_a_wrong_token_is_told(show: Show) -> None:
    with pytest.raises(AccountError, match="api_token"):
        show(**GUESSED)


@pytest.mark.parametrize("task", [TASK[:-1] + "0", "no-uuid"])
def test_an_unknown_task_is_told(show: Show, task: str) -> None:
    with pytest.raises(AccountError, match="task_id"):
        show(services=["classify"], task_id=task)


def test_a_version_that_there_is_not_is_told(show: Show) -> None:
    with pytest.raises(AccountError, match="task_id or version"):
        show(services=["classify"], task_id=TASK, version=99)


def test_used_up_credits_pause_it(show: Show, server: RecognitionServer) -> None:
    for _ in range(10):
        show()
    with pytest.raises(QuotaError):
        show()
    assert sum(server.charged("ximilar").values()) == 10


@pytest.mark.parametrize("settings", [{}, ALL])
@pytest.mark.parametrize("damaged", DAMAGED)
def test_a_picture_that_is_none_is_not_worth_sending_again(
    show: Show, damaged: Rendition, settings: dict[str, object]
) -> None:
    with pytest.raises(RejectedError):
        show(damaged, **settings)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("html", MalformedAnswerError),
        ("500", TransientError),
        ("502", TransientError),
        ("503", TransientError),
        ("429", RateLimitedError),
        ("redirect", AccountError),
        ("error-inside", TransientError),
        ("truncated", MalformedAnswerError),
        ("not-utf8", MalformedAnswerError),
        ("missing-list", MalformedAnswerError),
        ("record-missing", MalformedAnswerError),
    ],
)
def test_a_bad_day_has_an_end(
    show: Show, server: RecognitionServer, fault: str, kind: type[ProviderError]
) -> None:
    server.fault(fault, times=1)
    with pytest.raises(ProviderError) as caught:
        show()
    assert type(caught.value) is kind
    assert show().keywords[0].text == first_word(SAMPLES[0])


@pytest.mark.parametrize("fault", ["closed", "short", "short-chunk"])
def test_an_answer_that_breaks_off_is_worth_another_try(
    show: Show, server: RecognitionServer, fault: str
) -> None:
    server.fault(fault, times=1)
    with pytest.raises((TransientError, httpx.TransportError)):
        show()
    assert show().keywords


@pytest.mark.parametrize("fault", ["bom", "records-shuffled", "score-text", "score-scale"])
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
def test_a_score_that_is_none_is_unknown(show: Show, server: RecognitionServer, fault: str) -> None:
    server.fault(fault, times=1)
    assert {k.confidence for k in show().keywords} == {None}


def test_no_key_follows_a_redirect(show: Show, server: RecognitionServer) -> None:
    server.fault("redirect", times=1)
    with pytest.raises(AccountError, match="base_url"):
        show()
    assert [note["path"] for note in server.asked()] == ["/ximilar/photo/tags/v2/tags"]
