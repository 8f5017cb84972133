"""A second service with keywords: `/plain/keywords`, the key in the header `X-Key`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers.everypixel.options import out_of_bounds
from tests.servers.everypixel.service import refused
from tests.servers.everypixel.sources import check_source, given_source
from tests.servers.wire import Answer
from tests.servers.words import ranked

if TYPE_CHECKING:
    from tests.servers.visits import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """The service; it takes one file, as Everypixel does, and no options."""

    name: str = "plain"
    full: int = 1

    def answer(self, visit: Visit) -> Answer:
        """Serve one request."""
        request, source = visit.request, given_source(visit.request)
        digest = visit.shown(source.data) if source.data else ""
        if request.path != "/plain/keywords":
            raise refused(404, "no such address")
        if not visit.account.is_key(request.headers["X-Key"]):
            raise refused(401, "the key is wrong")
        if request.method != "POST":
            raise refused(405, f"{request.method} is not allowed")
        for name, _ in request.parameters:
            raise out_of_bounds("query", name, "no such parameter")
        if source.fault or source.is_url:
            raise out_of_bounds("body", "data", source.fault or "field required")
        check_source(request.path, source)
        visit.cost = 1
        told = [{"keyword": word, "score": score} for word, score in ranked("plain", digest)]
        return Answer(body={"keywords": told, "status": "ok"})
