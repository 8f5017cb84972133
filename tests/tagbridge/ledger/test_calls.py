"""A paid call is made once, and its answer is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tagbridge.ledger import Busy, CallKey, Go, Held, StoredAnswer, Terms
from tagbridge.ledger.accounts import accounts
from tagbridge.ledger.terms import Full

if TYPE_CHECKING:
    from tagbridge.ledger import Ledger
    from tests.tagbridge.ledger.conftest import Spent

KEY = CallKey(identity="ab" * 32, media_type="image/jpeg", provider="p", fingerprint=b"f" * 16)
OTHERS = [
    replace(KEY, identity="cd" * 32),
    replace(KEY, provider="q"),
    replace(KEY, fingerprint=b"g" * 16),
]
TERMS = Terms(provider="p", price=0.25, currency="EUR")
HEADERS = (("content-type", "application/json"), ("retry-after", "3"))
ANSWER = StoredAnswer(status=200, headers=HEADERS, body=bytes(range(256)))
SECOND = "u"
REFUSAL = StoredAnswer(status=400, body=b"no")


@pytest.fixture
def courier(ledger: Ledger) -> str:
    return ledger.workers.join("courier")


def charged(ledger: Ledger) -> list[tuple[bool, int]]:
    query = "SELECT charged, cost FROM call ORDER BY id"
    return ledger.database.read(lambda c: [(bool(flag), cost) for flag, cost in c.execute(query)])


def begin(ledger: Ledger, courier: str, attempt: str = "t", key: CallKey = KEY) -> object:
    return ledger.calls.begin(
        key, replace(TERMS, provider=key.provider), courier=courier, token=attempt
    )


def test_an_answer_is_stored_and_given_for_ever(ledger: Ledger, courier: str, spent: Spent) -> None:
    assert ledger.calls.look_up(KEY) is None
    assert begin(ledger, courier) == Go()

    ledger.calls.finish("t", ANSWER)

    assert ledger.calls.look_up(KEY) == ANSWER
    assert begin(ledger, courier, "later") == ANSWER
    assert spent(ledger) == {"all": (1, 0), "provider/p": (1, 250_000), "cost/EUR": (1, 250_000)}


def test_how_often_a_call_was_charged_is_known_and_what_a_service_refused_does_not_count(
    ledger: Ledger, courier: str
) -> None:
    for attempt in ("first", "second"):
        begin(ledger, courier, attempt)
        ledger.calls.finish(attempt, ANSWER)
        ledger.calls.refuse([KEY])
    begin(ledger, courier, "third")
    ledger.calls.finish("third", replace(ANSWER, status=503))
    begin(ledger, courier, key=OTHERS[0])

    assert ledger.calls.charges([KEY]) == 2
    assert ledger.calls.charges([*OTHERS, KEY]) == 2
    assert ledger.calls.charges(OTHERS) == 1
    assert ledger.calls.charges([]) == 0


@pytest.mark.parametrize("other", OTHERS, ids=["picture", "provider", "request"])
def test_another_question_is_another_call(other: CallKey, ledger: Ledger, courier: str) -> None:
    begin(ledger, courier)
    ledger.calls.finish("t", ANSWER)

    assert ledger.calls.look_up(other) is None
    assert begin(ledger, courier, "u", other) == Go()


def test_a_call_under_way_is_not_made_by_another_one(
    ledger: Ledger, courier: str, spent: Spent
) -> None:
    begin(ledger, courier)

    assert ledger.calls.look_up(KEY) == Busy(courier=courier)
    assert begin(ledger, courier, "u") == Busy(courier=courier)
    assert spent(ledger)["all"] == (1, 0)


def test_the_same_attempt_is_permitted_again_and_counted_once(
    ledger: Ledger, courier: str, spent: Spent
) -> None:
    assert begin(ledger, courier) == Go()
    assert begin(ledger, courier) == Go()

    assert spent(ledger)["provider/p"] == (1, 250_000)


def test_what_a_service_refuses_is_a_call_but_costs_nothing(
    ledger: Ledger, courier: str, spent: Spent
) -> None:
    begin(ledger, courier)
    ledger.calls.finish("t", REFUSAL)
    ledger.calls.finish("t", REFUSAL)  # its commit was not known

    assert ledger.calls.look_up(KEY) is None
    assert spent(ledger) == {"all": (1, 0), "provider/p": (1, 0), "cost/EUR": (1, 0)}
    assert charged(ledger) == [(False, 0)]
    assert begin(ledger, courier, "u") == Go()
    assert charged(ledger) == [(True, 250_000)]


def test_what_never_left_is_no_call(ledger: Ledger, courier: str, spent: Spent) -> None:
    begin(ledger, courier)
    ledger.calls.fail("t", sent=False)
    ledger.calls.fail("t", sent=False)

    assert ledger.calls.look_up(KEY) is None
    assert spent(ledger)["provider/p"] == (0, 0)
    assert charged(ledger) == [(False, 0)]


def test_what_was_sent_and_not_answered_stays_charged(
    ledger: Ledger, courier: str, spent: Spent
) -> None:
    begin(ledger, courier)
    ledger.calls.fail("t", sent=True)

    assert spent(ledger)["provider/p"] == (1, 250_000)
    assert begin(ledger, courier, "u") == Go()
    assert charged(ledger) == [(True, 500_000)]


def test_a_refusal_can_be_the_last_word(ledger: Ledger, courier: str) -> None:
    begin(ledger, courier)
    ledger.calls.finish("t", REFUSAL)
    ledger.calls.keep([KEY])

    assert ledger.calls.look_up(KEY) == REFUSAL
    assert begin(ledger, courier, "u") == REFUSAL


def test_only_a_stored_answer_can_be_kept(ledger: Ledger, courier: str) -> None:
    begin(ledger, courier)
    ledger.calls.fail("t", sent=True)
    ledger.calls.keep([KEY, *OTHERS])

    assert ledger.calls.look_up(KEY) is None


def test_a_useless_answer_is_asked_for_again_and_stays_paid(ledger: Ledger, courier: str) -> None:
    begin(ledger, courier)
    ledger.calls.finish("t", ANSWER)
    ledger.calls.refuse([KEY])

    assert ledger.calls.look_up(KEY) is None
    assert charged(ledger) == [(True, 250_000)]
    assert begin(ledger, courier, "u") == Go()
    ledger.calls.finish("u", REFUSAL)
    assert charged(ledger) == [(True, 250_000)]


def test_the_call_of_a_dead_courier_is_held_for_a_person(
    ledger: Ledger, courier: str, spent: Spent
) -> None:
    begin(ledger, courier)
    ledger.workers.leave(courier)
    other = ledger.workers.join("courier")

    assert ledger.calls.look_up(KEY) is None
    assert isinstance(begin(ledger, other, "u"), Held)
    assert isinstance(begin(ledger, other, "u"), Held)
    assert spent(ledger)["provider/p"] == (1, 250_000)

    assert ledger.calls.resend_held(None) == 1
    assert begin(ledger, other, "u") == Go()
    assert spent(ledger)["provider/p"] == (2, 500_000)


def test_the_call_of_a_dead_courier_is_sent_again_if_the_user_says_so(
    ledger: Ledger, courier: str, spent: Spent
) -> None:
    begin(ledger, courier)
    ledger.workers.leave(courier)
    other = ledger.workers.join("courier")
    terms = replace(TERMS, in_doubt="resend")

    assert ledger.calls.begin(KEY, terms, courier=other, token=SECOND) == Go()

    ledger.calls.finish("u", REFUSAL)
    assert charged(ledger) == [(True, 250_000)]  # the first one, for ever
    assert spent(ledger)["cost/EUR"] == (2, 250_000)


def test_the_late_answer_of_a_courier_that_was_thought_dead_is_taken(
    ledger: Ledger, courier: str
) -> None:
    begin(ledger, courier)
    ledger.workers.leave(courier)
    assert ledger.calls.settle_dead() == 1

    ledger.calls.finish("t", ANSWER)

    assert ledger.calls.look_up(KEY) == ANSWER


def test_only_the_calls_of_dead_couriers_come_in_doubt(ledger: Ledger, courier: str) -> None:
    other = ledger.workers.join("courier")
    begin(ledger, courier)
    begin(ledger, other, "u", OTHERS[0])
    ledger.workers.leave(other)

    assert ledger.calls.settle_dead() == 1
    assert ledger.calls.settle_dead() == 0

    account = ledger.database.read(lambda c: accounts(c, 0.0, {courier})).each["p"]
    assert (account.in_flight, account.in_doubt) == (1, 1)


def test_only_the_calls_of_the_given_pictures_are_sent_again(ledger: Ledger, courier: str) -> None:
    begin(ledger, courier)
    begin(ledger, courier, "u", OTHERS[0])
    ledger.workers.leave(courier)
    ledger.calls.settle_dead()

    assert ledger.calls.resend_held([KEY.identity, "ef" * 32]) == 1
    query = "SELECT identity FROM asset JOIN call ON asset_id = asset.id WHERE state = 'doubt'"
    doubts = ledger.database.read(lambda c: [n for (n,) in c.execute(query)])
    assert doubts == [bytes.fromhex(OTHERS[0].identity)]


def test_terms_come_back_from_json() -> None:
    assert Terms.from_json(TERMS.to_json()) == TERMS


def test_no_more_calls_are_under_way_than_the_account_may_have(
    ledger: Ledger, courier: str, spent: Spent
) -> None:
    terms = replace(TERMS, concurrency=2)
    keys = [replace(KEY, identity=f"{number:064x}") for number in range(4)]

    def ask(number: int, by: str = courier) -> object:
        return ledger.calls.begin(keys[number], terms, courier=by, token=str(number))

    assert ask(0, "dead") == ask(1) == ask(2) == Go()  # who is dead has nothing under way
    assert ask(3) == Full()
    assert ledger.calls.is_full(terms)
    assert not ledger.calls.is_full(replace(terms, provider="q"))
    assert spent(ledger)["provider/p"] == (3, 750_000)

    ledger.calls.finish("1", ANSWER)
    assert not ledger.calls.is_full(terms)
    assert ask(3) == Go()
