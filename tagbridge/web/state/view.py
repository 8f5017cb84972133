"""What the page of the state shows, made of the objects of the status: pure."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from tagbridge.status import phrases
from tagbridge.status.phrases import amount, of_kind
from tagbridge.web.state.bars import bars_of
from tagbridge.web.state.plots import HEIGHT, STEP, columns_of, share_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagbridge.status.phrases import Objects

_REASONS = 10
_UNWANTED = 20
_TITLES = {3600: "The last 24 hours, by the hour", 86_400: "The last two weeks, by the day"}


def values_of(objects: Objects) -> dict[str, Any]:
    """Return the values for the template."""
    queue = next(iter(of_kind(objects, "queue")), None)
    providers = of_kind(objects, "provider")
    return {
        "phrases": phrases,
        "height": HEIGHT,
        "step": STEP,
        "nothing": next((found["reason"] for found in of_kind(objects, "nothing")), ""),
        "queue": () if queue is None else tuple(_places(queue)),
        "waiting": _reasons(of_kind(objects, "waiting"), queue["waiting"] if queue else 0),
        "parked": _reasons(of_kind(objects, "parked"), queue["parked"] if queue else 0),
        "pace": phrases.pace(objects),
        "plots": [
            (_TITLES[found["seconds"]], columns_of(found))
            for found in of_kind(objects, "throughput")
            if found["seconds"] in _TITLES
        ],
        "bars": bars_of(objects),
        "providers": providers,
        "shares": [(found, share_of(found)) for found in providers if found["keywords_written"]],
        "unwanted": of_kind(objects, "unwanted")[:_UNWANTED],
        "workers": of_kind(objects, "worker"),
    }


def mark_of(text: str) -> str:
    """Return a short word that stands for a text: equal texts have equal ones."""
    return blake2b(text.encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()


def _places(queue: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the name of each place, how many photos are there, and more about them."""
    for name in phrases.QUEUE:
        if name == "open":
            number, _, more = phrases.opened(queue).partition(" (")
            yield name, number, more.rstrip(")")
        else:
            yield name, amount(queue[name]), ""


def _reasons(found: Objects, total: int) -> dict[str, Any]:
    """Return the most frequent reasons, and how many photos have others."""
    lacking = {"next": None, "paths": ()}  # those that wait have no paths, the parked no time
    shown = [{**lacking, **one, "mark": mark_of(one["reason"])} for one in found[:_REASONS]]
    others = total - sum(one["count"] for one in shown)
    return {"shown": shown, "others": max(others, 0)}
