"""The provider with a real client and a server of vision models in a process of its own."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

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

DIGEST = sha256(SAMPLES[0].data).hexdigest()
OURS = f"openai {DIGEST[:8]}"


@pytest.mark.parametrize("structured", ["json_schema", "json_object", "none"])
def test_a_picture_gets_its_own_keywords_however_they_are_asked_for(
    server: RecognitionServer, show: Show, structured: str
) -> None:
    found = show(structured=structured)
    assert (found.keywords[0].text, found.model) == (OURS, "llava:7b")
    assert all(keyword.confidence is not None for keyword in found.keywords)
    assert found.captions[0].text.startswith(OURS)
    assert server.charged("openai") == {DIGEST: 1}


def test_a_schema_brings_all_kinds(show: Show) -> None:
    found = show(title=True, max_keywords_asked=5)
    assert len(found.keywords) == 5
    assert [caption.kind for caption in found.captions] == ["caption", "title"]
    assert found.text
    assert [one.kind for one in found.sensitivities] == ["nsfw"]


def test_the_vocabulary_is_kept_to(show: Show) -> None:
    found = show(only_vocabulary=True, vocabulary=(OURS.upper(), "Nordsee"))
    assert [keyword.text for keyword in found.keywords] == [OURS.upper()]


def test_a_key_that_is_wrong_or_missing_is_told(show: Show) -> None:
    for key in ("guessed", None):
        with pytest.raises(AccountError, match=r"providers\.vision\.api_key"):
            show(api_key=key)


def test_a_model_that_the_server_does_not_have_is_told(show: Show) -> None:
    with pytest.raises(AccountError, match=r"providers\.vision\.model"):
        show(model="gpt-9")


def test_an_address_without_its_version_is_told(server: RecognitionServer, show: Show) -> None:
    with pytest.raises(AccountError, match=r"providers\.vision\.base_url"):
        show(base_url=f"{server.url}/openai")


@pytest.mark.parametrize("damaged", DAMAGED)
def test_a_picture_that_is_none_is_not_worth_sending_again(show: Show, damaged: Rendition) -> None:
    with pytest.raises(RejectedError, match="picture"):
        show(damaged)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("html", MalformedAnswerError),
        ("500", TransientError),
        ("502", TransientError),
        ("503", TransientError),
        ("429", RateLimitedError),
        ("redirect", AccountError),
        ("error-inside", ProviderError),
        ("truncated", MalformedAnswerError),
        ("not-utf8", MalformedAnswerError),
        ("no-choices", MalformedAnswerError),
        ("missing-list", MalformedAnswerError),
    ],
)
def test_a_bad_day_says_what_to_do_next(
    server: RecognitionServer, show: Show, fault: str, kind: type[ProviderError]
) -> None:
    server.fault(fault, times=1)
    with pytest.raises(kind):
        show()
    assert show().keywords


@pytest.mark.parametrize("fault", ["bom", "score-text", "chatter"])
def test_a_harmless_oddity_changes_nothing(
    server: RecognitionServer, show: Show, fault: str
) -> None:
    usual = show()
    server.fault(fault, times=1)
    assert show() == usual


def test_scores_on_the_other_scale_mean_the_same(server: RecognitionServer, show: Show) -> None:
    usual = show().keywords
    server.fault("score-scale", times=1)
    for odd, good in zip(show().keywords, usual, strict=True):
        assert odd.text == good.text
        assert odd.confidence == pytest.approx(good.confidence)


@pytest.mark.parametrize("fault", ["score-nan", "score-null"])
def test_scores_that_are_none_are_unknown(
    server: RecognitionServer, show: Show, fault: str
) -> None:
    server.fault(fault, times=1)
    found = show()
    assert found.keywords
    assert {keyword.confidence for keyword in found.keywords} == {None}


def test_half_of_the_json_gives_the_keywords_that_are_whole(
    server: RecognitionServer, show: Show
) -> None:
    usual = show()
    server.fault("half-json", times=1)
    half = show().keywords
    assert half
    assert half == usual.keywords[: len(half)]


@pytest.mark.parametrize("fault", ["closed", "short", "short-chunk"])
def test_a_connection_that_breaks_is_the_cores_business(
    server: RecognitionServer, show: Show, fault: str
) -> None:
    server.fault(fault, times=1)
    with pytest.raises(httpx.RequestError):
        show()


@pytest.mark.parametrize(
    ("limit", "kind"), [("quota=1", QuotaError), ("rate=0.01", RateLimitedError)]
)
def test_the_limits_of_the_account_are_told(
    recognition_server: Callable[..., RecognitionServer],
    show: Show,
    limit: str,
    kind: type[ProviderError],
) -> None:
    base_url = recognition_server("--account", f"openai:{limit}").url + "/openai/v1"
    show(base_url=base_url, model="vision", api_key=None)
    with pytest.raises(kind):
        show(base_url=base_url, model="vision", api_key=None)
