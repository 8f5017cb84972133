"""Ask a service several things about one picture at once, so that nothing is paid for twice."""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeVar

from tagbridge_hooks.errors import (
    AccountError,
    MalformedAnswerError,
    ProviderError,
    QuotaError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from tagbridge_hooks.recognition import Recognition

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    import httpx

S = TypeVar("S")
T = TypeVar("T")

# What says that all further requests are in vain comes first.
_ORDER: Final = (AccountError, QuotaError, RateLimitedError, TransientError, MalformedAnswerError)


async def ask_together(
    provider: str,
    matters: Iterable[S],
    ask: Callable[[S], Awaitable[httpx.Response]],
    read: Callable[[S, httpx.Response], T],
) -> list[T]:
    """Return what was read of the answers, in the order of the matters, once all have come.

    A matter for which the service rejects the picture is left out where another one has taken it.

    Args:
        provider: Its name, which begins the message when there is no connection.
        matters: What is asked, such as the services of one account.
        ask: Makes the request for one of them.
        read: Reads its answer.

    Raises:
        ProviderError: The one of several that decides what is next; its `responses` are those that
            could not be used, so that the others stay paid for.
    """
    asked = (_answered(provider, matter, ask, read) for matter in matters)
    answers: list[T] = []
    errors: list[ProviderError] = []
    for outcome in await asyncio.gather(*asked, return_exceptions=True):
        if isinstance(outcome, ProviderError):
            errors.append(outcome)
        elif isinstance(outcome, BaseException):
            raise outcome  # a fault of the provider's own
        else:
            answers.append(outcome)
    if errors and not (answers and all(isinstance(one, RejectedError) for one in errors)):
        raise _decisive(errors)
    return answers


def joined(provider: str, model: str, parts: Sequence[Recognition]) -> Recognition:
    """Return one recognition of all that was said, in order; the fewest calls left remain."""
    left = [part.remaining for part in parts if part.remaining is not None]
    return Recognition(
        provider=provider,
        model=model,
        keywords=tuple(chain.from_iterable(part.keywords for part in parts)),
        persons=tuple(chain.from_iterable(part.persons for part in parts)),
        text=tuple(chain.from_iterable(part.text for part in parts)),
        colors=tuple(chain.from_iterable(part.colors for part in parts)),
        captions=tuple(chain.from_iterable(part.captions for part in parts)),
        sensitivities=tuple(chain.from_iterable(part.sensitivities for part in parts)),
        qualities=tuple(chain.from_iterable(part.qualities for part in parts)),
        remaining=min(left, default=None),
    )


async def _answered(
    provider: str,
    matter: S,
    ask: Callable[[S], Awaitable[httpx.Response]],
    read: Callable[[S, httpx.Response], T],
) -> T:
    import httpx  # noqa: PLC0415 - importing the contract must be cheap

    about: tuple[httpx.Response, ...] = ()
    try:
        response = await ask(matter)
        about = (response,)
        return read(matter, response)
    except httpx.RequestError as error:
        lost = TransientError(f"{provider}: no connection ({type(error).__name__})")
        lost.responses = about
        raise lost from error
    except ProviderError as error:
        error.responses = about
        raise


def _decisive(errors: list[ProviderError]) -> ProviderError:
    error = min(errors, key=_rank)
    error.responses = tuple(response for one in errors for response in one.responses or ())
    return error


def _rank(error: ProviderError) -> int:
    """Return what decides first; a rejection last, for after it the picture is never sent again."""
    if isinstance(error, RejectedError):
        return len(_ORDER) + 1
    return next((n for n, kind in enumerate(_ORDER) if isinstance(error, kind)), len(_ORDER))
