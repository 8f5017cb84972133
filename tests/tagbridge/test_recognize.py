"""Asking providers: attempts, deadlines, limits, and strangers' faults."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge.recognize import LONGEST_WAIT_SECONDS, Answer, LentClient, Recognizer, ask_all
from tagbridge_hooks import (
    AccountError,
    Capability,
    ConfigError,
    Limits,
    MalformedAnswerError,
    MissingExtraError,
    ProviderError,
    ProviderInfo,
    ProviderSettings,
    QuotaError,
    RateLimitedError,
    Recognition,
    RejectedError,
    Rendition,
    TransientError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PICTURE = Rendition(data=b"jpeg", media_type="image/jpeg", width=1, height=1)
FINE = Recognition(provider="known", model="m")
Said = object  # a Recognition to return, an error to raise, a coroutine function to await


class Scripted:
    """A provider that says one thing after the other; the last one for ever."""

    def __init__(self, *script: Said) -> None:
        self.script = list(script)
        self.asked = 0
        self.at_once = self.most_at_once = 0
        self.closed = 0

    async def recognize(self, _rendition: Rendition) -> Recognition:
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            answer: Recognition = await self._next()
            return answer
        finally:
            self.at_once -= 1

    async def _next(self) -> Any:  # noqa: ANN401 - a stranger may return anything
        said = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(said, BaseException):
            raise said
        return await said() if callable(said) else said

    async def aclose(self) -> None:
        self.closed += 1


class Bench:
    """One recognizer around a provider; waiting is written down instead of done."""

    def __init__(
        self,
        provider: Scripted,
        *,
        opened: Callable[[], Any] | None = None,
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
        **settings: Any,  # noqa: ANN401 - the keys of ProviderSettings
    ) -> None:
        self.provider = provider
        self.waits: list[float] = []
        self.openings = 0
        self._opened = opened
        info = ProviderInfo(
            name="known",
            title="Known",
            homepage="https://known.example",
            capabilities=frozenset({Capability.KEYWORDS}),
            open=self._open,
            limits=limits,
        )
        own = ProviderSettings(**settings)
        self.recognizer = Recognizer(info, own, LentClient(), sleep=self._sleep)

    def _open(self, _settings: object, _context: object) -> Any:  # noqa: ANN401 - as declared
        self.openings += 1
        return self._opened() if self._opened else self.provider

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)

    def ask(self, times: int = 1) -> list[Answer]:
        """Ask one after the other."""

        async def run() -> list[Answer]:
            return [await self.recognizer.ask(PICTURE) for _ in range(times)]

        return asyncio.run(run())

    def ask_at_once(self, times: int) -> list[Answer]:
        async def run() -> list[Answer]:
            return await asyncio.gather(*(self.recognizer.ask(PICTURE) for _ in range(times)))

        return asyncio.run(run())


def test_an_answer_is_passed_on() -> None:
    bench = Bench(Scripted(FINE))

    assert bench.ask() == [Answer(provider="known", recognition=FINE, calls=1)]
    assert bench.waits == []


@pytest.mark.parametrize("error", [TransientError("busy"), MalformedAnswerError("no JSON")])
def test_what_may_pass_is_tried_again_with_growing_waits(error: ProviderError) -> None:
    bench = Bench(Scripted(error, error, FINE))

    (answer,) = bench.ask()

    assert (answer.recognition, answer.calls) == (FINE, 3)
    first, second = bench.waits
    assert 0.5 <= first <= 1.5
    assert 1.0 <= second <= 3.0


def test_it_is_given_up_after_three_attempts() -> None:
    bench = Bench(Scripted(error := TransientError("busy")))

    (answer,) = bench.ask()

    assert (answer.recognition, answer.error, answer.calls) == (None, error, 3)
    assert len(bench.waits) == 2


def test_a_service_waits_as_long_as_it_asks_for() -> None:
    bench = Bench(Scripted(RateLimitedError("slowly", retry_after=7.5), FINE))

    assert bench.ask()[0].recognition == FINE
    assert bench.waits == [7.5]


@pytest.mark.parametrize("retry_after", [-5.0, float("nan"), 0.0])
def test_a_senseless_wait_is_none(retry_after: float) -> None:
    bench = Bench(Scripted(RateLimitedError("slowly", retry_after=retry_after), FINE))

    bench.ask()

    assert bench.waits == [0.0]


def test_a_service_that_wants_a_long_pause_is_not_asked_before() -> None:
    long = RateLimitedError("tomorrow", retry_after=LONGEST_WAIT_SECONDS + 1)
    bench = Bench(Scripted(long, FINE))

    (answer,) = bench.ask()

    assert (answer.error, answer.calls, bench.waits) == (long, 1, [])


def test_a_limit_without_a_time_is_waited_for_as_usual() -> None:
    bench = Bench(Scripted(RateLimitedError("slowly"), FINE))

    bench.ask()

    assert 0.5 <= bench.waits[0] <= 1.5


@pytest.mark.parametrize("error", [RejectedError("too small"), ProviderError("no")])
def test_what_will_not_pass_is_not_tried_again(error: ProviderError) -> None:
    bench = Bench(Scripted(error))

    (answer,) = bench.ask()

    assert (answer.error, answer.calls, bench.waits) == (error, 1, [])


def test_silence_ends_at_the_deadline() -> None:
    async def for_ever() -> None:
        await asyncio.Event().wait()

    bench = Bench(Scripted(for_ever), timeout_seconds=0.01)

    (answer,) = bench.ask()

    assert isinstance(answer.error, TransientError)
    assert "no answer in 0.01 s" in str(answer.error)
    assert answer.calls == 3
    assert bench.provider.at_once == 0


@pytest.mark.parametrize("error", [AccountError("wrong key"), QuotaError("used up")])
def test_a_closed_account_switches_the_provider_off(
    error: ProviderError, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(Scripted(error, FINE))

    answers = bench.ask(times=3)

    assert bench.provider.asked == 1
    assert [a.error for a in answers] == [error] * 3
    assert len([r for r in caplog.records if "not asked any more" in r.message]) == 1


def test_a_used_up_allowance_comes_back_at_its_time() -> None:
    past = QuotaError("used up", resets_at=datetime.now(UTC) - timedelta(seconds=1))
    bench = Bench(Scripted(past, FINE))

    first, second = bench.ask(times=2)

    assert (first.error, second.recognition) == (past, FINE)


def test_a_used_up_allowance_is_kept_until_its_time() -> None:
    future = QuotaError("used up", resets_at=datetime.now(UTC) + timedelta(hours=1))
    bench = Bench(Scripted(future, FINE))

    assert [a.error for a in bench.ask(times=2)] == [future, future]


def test_a_provider_that_is_off_does_not_hold_on_to_the_pictures_it_refuses() -> None:
    bench = Bench(Scripted(AccountError("wrong key")))

    *_, last = bench.ask(times=200)

    assert last.error
    assert frames_of(last.error) < 10


def frames_of(error: BaseException) -> int:
    count, traceback = 0, error.__traceback__
    while traceback:
        count, traceback = count + 1, traceback.tb_next
    return count


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(ValueError("secret canary-4f1c"), id="exception"),
        pytest.param(SystemExit(3), id="exit"),
        pytest.param(asyncio.CancelledError(), id="cancelled"),
        pytest.param(None, id="None"),
        pytest.param({"keywords": []}, id="dict"),
        pytest.param(Recognition(provider="other", model="m"), id="another's name"),
    ],
)
def test_a_fault_of_a_plugin_costs_only_its_own_answer(fault: Said) -> None:
    bench = Bench(Scripted(fault))

    (answer,) = bench.ask()

    assert type(answer.error) is ProviderError
    assert "known: fault in the plugin" in str(answer.error)
    assert "canary" not in str(answer.error)
    assert answer.calls == 1


def test_a_lost_connection_may_pass() -> None:
    bench = Bench(Scripted(httpx.ConnectError("https://u:canary-4f1c@host"), FINE))

    (answer,) = bench.ask()

    assert (answer.recognition, answer.calls) == (FINE, 2)


def test_a_lost_connection_is_told_without_its_address() -> None:
    bench = Bench(Scripted(httpx.ReadTimeout("https://host/?key=canary-4f1c")))

    (answer,) = bench.ask()

    assert str(answer.error) == "known: no connection (ReadTimeout)"


def test_it_is_opened_once_by_the_first_who_asks() -> None:
    bench = Bench(Scripted(FINE))
    assert bench.openings == 0

    bench.ask_at_once(20)

    assert bench.openings == 1


@pytest.mark.parametrize("error", [ConfigError("no model"), MissingExtraError("pip install x")])
def test_a_provider_that_cannot_be_opened_is_off_and_says_why(error: Exception) -> None:
    def fail() -> None:
        raise error

    bench = Bench(Scripted(FINE), opened=fail)

    answers = bench.ask(times=3)

    assert bench.openings == 1
    assert all(isinstance(a.error, AccountError) and str(error) in str(a.error) for a in answers)


def test_a_crash_while_opening_is_a_fault_of_the_plugin() -> None:
    bench = Bench(Scripted(FINE), opened=lambda: 1 // 0)

    assert "fault in the plugin (ZeroDivisionError)" in str(bench.ask()[0].error)


@pytest.mark.parametrize(
    ("settings", "limits", "expected"),
    [(4, None, 4), (4, 2, 2), (2, 4, 2), (1, None, 1)],
)
def test_no_more_pictures_at_once_than_both_allow(
    settings: int, limits: int | None, expected: int
) -> None:
    async def a_while() -> Recognition:
        for _ in range(20):
            await asyncio.sleep(0)
        return FINE

    bench = Bench(Scripted(a_while), concurrency=settings, limits=Limits(concurrency=limits))

    bench.ask_at_once(12)

    assert bench.provider.most_at_once == expected


def test_all_are_asked_at_once_and_one_failure_leaves_the_others() -> None:
    met = asyncio.Barrier(2)

    async def after_meeting() -> Recognition:
        await met.wait()
        return FINE

    async def fail_after_meeting() -> None:
        await met.wait()
        raise RejectedError("no")

    benches = [Bench(Scripted(after_meeting)), Bench(Scripted(fail_after_meeting))]

    async def run() -> tuple[Answer, ...]:
        return await ask_all([b.recognizer for b in benches], {1024: PICTURE})

    good, bad = asyncio.run(run())
    assert good.recognition == FINE
    assert isinstance(bad.error, RejectedError)


def test_our_own_end_is_not_taken_for_a_fault() -> None:
    started = asyncio.Event()

    async def for_ever() -> None:
        started.set()
        await asyncio.Event().wait()

    bench = Bench(Scripted(for_ever))

    async def run() -> None:
        task = asyncio.create_task(bench.recognizer.ask(PICTURE))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())


def test_only_what_was_opened_is_closed_and_a_fault_in_it_is_survived() -> None:
    class Stubborn(Scripted):
        async def aclose(self) -> None:
            self.closed += 1
            raise RuntimeError("no")

    bench, unused = Bench(Stubborn(FINE)), Bench(Scripted(FINE))

    async def run() -> None:
        await bench.recognizer.ask(PICTURE)
        await bench.recognizer.aclose()
        await unused.recognizer.aclose()

    asyncio.run(run())
    assert (bench.provider.closed, unused.provider.closed) == (1, 0)


def test_the_lent_client_follows_no_redirect_and_is_closed() -> None:
    async def run() -> bool:
        lent = LentClient()
        client = lent.client
        assert not client.follow_redirects
        assert client is lent.client
        await lent.aclose()
        await LentClient().aclose()
        return client.is_closed

    assert asyncio.run(run())
