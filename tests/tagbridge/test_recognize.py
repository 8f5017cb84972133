"""Asking providers: deadlines, limits, pauses, and strangers' faults."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tagbridge.asking import ask_all
from tagbridge.choosing import terms_of
from tagbridge.config import Settings
from tagbridge.ledger.accounts import accounts
from tagbridge.questions import Answer
from tagbridge.recognize import Recognizer
from tagbridge.transport.errors import BadAnswerError
from tagbridge_hooks import (
    AccountError,
    Asset,
    Capability,
    ConfigError,
    Limits,
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
from tagbridge_hooks.responses import read_json
from tagbridge_hooks.testing import SAMPLES

if TYPE_CHECKING:
    from tagbridge.lending import Lending
    from tagbridge_hooks import ProviderContext
    from tests.fixtures.recognition import RecognitionServer

ASSET = Asset(path=Path("a.jpg"), media_type="image/jpeg", size=1, mtime_ns=1, identity="ab" * 32)
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
    """One recognizer around a provider."""

    def __init__(
        self,
        lending: Lending,
        provider: Scripted,
        *,
        opened: Callable[[], Any] | None = None,
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
        **settings: Any,  # noqa: ANN401 - the keys of ProviderSettings
    ) -> None:
        self.provider = provider
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
        self.recognizer = Recognizer(info, own, terms_of(info, own, Settings()), lending)

    def _open(self, _settings: object, _context: object) -> Any:  # noqa: ANN401 - as declared
        self.openings += 1
        return self._opened() if self._opened else self.provider

    def ask(self, times: int = 1) -> list[Answer]:
        """Ask one after the other."""

        async def run() -> list[Answer]:
            return [await self.recognizer.ask(ASSET, PICTURE) for _ in range(times)]

        return asyncio.run(run())

    def ask_at_once(self, times: int) -> list[Answer]:
        async def run() -> list[Answer]:
            asked = (self.recognizer.ask(ASSET, PICTURE) for _ in range(times))
            return await asyncio.gather(*asked)

        return asyncio.run(run())


MakeBench = Callable[..., Bench]


@pytest.fixture
def make(lending: Lending) -> MakeBench:
    return partial(Bench, lending)


def test_an_answer_is_passed_on(make: MakeBench) -> None:
    bench = make(Scripted(FINE))

    assert bench.ask() == [Answer(provider="known", recognition=FINE, calls=1)]


def test_silence_ends_at_the_deadline(make: MakeBench) -> None:
    async def for_ever() -> None:
        await asyncio.Event().wait()

    bench = make(Scripted(for_ever), timeout_seconds=0.01)

    (answer,) = bench.ask()

    assert isinstance(answer.error, TransientError)
    assert "no answer in 0.01 s" in str(answer.error)
    assert answer.calls == 1
    assert bench.provider.at_once == 0


@pytest.mark.parametrize("error", [AccountError("wrong key"), QuotaError("used up")])
def test_a_closed_account_switches_the_provider_off(
    error: ProviderError, caplog: pytest.LogCaptureFixture, make: MakeBench
) -> None:
    bench = make(Scripted(error, FINE))

    answers = bench.ask(times=3)

    assert bench.provider.asked == 1
    assert [(type(a.error), str(a.error)) for a in answers] == [(type(error), str(error))] * 3
    assert len([r for r in caplog.records if "known is not asked" in r.getMessage()]) == 1
    assert [a.calls for a in answers] == [1, 0, 0]


def test_a_used_up_allowance_comes_back_at_its_time(make: MakeBench) -> None:
    past = QuotaError("used up", resets_at=datetime.now(UTC) - timedelta(seconds=1))
    bench = make(Scripted(past, FINE))

    first, second = bench.ask(times=2)

    assert (first.error, second.recognition) == (past, FINE)


def test_a_used_up_allowance_is_kept_until_its_time(make: MakeBench) -> None:
    future = QuotaError("used up", resets_at=datetime.now(UTC) + timedelta(hours=1))
    bench = make(Scripted(future, FINE))

    _, second = bench.ask(times=2)

    assert isinstance(second.error, QuotaError)
    assert second.error.resets_at == future.resets_at


def test_a_provider_that_is_off_does_not_hold_on_to_the_pictures_it_refuses(
    make: MakeBench,
) -> None:
    bench = make(Scripted(AccountError("wrong key")))

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
def test_a_fault_of_a_plugin_costs_only_its_own_answer(fault: Said, make: MakeBench) -> None:
    bench = make(Scripted(fault))

    (answer,) = bench.ask()

    assert type(answer.error) is ProviderError
    assert "known: fault in the plugin" in str(answer.error)
    assert "canary" not in str(answer.error)
    assert answer.calls == 1


def test_a_lost_connection_may_pass(make: MakeBench) -> None:
    bench = make(Scripted(httpx.ConnectError("https://u:canary-4f1c@host"), FINE))

    first, second = bench.ask(times=2)

    assert isinstance(first.error, TransientError)
    assert second.recognition == FINE


@pytest.mark.parametrize(
    "error", [TransientError("busy"), RejectedError("too small"), ProviderError("no")]
)
def test_what_concerns_one_picture_does_not_switch_the_provider_off(
    make: MakeBench, error: ProviderError
) -> None:
    bench = make(Scripted(error, FINE))

    first, second = bench.ask(times=2)

    assert (first.error, first.calls, second.recognition) == (error, 1, FINE)


@pytest.mark.parametrize(("seconds", "asked"), [(None, 2), (3.0, 2), (60.0, 1)])
def test_a_long_pause_that_a_service_asks_for_is_kept_by_all(
    make: MakeBench, seconds: float | None, asked: int
) -> None:
    bench = make(Scripted(RateLimitedError("slowly", retry_after=seconds), FINE))

    _, second = bench.ask(times=2)

    assert bench.provider.asked == asked
    if asked == 1:
        assert isinstance(second.error, RateLimitedError)
        assert 50.0 < (second.error.retry_after or 0.0) <= 60.0


def test_a_pause_holds_for_the_next_process_as_well(make: MakeBench) -> None:
    make(Scripted(AccountError("wrong key"))).ask()
    other = make(Scripted(FINE))

    (answer,) = other.ask()

    assert (str(answer.error), other.provider.asked) == ("wrong key", 0)


def test_a_lost_connection_is_told_without_its_address(make: MakeBench) -> None:
    bench = make(Scripted(httpx.ReadTimeout("https://host/?key=canary-4f1c")))

    (answer,) = bench.ask()

    assert str(answer.error) == "known: no connection (ReadTimeout)"


def test_it_is_opened_once_by_the_first_who_asks(make: MakeBench) -> None:
    bench = make(Scripted(FINE))
    assert bench.openings == 0

    bench.ask_at_once(20)

    assert bench.openings == 1


@pytest.mark.parametrize("error", [ConfigError("no model"), MissingExtraError("pip install x")])
def test_a_provider_that_cannot_be_opened_is_off_and_says_why(
    error: Exception, make: MakeBench
) -> None:
    def fail() -> None:
        raise error

    bench = make(Scripted(FINE), opened=fail)

    answers = bench.ask(times=3)

    assert bench.openings == 1
    assert all(isinstance(a.error, AccountError) and str(error) in str(a.error) for a in answers)


def test_a_crash_while_opening_is_a_fault_of_the_plugin(make: MakeBench) -> None:
    bench = make(Scripted(FINE), opened=lambda: 1 // 0)

    assert "fault in the plugin (ZeroDivisionError)" in str(bench.ask()[0].error)


@pytest.mark.parametrize(
    ("settings", "limits", "expected"),
    [(4, None, 4), (4, 2, 2), (2, 4, 2), (1, None, 1)],
)
def test_no_more_pictures_at_once_than_both_allow(
    settings: int, limits: int | None, expected: int, make: MakeBench
) -> None:
    full = asyncio.Event()

    async def a_while() -> Recognition:
        if bench.provider.most_at_once >= expected:
            full.set()
        await full.wait()
        for _ in range(20):  # more than so many have the time to come
            await asyncio.sleep(0)
        return FINE

    bench = make(Scripted(a_while), concurrency=settings, limits=Limits(concurrency=limits))

    bench.ask_at_once(12)

    assert bench.provider.most_at_once == expected


def test_all_are_asked_at_once_and_one_failure_leaves_the_others(make: MakeBench) -> None:
    met = asyncio.Barrier(2)

    async def after_meeting() -> Recognition:
        await met.wait()
        return FINE

    async def fail_after_meeting() -> None:
        await met.wait()
        raise RejectedError("no")

    benches = [make(Scripted(after_meeting)), make(Scripted(fail_after_meeting))]

    async def run() -> tuple[Answer, ...]:
        return await ask_all([b.recognizer for b in benches], ASSET, {1024: PICTURE})

    good, bad = asyncio.run(run())
    assert good.recognition == FINE
    assert isinstance(bad.error, RejectedError)


def test_our_own_end_is_not_taken_for_a_fault(make: MakeBench) -> None:
    started = asyncio.Event()

    async def for_ever() -> None:
        started.set()
        await asyncio.Event().wait()

    bench = make(Scripted(for_ever))

    async def run() -> None:
        task = asyncio.create_task(bench.recognizer.ask(ASSET, PICTURE))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())


def test_only_what_was_opened_is_closed_and_a_fault_in_it_is_survived(make: MakeBench) -> None:
    class Stubborn(Scripted):
        async def aclose(self) -> None:
            self.closed += 1
            raise RuntimeError("no")

    bench, unused = make(Stubborn(FINE)), make(Scripted(FINE))

    async def run() -> None:
        await bench.recognizer.ask(ASSET, PICTURE)
        await bench.recognizer.aclose()
        await unused.recognizer.aclose()

    asyncio.run(run())
    assert (bench.provider.closed, unused.provider.closed) == (1, 0)


class Customer:
    """A provider of the recognition services that sends each picture once."""

    def __init__(self, url: str, context: ProviderContext) -> None:
        self._url = url
        self._client = context.client

    async def recognize(self, rendition: Rendition) -> Recognition:
        files = {"data": ("p.jpg", rendition.data)}
        response = await self._client.post(self._url, files=files, headers={"X-Key": "key"})
        read_json(response, "known")
        return FINE

    async def aclose(self) -> None:
        """Have nothing to give back."""


def test_how_often_an_answer_made_no_sense_is_known_whatever_went_wrong_before(
    lending: Lending, recognition_server: Callable[..., RecognitionServer]
) -> None:
    server = recognition_server()
    for fault in ("503", "500", "html", "502", "truncated"):
        server.fault(fault, times=1)
    info = ProviderInfo(
        name="known",
        title="Known",
        homepage="https://known.example",
        capabilities=frozenset({Capability.KEYWORDS}),
        open=lambda _settings, context: Customer(f"{server.url}/plain/keywords", context),
    )
    settings = ProviderSettings()
    recognizer = Recognizer(info, settings, terms_of(info, settings, Settings()), lending)

    async def run() -> list[Answer]:
        answers = [await recognizer.ask(ASSET, SAMPLES[0]) for _ in range(6)]
        await lending.courier.aclose()
        return answers

    errors = [answer.error for answer in asyncio.run(run())]

    assert [isinstance(error, TransientError) for error in errors[:2]] == [True, True]
    bad = [error.tries for error in errors if isinstance(error, BadAnswerError)]
    assert bad == [1, 2]
    assert errors[-1] is None


class Counted:
    """A provider whose service says what is left; it tells of the first picture at the very end.

    Attributes:
        left: What is said after each picture.
        sent: The first picture was.
        over: The first answer may be told.
    """

    def __init__(self, url: str, *left: int) -> None:
        self.left = list(left)
        self.sent, self.over = asyncio.Event(), asyncio.Event()
        self._url = url

    def open(self, _settings: object, context: ProviderContext) -> Counted:
        self._client = context.client
        return self

    async def recognize(self, rendition: Rendition) -> Recognition:
        left = self.left.pop(0)
        files = {"data": ("p.jpg", rendition.data)}
        await self._client.post(self._url, files=files, headers={"X-Key": "key"})
        if not self.sent.is_set():
            self.sent.set()
            await self.over.wait()
        return Recognition(provider="known", model="m", remaining=left)

    async def aclose(self) -> None:
        """Have nothing to give back."""


@pytest.mark.parametrize(
    ("said", "known"),
    [
        pytest.param((4, 2), 2, id="asked at the same time: the lowest"),
        pytest.param((0, 0), 0, id="nothing"),
        pytest.param((4, 2, 9), 9, id="asked since: what was said last"),
    ],
)
def test_a_late_answer_does_not_say_what_is_left_now(
    said: tuple[int, ...],
    known: int,
    lending: Lending,
    recognition_server: Callable[..., RecognitionServer],
) -> None:
    provider = Counted(f"{recognition_server().url}/plain/keywords", *said)
    info = ProviderInfo(
        name="known",
        title="Known",
        homepage="https://known.example",
        capabilities=frozenset({Capability.KEYWORDS}),
        open=provider.open,
    )
    settings = ProviderSettings()
    recognizer = Recognizer(info, settings, terms_of(info, settings, Settings()), lending)
    assets = [replace(ASSET, identity=f"{number:064x}") for number in range(len(said))]

    async def run() -> list[Answer]:
        late = asyncio.create_task(recognizer.ask(assets[0], SAMPLES[0]))
        await provider.sent.wait()
        answers = [await recognizer.ask(assets[1], SAMPLES[0])]
        provider.over.set()
        answers.append(await late)
        answers += [await recognizer.ask(asset, SAMPLES[0]) for asset in assets[2:]]
        await lending.courier.aclose()
        return answers

    assert [answer.error for answer in asyncio.run(run())] == [None] * len(said)
    found = lending.ledger.database.read(lambda c: accounts(c, time.time(), ())).each["known"]
    assert found.allowance is not None
    assert found.allowance.remaining == known
    assert (found.pause and found.pause.kind) == (None if known else "quota")
