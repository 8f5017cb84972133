"""`tagbridge everypixel url`: the keywords of pictures on the web."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tagbridge_hooks import (
    MalformedAnswerError,
    ProviderError,
    RejectedError,
    TransientError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge_everypixel.provider import Everypixel
    from tagbridge_hooks import CommandContext, Keyword

_LONGEST_ADDRESS = 2083
_WELL, _FAILED = 0, 1

# Of one address; after any other error the next address would fare no better.
_ITS_OWN = (RejectedError, TransientError, MalformedAnswerError)


async def ask_about_addresses(arguments: Sequence[str], context: CommandContext) -> int:
    """Print the keywords of the picture at each address, best first.

    Raises:
        TagbridgeError: The account, its allowance or the settings do not let us go on.
    """
    try:
        given = _parser().parse_args(arguments)
    except SystemExit as end:  # --help, or a fault that is already explained
        return int(end.code or 0)
    status = _WELL
    for address in given.addresses:
        try:
            keywords = await _keywords(address, context)
        except _ITS_OWN as error:
            status = _FAILED
            _say_failure(address, error, as_json=given.json)
        else:
            _say(address, keywords, as_json=given.json)
    return status


async def _keywords(address: str, context: CommandContext) -> tuple[Keyword, ...]:
    async def question(provider: Everypixel) -> tuple[Keyword, ...]:
        return await provider.keywords_at(address)

    return await context.ask("everypixel", about=address, question=question)


def picture_address(text: str) -> str:
    """Return an address that the service can fetch a picture from.

    Raises:
        argparse.ArgumentTypeError: It takes no such address.
    """
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable()
    except ValueError:
        whole = False
    if not whole or any(map(str.isspace, text)):
        raise argparse.ArgumentTypeError("an address must begin with https:// or http://")
    if len(text) > _LONGEST_ADDRESS:
        message = f"an address may have {_LONGEST_ADDRESS} characters, not {len(text)}"
        raise argparse.ArgumentTypeError(message)
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tagbridge everypixel url",
        description="Ask Everypixel for the keywords of pictures on the web. The service fetches "
        "them by itself; each address costs a call, once.",
    )
    parser.add_argument(
        "addresses", metavar="ADDRESS", nargs="+", type=picture_address, help="of a picture"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    return parser


def _say(address: str, keywords: Sequence[Keyword], *, as_json: bool) -> None:
    if as_json:
        rows = [{"text": k.text, "confidence": k.confidence} for k in keywords]
        _print(json.dumps({"url": address, "keywords": rows}))
        return
    _print(address)
    for keyword in keywords:
        sure = "   ?" if keyword.confidence is None else f"{keyword.confidence:.2f}"
        _print(f"  {sure}  {_plain(keyword.text)}")
    if not keywords:
        _print("  no keywords")


def _say_failure(address: str, error: ProviderError, *, as_json: bool) -> None:
    if as_json:
        _print(json.dumps({"url": address, "reason": str(error)}))
    else:
        sys.stderr.write(f"{address}: {error}\n")


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _plain(text: str) -> str:
    """Return a stranger's words in a form that does nothing to a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)
