"""The account of what was asked, and what an error means for the stored answers."""

from __future__ import annotations

import httpx
import pytest

from tagbridge.ledger.terms import CallKey, Terms
from tagbridge.transport.question import CALL_KEY, Asked, Question
from tagbridge_hooks import TransientError


def key(name: str) -> CallKey:
    return CallKey(
        identity="00" * 32, media_type="image/jpeg", provider="known", fingerprint=name.encode()
    )


def question(*calls: tuple[str, int | None, bool]) -> Question:
    asked = Question(
        identity="00" * 32,
        media_type="image/jpeg",
        provider="known",
        picture=b"picture",
        secrets=(),
        terms=Terms(provider="known"),
    )
    for name, status, sent in calls:
        asked.note(name.encode(), Asked(key=key(name), status=status, sent=sent))
    return asked


@pytest.mark.parametrize(
    ("calls", "refused"),
    [
        pytest.param([], [], id="nothing was asked"),
        pytest.param([("a", 200, True)], ["a"], id="the only answer"),
        pytest.param([("a", 200, True), ("b", 200, True)], ["b"], id="the last answer"),
        pytest.param([("a", 200, False), ("b", 200, True)], ["b"], id="a replay was good enough"),
        pytest.param([("a", 200, True), ("b", 200, False)], ["b"], id="the last, though replayed"),
        pytest.param(
            [("a", 200, False), ("b", 200, False)], ["a", "b"], id="all, when all were replayed"
        ),
        pytest.param([("a", 200, False), ("a", 200, False)], ["a"], id="each but once"),
        pytest.param([("a", 200, True), ("b", None, True)], [], id="the last had no answer"),
        pytest.param([("a", 200, False), ("b", None, False)], [], id="the last was not allowed"),
    ],
)
def test_after_an_error_the_answer_that_caused_it_is_refused(
    calls: list[tuple[str, int | None, bool]], refused: list[str]
) -> None:
    assert question(*calls).keys_to_refuse() == tuple(map(key, refused))


def test_an_error_may_name_the_answers_that_caused_it() -> None:
    asked = question(("a", 200, True), ("b", 200, True))
    error = TransientError("a")
    bad = httpx.Response(200, extensions={CALL_KEY: key("a")})

    error.responses = (bad, httpx.Response(200))
    assert asked.keys_to_refuse(error) == (key("a"),)
    error.responses = ()
    assert asked.keys_to_refuse(error) == ()


@pytest.mark.parametrize(
    ("calls", "kept"),
    [
        pytest.param([], [], id="nothing was asked"),
        pytest.param([("a", 200, True)], [], id="a good answer is kept anyway"),
        pytest.param([("a", 200, True), ("b", 400, True)], ["b"], id="a failed one"),
        pytest.param([("a", 503, True), ("a", 200, True)], [], id="failed at first"),
        pytest.param([("a", None, True)], [], id="there is nothing to keep"),
    ],
)
def test_after_a_rejection_the_failed_answers_are_kept(
    calls: list[tuple[str, int | None, bool]], kept: list[str]
) -> None:
    assert question(*calls).keys_to_keep() == tuple(map(key, kept))


def test_only_what_went_over_the_network_is_counted() -> None:
    asked = question(("a", 200, False), ("b", 200, True), ("c", None, True), ("d", None, False))

    assert asked.network_calls == 2


def test_a_request_is_repeated_only_by_good_answers() -> None:
    asked = question(("a", 503, True), ("a", 200, True), ("a", None, True), ("a", 201, False))

    assert asked.occurrence(b"a") == 2
    assert asked.occurrence(b"b") == 0


@pytest.mark.parametrize(
    ("calls", "is_fresh"),
    [
        pytest.param([], False, id="nothing was asked"),
        pytest.param([("a", 200, True), ("b", 200, True)], True, id="all were asked"),
        pytest.param([("a", 200, False), ("b", 200, True)], False, id="one is an old answer"),
        pytest.param(
            [("a", None, False), ("a", 200, True)], True, id="one was not allowed at first"
        ),
    ],
)
def test_an_answer_is_of_today_when_nothing_of_it_was_stored(
    calls: list[tuple[str, int | None, bool]], *, is_fresh: bool
) -> None:
    assert question(*calls).is_fresh is is_fresh
