"""The provider with a real client and the service in a process of its own."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tagbridge_hooks import AccountError, QuotaError, RateLimitedError, RejectedError
from tagbridge_hooks.testing import DAMAGED, SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition, Rendition
    from tests.fixtures.recognition import RecognitionServer

    Show = Callable[..., Recognition]


@pytest.mark.parametrize("rendition", SAMPLES)
def test_a_picture_gets_its_own_keywords_again_and_again(
    show: Show, server: RecognitionServer, rendition: Rendition
) -> None:
    first, again = (show(rendition) for _ in range(2))
    digest = sha256(rendition.data).hexdigest()
    assert first.keywords[0].text == f"v1 {digest[:8]}"
    assert first == again
    assert [note["picture"] for note in server.asked()] == [digest, digest]


def test_it_asks_for_as_few_and_as_good_keywords_as_it_is_told(show: Show) -> None:
    assert len(show(num_keywords=3).keywords) == 3
    good = show(threshold=0.8, language="de").keywords
    assert 0 < len(good) < 24
    assert all(word.confidence is not None and word.confidence >= 0.8 for word in good)


@pytest.mark.parametrize("key", ["client_id", "client_secret"])
def test_wrong_credentials_are_told(show: Show, key: str) -> None:
    with pytest.raises(AccountError, match="client_id or client_secret is wrong"):
        show(**{key: "guessed"})


def test_a_picture_that_is_none_is_not_worth_sending_again(show: Show) -> None:
    with pytest.raises(RejectedError):
        show(DAMAGED[1])


def test_a_used_up_allowance_pauses_it(
    show: Show, recognition_server: Callable[..., RecognitionServer], options: tuple[str, ...]
) -> None:
    server = recognition_server(*options, "--quota", "2")
    base_url = f"{server.url}/v1"
    for _ in range(2):
        show(base_url=base_url)
    with pytest.raises(QuotaError, match="2 requests per 86400 seconds"):
        show(base_url=base_url)
    assert [note["status"] for note in server.asked()] == [200, 200, 429]


def test_too_many_requests_a_second_slow_it_down(
    show: Show, recognition_server: Callable[..., RecognitionServer], options: tuple[str, ...]
) -> None:
    rate = "0.01"  # one in a hundred seconds
    base_url = f"{recognition_server(*options, '--rate', rate).url}/v1"
    show(base_url=base_url)
    with pytest.raises(RateLimitedError):
        show(base_url=base_url)
