"""The front of all services: takes requests, finds the service, keeps the log, and misbehaves."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers.delivery import deliver
from tests.servers.faults.kinds import ELSEWHERE
from tests.servers.visits import Visit, line, write_line
from tests.servers.wire import Answer, RefusedError, read_request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.servers.faults.choice import Faults
    from tests.servers.limits import Account
    from tests.servers.visits import Service
    from tests.servers.wire import Request

NOWHERE = Answer(status=404, body={"status": "error", "message": "no such address"})
# The first part of a path, where it is not the name of the service.
NAMES = {"v1": "everypixel", "oauth": "everypixel"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """All services behind one port."""

    services: Mapping[str, Service]
    accounts: Mapping[str, Account]
    faults: Faults
    control: Callable[[Request], Answer]
    log: int
    latency: tuple[float, float]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until one side has enough."""
        try:
            while request := await read_request(reader):
                if not await self.attend(request, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # it went away in the middle: nothing has arrived
        finally:
            writer.close()

    async def attend(
        self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Decide and note it at once, then take the time that such a service takes."""
        if request.path == "/control":
            return await deliver(self.control(request), reader, writer)
        first = request.path.split("/")[1]
        name = NAMES.get(first, first)
        if name not in self.services:
            return await deliver(self.lost(request), reader, writer)
        account = self.accounts[name]
        account.busy += 1
        try:
            answer = self.answer(self.services[name], account, request)
            latency = account.latency or self.latency
            await asyncio.sleep(random.uniform(*latency))  # noqa: S311 - latency is no secret
            return await deliver(answer, reader, writer)
        finally:
            account.busy -= 1

    def answer(self, service: Service, account: Account, request: Request) -> Answer:
        """Return the answer of a service, spoilt or not, and note the request."""
        visit = Visit(request=request, account=account, at=time.monotonic())
        try:
            answer = service.answer(visit)
        except RefusedError as error:
            self.note(visit, error.answer, 0, why=str(error))
            return error.answer
        fault = self.faults.choose(service.name, visit)
        if fault:
            answer = fault.spoil(answer, service, visit)
        charged = visit.cost if fault is None or fault.charged else 0
        account.paid += charged
        self.note(visit, answer, charged, fault=fault.name if fault else "")
        return answer

    def lost(self, request: Request) -> Answer:
        """Note a request to no service; one that followed a redirect is told what it brought."""
        visit = Visit(request=request, account=self.accounts["plain"], at=time.monotonic())
        why = "no such address"
        if request.path == ELSEWHERE:
            secret = any(request.headers[name] for name in ("Authorization", "X-Key", "x-api-key"))
            why = (
                f"followed a redirect {'with' if secret or request.body else 'without'} what it had"
            )
        self.note(visit, NOWHERE, 0, why=why)
        return NOWHERE

    def note(self, visit: Visit, answer: Answer, charged: int, **more: str) -> None:
        """Add a line to the log."""
        write_line(self.log, line(visit, answer.status, charged, **more))
