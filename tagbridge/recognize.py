"""Ask the providers: each within its limits and deadline, all of them at once."""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge_hooks import (
    AccountError,
    ConfigError,
    MalformedAnswerError,
    PluginError,
    Provider,
    ProviderError,
    ProviderInfo,
    ProviderSettings,
    QuotaError,
    RateLimitedError,
    Recognition,
    Rendition,
    TransientError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    import httpx

log = logging.getLogger(__name__)

ATTEMPTS = 3
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one question to one provider.

    Attributes:
        provider: Its name.
        recognition: What it said, or None.
        error: Why it said nothing, or None.
        calls: How often it was asked, repeated attempts included.
    """

    provider: str
    recognition: Recognition | None = None
    error: ProviderError | None = None
    calls: int = 0


class LentClient:
    """The HTTP client that providers share; made when the first one asks for it."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None

    @property
    def client(self) -> httpx.AsyncClient:
        """Return the client; it follows no redirect, so no key can leave for another host."""
        if self._client is None:
            import httpx  # noqa: PLC0415 - the offline default never needs it

            # httpx logs every URL at INFO, and some services want keys in them.
            logging.getLogger("httpx").setLevel(logging.WARNING)
            logging.getLogger("httpcore").setLevel(logging.WARNING)
            self._client = httpx.AsyncClient(
                follow_redirects=False, headers={"User-Agent": "tagbridge"}
            )
        return self._client

    async def aclose(self) -> None:
        """Close its connections."""
        if self._client is not None:
            await self._client.aclose()


class Recognizer:
    """One provider with its settings: opened late, asked within its limits, closed once.

    Attributes:
        info: What it declares.
        concurrency: How many pictures it may be asked about at once.
    """

    def __init__(
        self,
        info: ProviderInfo,
        settings: ProviderSettings,
        lent: LentClient,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.info = info
        self._sleep = sleep
        self._settings = settings
        self._lent = lent
        self.concurrency = min(
            settings.concurrency, info.limits.concurrency or settings.concurrency
        )
        self._slots = asyncio.Semaphore(self.concurrency)
        self._opening = asyncio.Lock()
        self._provider: Provider | None = None
        self._off: ProviderError | None = None
        self._off_until = 0.0

    async def ask(self, rendition: Rendition) -> Answer:
        """Return what the provider says, after the attempts that its errors allow."""
        calls = 0
        async with self._slots:
            while True:
                calls += 1
                try:
                    recognition = await self._once(rendition)
                except (TransientError, MalformedAnswerError) as error:
                    wait = _wait(calls, error)
                    if calls == ATTEMPTS or wait > LONGEST_WAIT_SECONDS:
                        return Answer(provider=self.info.name, error=error, calls=calls)
                    await self._sleep(wait)
                except ProviderError as error:
                    return Answer(provider=self.info.name, error=error, calls=calls)
                else:
                    return Answer(provider=self.info.name, recognition=recognition, calls=calls)

    async def aclose(self) -> None:
        """Close the provider if it was opened, whatever it thinks of that."""
        if self._provider is None:
            return
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                await self._provider.aclose()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code may raise anything
            log.warning("%s did not close (%s)", self.info.name, type(error).__name__)

    async def _once(self, rendition: Rendition) -> Recognition:
        self._refuse_if_off()
        try:
            provider = await self._opened()
            async with asyncio.timeout(self._settings.timeout_seconds):
                return self._checked(await provider.recognize(rendition))
        except TimeoutError as error:
            seconds = self._settings.timeout_seconds
            raise TransientError(f"{self.info.name}: no answer in {seconds:g} s") from error
        except (AccountError, QuotaError) as error:
            self._switch_off(error)
            raise
        except ProviderError:
            raise
        except (Exception, SystemExit, asyncio.CancelledError) as error:  # a stranger's code
            if _is_cancelled(error):
                raise
            httpx = sys.modules.get("httpx")
            if httpx is not None and isinstance(error, httpx.RequestError):
                message = f"{self.info.name}: no connection ({type(error).__name__})"
                raise TransientError(message) from error
            log.debug("%s failed", self.info.name, exc_info=True)
            message = f"{self.info.name}: fault in the plugin ({type(error).__name__})"
            raise ProviderError(message) from error

    def _checked(self, answer: object) -> Recognition:
        if not isinstance(answer, Recognition) or answer.provider != self.info.name:
            raise ProviderError(
                f"{self.info.name}: fault in the plugin (it must return a Recognition of its own)"
            )
        return answer

    async def _opened(self) -> Provider:
        async with self._opening:
            if self._provider is None:
                try:
                    self._provider = await asyncio.to_thread(
                        self.info.open, self._settings, self._lent
                    )
                except (ConfigError, PluginError) as error:
                    raise AccountError(f"{self.info.name}: {error}") from error
        return self._provider

    def _refuse_if_off(self) -> None:
        if self._off is not None and time.time() < self._off_until:
            # With its old traceback it would hold on to every picture that was refused.
            raise self._off.with_traceback(None)
        self._off = None

    def _switch_off(self, error: AccountError | QuotaError) -> None:
        resets_at = error.resets_at if isinstance(error, QuotaError) else None
        self._off_until = float("inf") if resets_at is None else resets_at.timestamp()
        if self._off is None:
            log.error("%s is not asked any more: %s", self.info.name, error)
        self._off = error


async def ask_all(
    recognizers: Iterable[Recognizer], renditions: Mapping[int, Rendition]
) -> tuple[Answer, ...]:
    """Ask all providers at once; one that fails leaves the others' answers as they are."""
    asked = (recognizer.ask(renditions[recognizer.info.max_edge]) for recognizer in recognizers)
    return tuple(await asyncio.gather(*asked))


def _is_cancelled(error: BaseException) -> bool:
    """Return whether we are to end; a provider may raise the same error for reasons of its own."""
    task = asyncio.current_task()
    ours = task is not None and task.cancelling() > 0
    return ours and isinstance(error, asyncio.CancelledError)


def _wait(attempt: int, error: ProviderError) -> float:
    """Return seconds until the next attempt: as the service asked, or doubling with jitter."""
    if isinstance(error, RateLimitedError) and error.retry_after is not None:
        return max(0.0, error.retry_after)
    return FIRST_WAIT_SECONDS * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311
