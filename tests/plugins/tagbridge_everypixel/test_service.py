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
    from tests.plugins.tagbridge_everypixel.conftest import Service


@pytest.mark.parametrize("rendition", SAMPLES)
def test_a_picture_gets_its_own_keywords_again_and_again(
    recognize: Callable[..., Recognition], service: Service, rendition: Rendition
) -> None:
    first, again = (recognize(service.table, rendition=rendition) for _ in range(2))
    digest = sha256(rendition.data).hexdigest()
    assert first.keywords[0].text == f"v1 {digest[:8]}"
    assert first == again
    assert [note["picture"] for note in service.asked()][-2:] == [digest, digest]


def test_it_asks_for_as_few_and_as_good_keywords_as_it_is_told(
    recognize: Callable[..., Recognition], service: Service
) -> None:
    assert len(recognize({**service.table, "num_keywords": 3}).keywords) == 3
    good = recognize({**service.table, "threshold": 0.8, "language": "de"}).keywords
    assert 0 < len(good) < 24
    assert all(word.confidence is not None and word.confidence >= 0.8 for word in good)


@pytest.mark.parametrize("key", ["client_id", "client_secret"])
def test_wrong_credentials_are_told(
    recognize: Callable[..., Recognition], service: Service, key: str
) -> None:
    with pytest.raises(AccountError, match="client_id or client_secret is wrong"):
        recognize({**service.table, key: "guessed"})


def test_a_picture_that_is_none_is_not_worth_sending_again(
    recognize: Callable[..., Recognition], service: Service
) -> None:
    with pytest.raises(RejectedError):
        recognize(service.table, rendition=DAMAGED[1])


def test_a_used_up_allowance_pauses_it(
    recognize: Callable[..., Recognition], start_service: Callable[..., Service]
) -> None:
    service = start_service("--quota", "2")
    for _ in range(2):
        recognize(service.table)
    with pytest.raises(QuotaError, match="2 requests per 86400 seconds"):
        recognize(service.table)
    assert [note["status"] for note in service.asked()] == [200, 200, 429]


def test_too_many_requests_a_second_slow_it_down(
    recognize: Callable[..., Recognition], start_service: Callable[..., Service]
) -> None:
    service = start_service("--rate", "0.01")  # one in a hundred seconds
    recognize(service.table)
    with pytest.raises(RateLimitedError):
        recognize(service.table)
