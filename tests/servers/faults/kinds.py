"""The kinds of bad days: what each makes of an answer, and whether it is charged for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.servers.faults import contents
from tests.servers.wire import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.visits import Service, Visit

    Spoil = Callable[[Answer, Service, Visit], Answer]

PAGE = b"<!DOCTYPE html><html><body><h1>We are back soon</h1></body></html>"
ELSEWHERE = "/elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of bad day.

    Attributes:
        charged: Whether the work was done, which a real service charges for.
    """

    name: str
    charged: bool
    spoil: Spoil


def _replaced(status: int, body: object = PAGE, **headers: str) -> Spoil:
    """Answer something else, as what stands in front of a service does."""
    media_type = "text/html" if isinstance(body, bytes) else "application/json"
    other = Answer(status=status, body=body, media_type=media_type, headers=headers)
    return lambda _answer, _service, _visit: other


def _delivered(delivery: str) -> Spoil:
    return lambda answer, _service, _visit: replace(answer, delivery=delivery)


def _redirect(_answer: Answer, _service: Service, visit: Visit) -> Answer:
    """Send the client to another host: the same machine by another name."""
    port = visit.request.host.rpartition(":")[2]
    location = {"Location": f"http://localhost:{port}{ELSEWHERE}"}
    return Answer(status=307, body=b"", media_type="text/html", headers=location)


_WAIT = {"Retry-After": "1"}
_FREE: dict[str, Spoil] = {
    "html": _replaced(200),
    "500": _replaced(500),
    "502": _replaced(502),
    "503": _replaced(503, **_WAIT),
    "429": _replaced(429, {"detail": "Request was throttled."}, **_WAIT),
    "redirect": _redirect,
    "error-inside": contents.error_inside,
}
_CHARGED: dict[str, Spoil] = {
    "truncated": contents.truncated,
    "not-utf8": contents.not_utf8,
    "bom": contents.with_bom,
    "score-text": contents.score_text,
    "score-nan": contents.score_nan,
    "score-null": contents.score_null,
    "score-scale": contents.score_scale,
    "missing-list": contents.missing_list,
    "records-shuffled": contents.records_shuffled,
    "record-missing": contents.record_missing,
    "record-failed": contents.record_failed,
    "chatter": contents.chatter,
    "half-json": contents.half_json,
    "no-choices": contents.no_choices,
    "closed": _delivered("nothing"),
    "reset": _delivered("reset"),
    "short": _delivered("half"),
    "short-chunk": _delivered("chunk"),
    "endless": _delivered("endless"),
    "hang": _delivered("hang"),
}
FAULTS = {
    name: Fault(name=name, charged=kinds is _CHARGED, spoil=spoil)
    for kinds in (_FREE, _CHARGED)
    for name, spoil in kinds.items()
}
# Those that chance may choose for any service. Not `hang`: it takes all of a client's patience.
COMMON = (
    *("html", "500", "502", "503", "redirect", "error-inside"),
    *("truncated", "not-utf8", "bom", "score-text", "score-nan", "score-null", "score-scale"),
    *("missing-list", "closed", "reset", "short", "short-chunk", "endless"),
)
# And those of single services. 429 is the day's allowance at Everypixel, and unknown at simages.
OF_SERVICE: dict[str, tuple[str, ...]] = {
    "everypixel": (),
    "plain": (),
    "imagerecognize": (),
    "ximilar": ("429", "records-shuffled", "record-missing", "record-failed"),
    "vize": ("429", "records-shuffled", "record-missing", "record-failed"),
    "simages": (),
    "openai": ("429", "chatter", "half-json", "no-choices"),
}
