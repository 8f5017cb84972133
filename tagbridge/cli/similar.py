"""`tagbridge similar`: pictures elsewhere that look like a photo, or like what is described."""

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge.cli.place import Place
    from tagbridge.config import Settings
    from tagbridge.ledger import Ledger
    from tagbridge.similar import Found

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

    \b
    With --json each line is an object:
    found   path or text, provider, url, similarity (0 to 1, more is nearer) or
            distance (less is nearer), thumbnail, labels: text, confidence
    failed  path or text, provider unless it is the photo's fault, error

    Exit status: 0 all well, 1 a question has no answer or not all that it can have, 2 wrong usage
    or settings.
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    import asyncio  # noqa: PLC0415 - quick --help

    from tagbridge.cli.place import log_to_stderr  # noqa: PLC0415 - quick --help

    if bool(paths) == bool(text and text.strip()):
        raise click.UsageError("name photos, or describe one with --text")
    place: Place = ctx.obj
    log_to_stderr(logging.WARNING)
    settings = place.settings()
    queries = paths or (text or "",)
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
    from tagbridge.cli.similar_words import say_failure, say_found  # noqa: PLC0415 - quick --help
    from tagbridge.equipment import equipped  # noqa: PLC0415 - likewise
    from tagbridge.similar import similar_to_picture, similar_to_text  # noqa: PLC0415 - likewise
    from tagbridge_hooks import AssetError  # noqa: PLC0415 - likewise

    failed = False
    async with equipped(settings, ledger, place.courier(), only=_finders(settings, only)) as made:
        for query in queries:
            try:
                if isinstance(query, str):
                    found = await similar_to_text(query, count, made)
                else:
                    found = await similar_to_picture(query, count, made)
            except AssetError as error:
                say_failure(query, error, as_json=as_json)
                failed = True
            else:
                say_found(query, found, as_json=as_json)
                failed |= _is_failure(found)
    return failed


def _is_failure(found: Sequence[Found]) -> bool:
    """Return whether a question has no answer, or lacks one that can be had another time."""
    from tagbridge_hooks import RejectedError  # noqa: PLC0415 - quick --help

    errors = [one.error for one in found if one.error is not None]
    later = [error for error in errors if not isinstance(error, RejectedError)]
    return bool(later) or len(errors) == len(found)


def _finders(settings: Settings, only: Sequence[str]) -> list[str]:
    """Return the names of the chosen providers that find similar pictures.

    Raises:
        ConfigError: There is none.
    """
    from tagbridge.choosing import chosen_providers  # noqa: PLC0415 - quick --help
    from tagbridge.plugins import load_plugins  # noqa: PLC0415 - quick --help
    from tagbridge_hooks import Capability, ConfigError  # noqa: PLC0415 - quick --help

    plugins = load_plugins()
    able = [i.name for i in plugins.providers.values() if Capability.SIMILAR in i.capabilities]
    chosen = [info.name for info, _ in chosen_providers(plugins, settings, only)]
    if finders := [name for name in chosen if name in able]:
        return finders
    if on := [name for name in able if name in settings.providers]:
        remedy = f"of those in the settings, these do: {', '.join(on)}"
    elif able:
        tables = ", ".join(f"[providers.{name}]" for name in able)
        remedy = f"a table in the settings switches on one that does: {tables}"
    else:
        remedy = "no plugin that is installed does"
    raise ConfigError(f"{', '.join(chosen)}: cannot find similar pictures; {remedy}")
