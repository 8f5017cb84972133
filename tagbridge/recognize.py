"""Ask the providers: each within its limits and deadline, all of them at once."""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import SecretStr

from tagbridge.transport.context import LentContext
from tagbridge.transport.departures import described
from tagbridge.transport.question import Question, current
from tagbridge_hooks import (
    AccountError,
    Asset,
    ConfigError,
    PluginError,
    Provider,
    ProviderError,
    ProviderInfo,
    ProviderSettings,
    Recognition,
    RejectedError,
    Rendition,
    TransientError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagbridge.engine.pausing import Pausing
    from tagbridge.ledger.terms import Terms
    from tagbridge.transport.client import LentClient
    from tagbridge.transport.courier import Courier

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lending:
    """What all providers share.

    Attributes:
        client: The HTTP client that is lent to them.
        courier: Makes their calls, and keeps the answers.
        pausing: Knows who is not to be asked now.
    """

    client: LentClient
    courier: Courier
    pausing: Pausing


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one question to one provider.

    Attributes:
        provider: Its name.
        recognition: What it said, or None.
        error: Why it said nothing, or None.
        calls: How many requests that took: none when the answer was in the ledger.
    """

    provider: str
    recognition: Recognition | None = None
    error: ProviderError | None = None
    calls: int = 0


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
        terms: Terms,
        lending: Lending,
    ) -> None:
        self.info = info
        self._settings = settings
        self._terms = terms
        self._lending = lending
        self._secrets = secrets_of(settings)
        self.concurrency = min(
            settings.concurrency, info.limits.concurrency or settings.concurrency
        )
        self._slots = asyncio.Semaphore(self.concurrency)
        self._opening = asyncio.Lock()
        self._provider: Provider | None = None

    async def ask(self, asset: Asset, rendition: Rendition) -> Answer:
        """Return what the provider says, asked once; who wants to try again decides when."""
        async with self._slots:
            paused = await self._lending.pausing.why(self.info.name, asset.identity)
            if paused is not None and not paused.answered:
                return Answer(provider=self.info.name, error=paused.error)
            question = Question(
                identity=asset.identity,
                media_type=asset.media_type,
                provider=self.info.name,
                picture=rendition.data,
                secrets=self._secrets,
                terms=self._terms,
                about=described(asset, rendition),
                paused=paused.error if paused else None,
            )
            try:
                recognition = await self._once(question, rendition)
            except ProviderError as error:
                await self._judge(question, error)
                return Answer(provider=self.info.name, error=error, calls=_calls(question))
            return Answer(provider=self.info.name, recognition=recognition, calls=_calls(question))

    async def aclose(self) -> None:
        """Close the provider if it was opened, whatever it thinks of that."""
        if self._provider is None:
            return
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                await self._provider.aclose()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code may raise anything
            log.warning("%s did not close (%s)", self.info.name, type(error).__name__)

    async def _once(self, question: Question, rendition: Rendition) -> Recognition:
        asked = current.set(question)
        try:
            provider = await self._opened()
            async with asyncio.timeout(self._settings.timeout_seconds) as question.deadline:
                return self._checked(await provider.recognize(rendition))
        except TimeoutError as error:
            seconds = self._settings.timeout_seconds
            raise TransientError(f"{self.info.name}: no answer in {seconds:g} s") from error
        except ProviderError:
            raise
        except (Exception, SystemExit, asyncio.CancelledError) as error:  # a stranger's code
            if _is_cancelled(error):
                raise
            httpx = sys.modules.get("httpx")
            if httpx is not None and isinstance(error, httpx.RequestError):
                message = f"{self.info.name}: no connection ({type(error).__name__})"
                raise TransientError(message) from error
            # Where, not why: the words of a stranger's error may hold an address with a key.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.debug("%s failed (%s)\n%s", self.info.name, type(error).__name__, where)
            message = f"{self.info.name}: fault in the plugin ({type(error).__name__})"
            raise ProviderError(message) from error
        finally:
            current.reset(asked)

    async def _judge(self, question: Question, error: ProviderError) -> None:
        """Let the ledger know which stored answers are worth keeping, and pause the provider."""
        courier = self._lending.courier
        if isinstance(error, RejectedError):
            await courier.verdict(question.keys_to_keep(), "keep")
        else:
            await courier.verdict(question.keys_to_refuse(), "refuse")
        await self._lending.pausing.note(self.info.name, error)

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
                    context = LentContext(self._lending.client)
                    self._provider = await asyncio.to_thread(
                        self.info.open, self._settings, context
                    )
                except (ConfigError, PluginError) as error:
                    raise AccountError(f"{self.info.name}: {error}") from error
        return self._provider


async def ask_all(
    recognizers: Iterable[Recognizer], asset: Asset, renditions: Mapping[int, Rendition]
) -> tuple[Answer, ...]:
    """Ask all providers at once; one that fails leaves the others' answers as they are."""
    asked = (
        recognizer.ask(asset, renditions[recognizer.info.max_edge]) for recognizer in recognizers
    )
    return tuple(await asyncio.gather(*asked))


def secrets_of(settings: ProviderSettings) -> tuple[str, ...]:
    """Return the values of a provider's settings that nobody may see."""
    values = (getattr(settings, name) for name in type(settings).model_fields)
    found = (value.get_secret_value() for value in values if isinstance(value, SecretStr))
    return tuple(secret for secret in found if secret)


def _calls(question: Question) -> int:
    """Return how many requests were made; a provider without requests was asked once."""
    return question.network_calls if question.calls else 1


def _is_cancelled(error: BaseException) -> bool:
    """Return whether we are to end; a provider may raise the same error for reasons of its own."""
    task = asyncio.current_task()
    ours = task is not None and task.cancelling() > 0
    return ours and isinstance(error, asyncio.CancelledError)
