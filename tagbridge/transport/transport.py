"""Below every provider: its requests are orders to the courier, its answers may be stored ones."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import httpx

from tagbridge.ledger.terms import CallKey
from tagbridge.transport.departures import log_departure
from tagbridge.transport.errands import Errands
from tagbridge.transport.errors import BudgetError, CourierError, InDoubtError, PlannedError
from tagbridge.transport.fingerprint import fingerprint, repeated
from tagbridge.transport.orders import Order, Report
from tagbridge.transport.question import CALL_KEY, Asked, Question, current
from tagbridge_hooks import FREE, AccountError, Batch, ProviderError, RateLimitedError
from tagbridge_hooks.addresses import is_private

if TYPE_CHECKING:
    from tagbridge.transport.orders import Deliverer

_NO_ANSWER: dict[str, type[httpx.RequestError]] = {
    kind.__name__: kind
    for kind in (
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.DecodingError,
        httpx.LocalProtocolError,
        httpx.ProxyError,
        httpx.ReadError,
        httpx.ReadTimeout,
        httpx.RemoteProtocolError,
        httpx.UnsupportedProtocol,
        httpx.WriteError,
        httpx.WriteTimeout,
    )
}


class PayingTransport(httpx.AsyncBaseTransport):
    """Has each request about a picture made once, and answered from the store ever after."""

    def __init__(self, courier: Deliverer) -> None:
        """Take the courier that makes the requests."""
        self._courier = courier
        self._errands = Errands()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer to a request.

        Raises:
            AccountError: It would cross the internet without encryption.
            ProviderError: The request is not about a picture and does not say so.
            BudgetError: The budget is used up.
            RateLimitedError: The service asked for a pause, which is not over.
            InDoubtError: It may have been charged before, and the user wants it held then.
            CourierError: The courier cannot work.
            PlannedError: It is a dry run, and the answer is not stored.
            httpx.RequestError: There was no answer.
        """
        question = current.get()
        _refuse_plain_text(request, question)
        if request.extensions.get("tagbridge") == FREE["tagbridge"]:
            if self._courier.is_planning:
                raise PlannedError("nothing is sent in a dry run")
            return await self._send(request, question)
        if question is None:
            raise ProviderError(
                "fault in the plugin: a request that is not about a picture needs extensions=FREE"
            )
        await request.aread()
        return await self._ask(request, question)

    async def aclose(self) -> None:
        """Close the connections of the requests that were free."""
        await self._errands.aclose()

    async def _ask(self, request: httpx.Request, question: Question) -> httpx.Response:
        first = fingerprint(request, question.picture, question.secrets)
        key = CallKey(
            identity=question.identity,
            media_type=question.media_type,
            provider=question.provider,
            fingerprint=repeated(first, question.occurrence(first)),
        )
        report = Report(outcome="fault", sent=True)  # of one who does not wait for the report
        try:
            with question.off_the_clock():
                report = await self._courier.deliver(_order(request, question, key))
        finally:
            status = report.status if report.outcome == "answer" else None
            question.note(first, Asked(key=key, status=status, sent=report.sent))
            if report.sent:
                log_departure(request, question.about, question.provider)
        if report.outcome == "not stored" and question.paused is None:
            question.planned.append(key)
            raise PlannedError(f"{question.provider}: it would be asked")
        if report.outcome != "answer":
            _raise(report, request, question)
        return httpx.Response(
            report.status,
            headers=list(report.headers),
            content=report.body,
            request=request,
            extensions={CALL_KEY: key},
        )

    async def _send(self, request: httpx.Request, question: Question | None) -> httpx.Response:
        has_left = True
        try:
            response = await self._errands.run(request)
        except httpx.RequestError as error:
            has_left = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            # Without its words: they may repeat a header with a key.
            raise type(error)(type(error).__name__, request=request) from None
        finally:
            if has_left:
                log_departure(request, provider=question.provider if question else "")
        # A plugin may tell the lent client to follow, and that would take keys along.
        response.headers.pop("location", None)
        return response


def _refuse_plain_text(request: httpx.Request, question: Question | None) -> None:
    """Fail before others can read a key on its way; no setting allows it."""
    host = request.url.host
    if request.url.scheme != "https" and not is_private(host):
        whom = f"{question.provider}: " if question else ""
        raise AccountError(f"{whom}{host} is a public host: use https, or others can read the key")


def _order(request: httpx.Request, question: Question, key: CallKey) -> Order:
    batch = request.extensions.get("tagbridge")
    return Order(
        key=key,
        terms=question.terms,
        method=request.method,
        url=str(request.url.copy_with(username=None, password=None)),
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw
        ),
        secrets=question.secrets,
        body=request.content,
        stored_only=question.paused is not None,
        batch=batch if isinstance(batch, Batch) else None,
    )


def _raise(report: Report, request: httpx.Request, question: Question) -> NoReturn:
    name = question.provider
    if report.outcome == "not stored" and question.paused is not None:
        raise question.paused
    if report.outcome == "paused":
        seconds = max(0.0, report.until - time.time())
        raise RateLimitedError(f"{name}: the service asks for a pause", retry_after=seconds)
    if report.outcome == "refused":
        raise BudgetError(
            f"{name}: {report.reason}", resets_at=datetime.fromtimestamp(report.until, UTC)
        )
    if report.outcome == "held":
        raise InDoubtError(
            f"{name}: the request was begun once and may have been charged; it is held until "
            "`tagbridge retry`"
        )
    if report.outcome == "fault":
        raise CourierError(f"{name}: {report.reason}")
    kind = _NO_ANSWER.get(report.error, httpx.TransportError)
    raise kind(kind.__name__, request=request)
