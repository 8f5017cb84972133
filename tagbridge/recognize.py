"""Ask one provider within its limits and its deadline."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
import traceback
from typing import TYPE_CHECKING, TypeVar

from pydantic import SecretStr

from tagbridge.lingering import Lingering
from tagbridge.questions import Answer, Subject, answer_to
from tagbridge.transport.context import Account, LentContext
from tagbridge.transport.departures import described
from tagbridge.transport.errors import BadAnswerError
from tagbridge.transport.masking import without_secrets
from tagbridge.transport.question import Question, current
from tagbridge_hooks import (
    AccountError,
    Asset,
    ConfigError,
    MalformedAnswerError,
    PluginError,
    Provider,
    ProviderError,
    ProviderInfo,
    ProviderSettings,
    QuotaError,
    Recognition,
    RejectedError,
    Rendition,
    TransientError,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tagbridge.engine.pausing import Paused
    from tagbridge.ledger.terms import Terms
    from tagbridge.lending import Lending

log = logging.getLogger(__name__)

T = TypeVar("T")


class Recognizer:
    """One provider with its settings: opened late, asked within its limits, closed once.

    Attributes:
        info: What it declares.
        media: What it takes with its settings.
        concurrency: How many pictures it may be asked about at once.
        terms: What it may cost.
        lingering: The questions to it that somebody need not wait for.
    """

    def __init__(
        self,
        info: ProviderInfo,
        settings: ProviderSettings,
        terms: Terms,
        lending: Lending,
    ) -> None:
        self.info = info
        self.media = settings.media
        self._settings = settings
        self.terms = terms
        self.lingering = Lingering()
        self._lending = lending
        self._secrets = secrets_of(settings)
        self.concurrency = min(
            settings.concurrency, info.limits.concurrency or settings.concurrency
        )
        self._slots = asyncio.Semaphore(self.concurrency)
        self._opening = asyncio.Lock()
        self._provider: Provider | None = None

    def prepare(self) -> None:
        """Have what carries its questions ready by the time that there is one."""
        if not self.info.keyless:
            self._lending.courier.prepare()

    async def ask(self, asset: Asset, rendition: Rendition) -> Answer:
        """Return what the provider says, asked once; who wants to try again decides when."""
        async with self._slots:
            paused = await self._lending.pausing.why(self.info.name, asset.identity)
            if paused is not None and not paused.answered:
                return Answer(provider=self.info.name, error=paused.error)
            subject = Subject(
                identity=asset.identity,
                media_type=asset.media_type,
                picture=rendition.data,
                about=described(asset, rendition),
            )
            question = self._question(subject, paused)
            recognition = error = None
            asked, began = time.time(), time.monotonic()
            try:
                said = await self._once(question, lambda provider: provider.recognize(rendition))
                recognition = self._checked(said)
                await self._lending.courier.verdict(question.keys_rejected(), "keep")
                await self._note_what_is_left(question, recognition, began)
            except ProviderError as raised:
                error = await self._judge(question, raised)
            return answer_to(question, recognition, error, asked)

    async def consult(self, about: Subject, work: Callable[[Provider], Awaitable[T]]) -> T:
        """Return what the provider says to another question, asked once, as if it were a picture.

        Raises:
            ProviderError: It did not answer.
        """
        async with self._slots:
            paused = await self._lending.pausing.why(self.info.name, about.identity)
            if paused is not None and not paused.answered:
                raise paused.error
            question = self._question(about, paused)
            try:
                return await self._once(question, work)
            except ProviderError as error:
                await self._judge(question, error)
                raise

    async def aclose(self) -> None:
        """Close the provider if it was opened, whatever it thinks of that."""
        await self.lingering.aclose()
        if self._provider is None:
            return
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                await self._provider.aclose()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's code may raise anything
            log.warning("%s did not close (%s)", self.info.name, type(error).__name__)

    def _question(self, subject: Subject, paused: Paused | None) -> Question:
        return Question(
            identity=subject.identity,
            media_type=subject.media_type,
            provider=self.info.name,
            picture=subject.picture,
            about=subject.about,
            secrets=self._secrets,
            terms=self.terms,
            paused=paused.error if paused else None,
        )

    async def _once(self, question: Question, work: Callable[[Provider], Awaitable[T]]) -> T:
        asked = current.set(question)
        try:
            provider = await self._opened()
            async with asyncio.timeout(self._settings.timeout_seconds) as question.deadline:
                return await work(provider)
        except TimeoutError as error:
            seconds = self._settings.timeout_seconds
            raise TransientError(f"{self.info.name}: no answer in {seconds:g} s") from error
        except ProviderError as error:
            _hide(question.secrets, error)
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

    async def _note_what_is_left(self, question: Question, said: Recognition, began: float) -> None:
        """Keep what a service says is left of its allowance, and stop politely at nothing."""
        if said.remaining is None or not question.is_fresh:
            return  # a stored answer says what was left then
        name, lending, age = self.info.name, self._lending, time.monotonic() - began
        note = lending.ledger.allowances.note
        left = await lending.clerk.do(note, name, max(0, said.remaining), age=age)
        if said.remaining <= 0 and left <= 0:
            await lending.pausing.note(name, QuotaError(f"{name}: its allowance is used up"))

    async def _judge(self, question: Question, error: ProviderError) -> ProviderError:
        """Let the ledger know which stored answers are worth keeping, and pause the provider.

        Returns:
            The error, with what the ledger knows about it.
        """
        lending = self._lending
        if isinstance(error, RejectedError):
            await lending.courier.verdict(question.keys_to_keep(), "keep")
            return error
        refused = question.keys_to_refuse(error)
        await lending.courier.verdict(refused, "refuse")
        await lending.pausing.note(self.info.name, error)
        if not refused or not isinstance(error, MalformedAnswerError):
            return error
        tries = await lending.clerk.do(lending.ledger.calls.charges, refused)
        return BadAnswerError(str(error), tries=tries)

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
                        self.info.open, self._settings, self._context()
                    )
                except (ConfigError, PluginError) as error:
                    raise AccountError(f"{self.info.name}: {error}") from error
        return self._provider

    def _context(self) -> LentContext:
        lending = self._lending
        account = Account(self.info.name, self._secrets, lending.ledger.tokens, lending.clerk)
        return LentContext(lending.client, account, lending.vocabulary)


def secrets_of(settings: ProviderSettings) -> tuple[str, ...]:
    """Return the values of a provider's settings that nobody may see."""
    values = (getattr(settings, name) for name in type(settings).model_fields)
    found = (value.get_secret_value() for value in values if isinstance(value, SecretStr))
    return tuple(secret for secret in found if secret)


def _hide(secrets: tuple[str, ...], error: ProviderError) -> None:
    """Take keys out of what a provider says of its failure: it ends in the log and the ledger."""
    said = str(error).encode("utf-8", "surrogateescape")
    clean = without_secrets(said, secrets)
    if clean != said:
        error.args = (clean.decode("utf-8", "surrogateescape"),)


def _is_cancelled(error: BaseException) -> bool:
    """Return whether we are to end; a provider may raise the same error for reasons of its own."""
    task = asyncio.current_task()
    ours = task is not None and task.cancelling() > 0
    return ours and isinstance(error, asyncio.CancelledError)
