"""`tagbridge watch`: the daemon."""

from __future__ import annotations

import asyncio
import logging
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tagbridge.cli.place import Place


@click.command()
@click.argument("folders", nargs=-1, metavar="[FOLDER]...", type=click.Path(path_type=Path))
@click.pass_context
def watch(ctx: click.Context, folders: tuple[Path, ...]) -> None:
    """Tag what arrives in the folders, until SIGTERM or SIGINT.

    Without folders those of the settings are watched.
    """
    from tagbridge.cli.place import log_to_stderr  # noqa: PLC0415 - quick --help
    from tagbridge.daemon import watch_folders  # noqa: PLC0415 - quick --help
    from tagbridge_hooks.errors import ConfigError  # noqa: PLC0415 - quick --help

    place: Place = ctx.obj
    settings = place.settings()
    watched = folders or settings.watch.folders
    if not watched:
        raise ConfigError("watch.folders is not set; name a folder here or in the settings")
    log_to_stderr(logging.INFO)
    with closing(place.open_ledger()) as ledger:
        work = watch_folders(watched, settings, ledger, place.courier(), state=place.folder())
        asyncio.run(work)
