"""The provider with a real client and the service in a process of its own."""

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

TASK = "0a8c8186-aee8-47c8-9eaf-348103feb14d"
MULTI = "0a8c8186-aee8-47c8-9eaf-348103feb14e"
DIGEST = sha256(SAMPLES[0].data).hexdigest()


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_picture_gets_the_one_label_of_its_own(
    server: RecognitionServer, show: Show, api: str
) -> None:
    (keyword,) = show(api=api).keywords
    assert keyword.text == f"vize {DIGEST[:8]}"
    assert keyword.confidence is not None
    assert server.charged("vize") == {DIGEST: 1}


def test_a_multi_label_task_gives_several(show: Show) -> None:
    assert len(show(task_id=MULTI, multi_label=True).keywords) > 1
    assert len(show(task_id=MULTI).keywords) == 1


def test_the_same_service_at_its_other_address_answers_the_same(
    server: RecognitionServer, show: Show
) -> None:
    elsewhere = f"{server.url}/ximilar/recognition"
    assert len(show(base_url=elsewhere, version=1).keywords) == 1


@pytest.mark.parametrize("api", ["v1", "v2"])
@pytest.mark.parametrize("damaged", DAMAGED)
def test_a_picture_that_is_none_is_not_worth_sending_again(
    show: Show, api: str, damaged: Rendition
) -> None:
    with pytest.raises(RejectedError, match="picture"):
        show(damaged, api=api)


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_wrong_token_is_told(show: Show, api: str) -> None:
    with pytest.raises(AccountError, match=r"providers\.vize\.api_token"):
        show(api=api, api_token="guessed")  # noqa: S106 - that it is wrong is the point


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_task_of_somebody_else_is_told(show: Show, api: str) -> None:
    with pytest.raises(AccountError, match="tagbridge vize tasks"):
        show(api=api, task_id=TASK.replace("0a8c", "ffff"))


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_task_that_was_never_trained_is_told(
    server: RecognitionServer, show: Show, api: str
) -> None:
    made = httpx.post(
        f"{server.url}/vize/v2/task/",
        data={"name": "New"},
        headers={"Authorization": "Token sk-open-sesame"},
        trust_env=False,
    ).json()
    with pytest.raises(AccountError, match=f"tagbridge vize train {made['id']}"):
        show(api=api, task_id=made["id"])


def test_a_version_that_there_is_not_is_told(show: Show) -> None:
    with pytest.raises(AccountError, match=r"no version 9 .*providers\.vize\.version"):
        show(version=9)


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
        ("record-missing", MalformedAnswerError),
    ],
)
def test_a_bad_day_says_what_to_do_next(
    server: RecognitionServer, show: Show, fault: str, kind: type[ProviderError]
) -> None:
    server.fault(fault, times=1)
    with pytest.raises(kind):
        show()
    assert show().keywords


def test_without_the_ranking_the_best_label_is_enough_unless_several_may_be_right(
    server: RecognitionServer, show: Show
) -> None:
    server.fault("missing-list")
    assert len(show().keywords) == 1
    with pytest.raises(MalformedAnswerError):
        show(task_id=MULTI, multi_label=True)


@pytest.mark.parametrize("fault", ["bom", "score-text", "score-scale"])
@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_harmless_oddity_changes_nothing(
    server: RecognitionServer, show: Show, fault: str, api: str
) -> None:
    usual = show(api=api)
    server.fault(fault, times=1)
    odd = show(api=api)
    assert [word.text for word in odd.keywords] == [word.text for word in usual.keywords]
    assert odd.keywords[0].confidence == pytest.approx(usual.keywords[0].confidence)


@pytest.mark.parametrize("fault", ["score-nan", "score-null"])
def test_a_score_that_is_none_leaves_the_best_label(
    server: RecognitionServer, show: Show, fault: str
) -> None:
    server.fault(fault)
    assert [(word.text, word.confidence) for word in show().keywords] == [
        (f"vize {DIGEST[:8]}", None)
    ]
    assert show(task_id=MULTI, multi_label=True).keywords == ()


@pytest.mark.parametrize("fault", ["closed", "short", "short-chunk"])
def test_a_connection_that_breaks_is_the_cores_business(
    server: RecognitionServer, show: Show, fault: str
) -> None:
    server.fault(fault, times=1)
    with pytest.raises(httpx.RequestError):
        show()


def test_no_token_follows_a_redirect(server: RecognitionServer, show: Show) -> None:
    server.fault("redirect", times=1)
    with pytest.raises(AccountError):
        show()
    assert [note["path"] for note in server.asked()] == ["/vize/v2/classify"]


@pytest.mark.parametrize(
    ("limit", "kind"), [("quota=1", QuotaError), ("rate=0.01", RateLimitedError)]
)
def test_the_limits_of_the_account_are_told(
    recognition_server: Callable[..., RecognitionServer],
    show: Show,
    limit: str,
    kind: type[ProviderError],
) -> None:
    base_url = recognition_server("--account", f"vize:key=sk-open-sesame:{limit}").url + "/vize"
    show(base_url=base_url)
    with pytest.raises(kind):
        show(base_url=base_url)
