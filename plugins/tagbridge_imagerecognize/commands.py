"""`tagbridge imagerecognize cache`: what the service still has of earlier requests.

The service does not say in which form it gives them, so what can be understood is printed.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from tagbridge_hooks import FREE, TransientError
from tagbridge_hooks.values import confidence_of
from tagbridge_imagerecognize.settings import ImagerecognizeSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagbridge_hooks import CommandContext
    from tagbridge_imagerecognize.answers import Data

_WELL, _FAILED = 0, 1
_PERCENT = 100.0
_DEEPEST = 6  # a stranger's JSON may be nested without end


async def show_earlier_results(arguments: Sequence[str], context: CommandContext) -> int:
    """Print the earlier results, in the order of the service.

    Raises:
        TagbridgeError: The service gives none; the message says why.
    """
    try:
        given = _parser().parse_args(arguments)
    except SystemExit as end:  # --help, or a fault that is already explained
        return int(end.code or 0)
    data = await _earlier(context)
    found = list(understood(data.objects))
    if not found and data.objects != []:
        sys.stderr.write("imagerecognize: its earlier results have a form that is not known\n")
        return _FAILED
    for result in found:
        _print(json.dumps(result) if given.json else _line(result))
    if not found and not given.json:
        _print("imagerecognize: no earlier results")
    return _WELL


async def _earlier(context: CommandContext) -> Data:
    """Ask for them anew each time: what was stored of them would be out of date."""
    import httpx  # noqa: PLC0415 - heavy imports wait

    from tagbridge_imagerecognize.answers import read_answer  # noqa: PLC0415 - likewise

    settings = context.settings("imagerecognize")
    assert isinstance(settings, ImagerecognizeSettings)  # noqa: S101 - they are of our own model
    # The key in a form, not in an address, which a GET would need.
    form = {"apikey": settings.api_key.get_secret_value(), "type": "cache"}
    try:
        response = await context.client.post(settings.base_url, data=form, extensions=FREE)
    except httpx.RequestError as error:
        message = f"imagerecognize: no connection ({type(error).__name__})"
        raise TransientError(message) from error
    return read_answer(response)


def understood(value: object, kind: str = "", depth: int = _DEEPEST) -> Iterator[dict[str, Any]]:
    """Yield whatever has a name, with the type it stands below, however the results are nested."""
    if depth == 0:
        return
    if isinstance(value, list):
        for one in value:
            yield from understood(one, kind, depth - 1)
    if not isinstance(value, dict):
        return
    kind = value["type"] if isinstance(value.get("type"), str) else kind
    if isinstance(value.get("name"), str):
        confidence = confidence_of(value.get("confidence"), _PERCENT)
        yield {"type": kind, "name": value["name"], "confidence": confidence}
        return
    for one in value.values():
        yield from understood(one, kind, depth - 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tagbridge imagerecognize cache",
        description="Show the results that imagerecognize.com still has of earlier requests. It "
        "does not say which, and of which picture each is.",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    return parser


def _line(result: dict[str, Any]) -> str:
    sure = "   ?" if result["confidence"] is None else f"{result['confidence']:.2f}"
    kind = f"  ({_plain(result['type'])})" if result["type"] else ""
    return f"{sure}  {_plain(result['name'])}{kind}"


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _plain(text: str) -> str:
    """Return a stranger's words in a form that does nothing to a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)
