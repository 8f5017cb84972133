"""One token for all workers, whoever fetches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.ledger.tokens import SealedToken

if TYPE_CHECKING:
    from tests.tagbridge.ledger.conftest import Place


def test_there_is_none_at_first(place: Place) -> None:
    assert place.open().tokens.look("known") == SealedToken(serial=0, sealed=None)


def test_one_worker_at_a_time_may_fetch_the_next(place: Place) -> None:
    one, other = place.open().tokens, place.open().tokens

    assert one.lease("known", 0, 30.0)
    assert not other.lease("known", 0, 30.0)
    assert other.lease("another", 0, 30.0)

    one.store("known", 0, b"first")
    assert other.look("known") == SealedToken(serial=1, sealed=b"first")
    assert other.lease("known", 1, 30.0)


def test_who_gives_up_lets_another_one_try(place: Place) -> None:
    one, other = place.open().tokens, place.open().tokens
    assert one.lease("known", 0, 30.0)
    one.release("known", 0)
    assert other.lease("known", 0, 30.0)


def test_who_died_is_not_waited_for(place: Place) -> None:
    one, other = place.open().tokens, place.open().tokens
    assert one.lease("known", 0, -1.0)
    assert other.lease("known", 0, 30.0)


def test_who_is_late_neither_leases_nor_stores(place: Place) -> None:
    tokens = place.open().tokens
    assert tokens.lease("known", 0, 30.0)
    tokens.store("known", 0, b"first")

    tokens.store("known", 0, b"late")
    tokens.release("known", 0)

    assert tokens.look("known") == SealedToken(serial=1, sealed=b"first")
    assert not tokens.lease("known", 0, 30.0)
