"""`tagbridge similar`: pictures elsewhere that look like a photo, or like what is described."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tagbridge.printable import plain, printable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tagbridge.cli.place import Place
    from tagbridge.config import Settings
    from tagbridge.equipment import Equipment
    from tagbridge.ledger import Ledger
    from tagbridge_hooks import Neighbour

_MOST = 50


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--text", metavar="WORDS", help="Describe what to look for, instead of a photo.")
@click.option(
    "--count",
    type=click.IntRange(1, _MOST),
    default=10,
    show_default=True,
    help="How many from each provider, at most.",
)
@click.option(
    "--provider", "only", multiple=True, metavar="NAME", help="Ask only this one; repeatable."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def similar(
    ctx: click.Context,
    paths: tuple[Path, ...],
    text: str | None,
    count: int,
    only: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """List similar pictures, with their addresses and how near they are; nothing is written.

    Each question is a call to each provider that can answer it, and is paid for once.

    Exit status: 0 all well, 1 somebody did not answer, 2 wrong usage or settings.
    """
    from tagbridge.cli.place import log_to_stderr  # noqa: PLC0415 - quick --help

    if bool(paths) == (text is not None):
        raise click.UsageError("name photos, or describe one with --text")
    place: Place = ctx.obj
    log_to_stderr(logging.WARNING)
    settings = place.settings()
    queries = paths if text is None else (text,)
    with closing(place.open_ledger()) as ledger:
        failed = asyncio.run(
            _similar(queries, count, settings, place, ledger, only=only, as_json=as_json)
        )
    ctx.exit(1 if failed else 0)


async def _similar(
    queries: Sequence[Path | str],
    count: int,
    settings: Settings,
    place: Place,
    ledger: Ledger,
    *,
    only: tuple[str, ...],
    as_json: bool,
) -> bool:
    from tagbridge.equipment import equipped  # noqa: PLC0415 - quick --help

    finders = _finders(settings, only)
    failed = False
    async with equipped(settings, ledger, place.courier(), only=finders) as equipment:
        for query in queries:
            async for line in _lines(query, count, equipment):
                failed |= "error" in line
                _say(line, as_json=as_json)
    return failed


def _finders(settings: Settings, only: Sequence[str]) -> list[str]:
    """Return the names of the chosen providers that find similar pictures."""
    from tagbridge.choosing import chosen_providers  # noqa: PLC0415 - quick --help
    from tagbridge.plugins import load_plugins  # noqa: PLC0415 - quick --help
    from tagbridge_hooks import Capability, ConfigError  # noqa: PLC0415 - quick --help

    chosen = [info for info, _ in chosen_providers(load_plugins(), settings, only)]
    finders = [info.name for info in chosen if Capability.SIMILAR in info.capabilities]
    if not finders:
        named = " and ".join(info.name for info in chosen)
        raise ConfigError(
            f"{named} cannot find similar pictures; `tagbridge providers` says who can, and a"
            " table in the settings switches it on"
        )
    return finders


async def _lines(
    query: Path | str, count: int, equipment: Equipment
) -> AsyncIterator[dict[str, Any]]:
    from tagbridge.similar import similar_to_picture, similar_to_text  # noqa: PLC0415 - likewise
    from tagbridge_hooks import AssetError  # noqa: PLC0415 - likewise

    about = {"text": query} if isinstance(query, str) else {"path": os.fspath(query)}
    try:
        if isinstance(query, str):
            found = await similar_to_text(query, count, equipment)
        else:
            found = await similar_to_picture(query, count, equipment)
    except AssetError as error:
        yield {**about, "error": str(error)}
        return
    for one in found:
        if one.error is not None:
            yield {**about, "provider": one.provider, "error": str(one.error)}
        for neighbour in one.neighbours:
            yield {**about, "provider": one.provider, **_neighbour(neighbour)}


def _neighbour(neighbour: Neighbour) -> dict[str, Any]:
    return {
        "url": neighbour.url,
        "similarity": neighbour.similarity,
        "distance": neighbour.distance,
        "thumbnail": neighbour.thumbnail,
        "labels": [
            {"text": label.text, "confidence": label.confidence} for label in neighbour.labels
        ],
    }


def _say(line: dict[str, Any], *, as_json: bool) -> None:
    from tagbridge.cli.report import say_json  # noqa: PLC0415 - quick --help

    if as_json:
        say_json(line)
        return
    if "error" in line:
        named = [printable(Path(line["path"]))] if "path" in line else []
        click.echo(": ".join([*named, plain(line["error"])]), err=True)
        return
    labels = ", ".join(dict.fromkeys(plain(label["text"]) for label in line["labels"]))
    click.echo(f"{_nearness(line):>8}  {plain(line['url'])}" + (f"  ({labels})" if labels else ""))


def _nearness(line: dict[str, Any]) -> str:
    """Return how near it is, in the measure that the provider has."""
    if line["similarity"] is not None:
        return f"{line['similarity']:.2f}"
    return "" if line["distance"] is None else f"d {line['distance']:.4g}"
