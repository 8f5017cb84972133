"""The addresses of the state."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from tagbridge.ledger.retrying import retry_below
from tagbridge.web.pages import encoded, form_of, page, rendered
from tagbridge.web.state.board import Board
from tagbridge.web.state.metrics import TEXT, exposed
from tagbridge.web.state.view import mark_of, values_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from tagbridge.web.house import House


def routes(house: House) -> list[Route]:
    """Return the routes of the state."""
    state = _State(house)
    return [
        Route("/state", state.whole),
        Route("/state/live", state.live),
        Route("/state/retry", state.retry, methods=["POST"]),
        Route("/healthz", state.health),
        Route("/metrics", state.metrics),
    ]


class _State:
    """Answers for one house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._board = Board(house)

    def whole(self, request: Request) -> Response:
        """Return the page."""
        return page(request, "state/state.html", live=_framed(self._drawn()))

    def live(self, request: Request) -> Response:
        """Return the part that changes, or nothing if the browser has it."""
        drawn = self._drawn()
        if request.query_params.get("seen") == mark_of(drawn):
            return Response(status_code=204)
        return HTMLResponse(encoded(_framed(drawn)))

    async def retry(self, request: Request) -> Response:
        """Take up again what was parked for a reason, or everything, and say how many."""
        said = await form_of(request)
        told = await run_in_threadpool(self._retried, said.get("reason", [None])[0])
        answer = HTMLResponse(encoded(_framed(await run_in_threadpool(self._drawn))))
        answer.headers["HX-Trigger"] = json.dumps({"say": told})
        return answer

    def health(self, _request: Request) -> Response:
        """Say whether all is well: 200 or 503, and why."""
        problem = self._problem()
        return PlainTextResponse(f"{problem or 'ok'}\n", status_code=503 if problem else 200)

    def metrics(self, _request: Request) -> Response:
        """Return the metrics for Prometheus."""
        look = self._board.look()
        is_well = not (look.problem or self._problem())
        return Response(exposed(look.objects, is_well=is_well), media_type=TEXT)

    def _problem(self) -> str:
        """Return what is wrong; without a daemon in this process it can only be the ledger."""
        if self._house.pulse is not None:
            return self._house.pulse.problem()
        return "the ledger cannot be read" if self._board.look().problem else ""

    def _retried(self, reason: str | None) -> str:
        if reason is None:
            photos, calls = retry_below(self._house.ledger, None)
            doubt = f", {calls} calls in doubt may be sent again"
        else:
            photos, doubt = self._house.ledger.jobs.retry_parked(reason), ""
        self._board.forget()
        return f"{photos} photos are taken up again{doubt}"

    def _drawn(self) -> str:
        look = self._board.look()
        pulse = self._house.pulse
        return rendered(
            "state/live.html",
            problem=look.problem or (pulse.problem() if pulse else ""),
            **values_of(look.objects),
        )


def _framed(drawn: str) -> str:
    return rendered("state/frame.html", live=drawn, seen=mark_of(drawn))
