"""`tagbridge retry`: what was set aside is taken up again."""

from __future__ import annotations

import logging
import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tagbridge.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge.cli.place import Place
    from tagbridge.ledger import Ledger


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def retry(ctx: click.Context, paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Take up again what was parked, is missing or waits, at once and below these paths.

    Without a path: everything. Calls of which nobody knows whether they were answered may be sent
    again, and providers that pause are asked again.

    Exit status: 0 all well, 1 a path is not known.
    """
    from tagbridge.cli.place import log_to_stderr  # noqa: PLC0415 - quick --help
    from tagbridge.ledger.errors import NoLedgerError  # noqa: PLC0415 - quick --help
    from tagbridge.ledger.onlooker import look  # noqa: PLC0415 - quick --help
    from tagbridge.ledger.retrying import retry_below  # noqa: PLC0415 - quick --help
    from tagbridge_hooks.errors import WriteError  # noqa: PLC0415 - quick --help

    place: Place = ctx.obj
    log_to_stderr(logging.WARNING)
    try:
        # Says at once when the database is away; the ledger itself would wait for it.
        with look(place.folder(), place.settings().engine.database):
            pass
    except NoLedgerError as error:
        raise click.ClickException(str(error)) from error
    with closing(place.open_ledger()) as ledger:
        unknown = [path for path in paths if not _is_known(path, ledger)]
        known = [path for path in paths if path not in unknown]
        try:
            counts = (0, 0) if paths and not known else retry_below(ledger, known or None)
        except WriteError as error:
            raise click.ClickException(str(error)) from error
    _report(counts, unknown, as_json=as_json)
    ctx.exit(1 if unknown else 0)


def _is_known(path: Path, ledger: Ledger) -> bool:
    from tagbridge.ledger.below import is_known  # noqa: PLC0415 - quick --help

    return is_known(ledger, path)


def _report(counts: tuple[int, int], unknown: Sequence[Path], *, as_json: bool) -> None:
    from tagbridge.cli.report import say_json  # noqa: PLC0415 - quick --help

    photos, calls = counts
    if as_json:
        for path in unknown:
            say_json({"path": os.fspath(path), "error": "it is not known"})
        say_json({"reopened": photos, "resent": calls})
        return
    for path in unknown:
        click.echo(f"{printable(path)} is not known", err=True)
    click.echo(f"{photos} photos are taken up again, {calls} calls in doubt may be sent again")
