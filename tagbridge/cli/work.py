"""`tagbridge work`: one more worker of a cluster."""

from __future__ import annotations

import logging
from contextlib import closing
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tagbridge.cli.place import Place


@click.command()
@click.pass_context
def work(ctx: click.Context) -> None:
    """Help to tag what others watch, until SIGTERM or SIGINT.

    All share one PostgreSQL database: engine.database in the settings.
    """
    import asyncio  # noqa: PLC0415 - quick --help

    from tagbridge.cli.place import log_to_stderr  # noqa: PLC0415 - quick --help
    from tagbridge.daemon import work_for_others  # noqa: PLC0415 - quick --help
    from tagbridge_hooks.errors import ConfigError  # noqa: PLC0415 - quick --help

    place: Place = ctx.obj
    settings = place.settings()
    if not settings.engine.database:
        raise ConfigError(
            "engine.database is not set; "
            "`work` needs the postgresql:// URL of the database that all machines share"
        )
    log_to_stderr(logging.INFO)
    with closing(place.open_ledger()) as ledger, ledger.runs.running("work"):
        asyncio.run(work_for_others(settings, ledger, place.courier()))
