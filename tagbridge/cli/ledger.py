"""`tagbridge ledger`: look after the database itself."""

from __future__ import annotations

import os
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from tagbridge.cli.meter import Meter
from tagbridge.printable import plain, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagbridge.cli.place import Place
    from tagbridge.ledger.check import Finding
    from tagbridge.ledger.connection import Connection

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
_FILE = click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True))
_MEGABYTE = 1_000_000


@click.group()
def ledger() -> None:
    """Look after the ledger: check it, copy it, move it, make it small."""


@ledger.command()
@_JSON
@click.pass_context
def check(ctx: click.Context, *, as_json: bool) -> None:
    """Look for damage, and for rows that contradict each other; nothing is changed.

    Exit status: 0 all well, 1 something was found.
    """
    from tagbridge.ledger.check import check as check_ledger  # noqa: PLC0415 - quick --help

    meter = Meter("rows checked", wanted=not as_json)
    with _looking(ctx.obj) as connection:
        findings = check_ledger(connection, meter.advance)
    meter.clear()
    for finding in findings:
        _say_finding(finding, as_json=as_json)
    if not findings and not as_json:
        click.echo("the ledger is sound")
    ctx.exit(1 if findings else 0)


@ledger.command("export")
@_FILE
@_JSON
@click.pass_context
def export_(ctx: click.Context, file: Path, *, as_json: bool) -> None:
    """Write all that the ledger knows as lines of JSON; `-` is standard output.

    The file holds answers of providers in full. It is complete or not there at all; a daemon may
    go on meanwhile.
    """
    from tagbridge.ledger.transfer import count_rows, export_ledger  # noqa: PLC0415 - quick --help

    meter = Meter("lines written", wanted=not as_json)
    with _looking(ctx.obj) as connection, _written(file) as out:
        if meter.shown:
            meter.total = count_rows(connection)
        counts = export_ledger(connection, out, meter.advance)
    meter.clear()
    if file != Path("-"):
        _say_counts("written", counts, as_json=as_json)


@ledger.command("import")
@_FILE
@_JSON
@click.pass_context
def import_(ctx: click.Context, file: Path, *, as_json: bool) -> None:
    """Take over what an export holds; `-` is standard input.

    What is newer here stays, and no answer is lost, so it may be done again. This is also how one
    moves to PostgreSQL and back: export, change engine.database, import.

    Exit status: 0 all well, 1 the file is broken; what comes before that line has been taken.
    """
    from tagbridge.ledger.lines import BrokenLineError  # noqa: PLC0415 - quick --help
    from tagbridge.ledger.transfer import (  # noqa: PLC0415 - quick --help
        ForeignExportError,
        import_ledger,
    )
    from tagbridge_hooks.errors import WriteError  # noqa: PLC0415 - quick --help

    place: Place = ctx.obj
    meter = Meter("bytes read", wanted=not as_json)
    with _read(file) as source:
        _refuse_absent(place)
        if meter.shown and file != Path("-"):
            meter.total = file.stat().st_size
        with closing(place.open_ledger()) as opened:
            try:
                counts = import_ledger(opened, source, meter.advance)
            except ForeignExportError as error:
                raise click.ClickException(f"{printable(file)}: {error}") from error
            except BrokenLineError as error:
                said = f"{printable(file)}: {error}; what comes before it was taken"
                raise click.ClickException(said) from error
            except WriteError as error:
                raise click.ClickException(f"{error}; import the file again") from error
            finally:
                meter.clear()
    _say_counts("new or newer", counts, as_json=as_json)


@ledger.command()
@_JSON
@click.pass_context
def vacuum(ctx: click.Context, *, as_json: bool) -> None:
    """Take out what nothing needs any more, and give the space back.

    That is: processes that have ended, daily sums older than 400 days (they are added up), and
    files that have been missing for 90 days. A daemon may go on meanwhile; with SQLite it waits
    while the file is written anew.
    """
    from tagbridge.cli.report import say_json  # noqa: PLC0415 - quick --help
    from tagbridge.ledger.vacuum import vacuum as vacuum_ledger  # noqa: PLC0415 - quick --help
    from tagbridge_hooks.errors import WriteError  # noqa: PLC0415 - quick --help

    place: Place = ctx.obj
    with _looking(place):
        pass  # there is one, and it answers
    with closing(place.open_ledger()) as opened:
        try:
            done = vacuum_ledger(opened, place.folder(), place.settings().engine.database)
        except WriteError as error:
            raise click.ClickException(str(error)) from error
    if as_json:
        say_json({"removed": dict(done.removed), "before": done.before, "after": done.after})
        return
    removed = ", ".join(f"{count} {kind}" for kind, count in done.removed.items() if count)
    click.echo(f"rows taken out or set right: {removed or 'none'}")
    click.echo(f"{done.before / _MEGABYTE:.1f} MB before, {done.after / _MEGABYTE:.1f} MB now")


@contextmanager
def _looking(place: Place) -> Iterator[Connection]:
    from tagbridge.ledger.errors import NoLedgerError  # noqa: PLC0415 - quick --help
    from tagbridge.ledger.onlooker import look  # noqa: PLC0415 - quick --help

    try:
        with look(place.folder(), place.settings().engine.database) as connection:
            yield connection
    except NoLedgerError as error:
        raise click.ClickException(str(error)) from error


def _refuse_absent(place: Place) -> None:
    """Say at once when the database is away; the ledger itself would wait for it."""
    from tagbridge.ledger.errors import NoLedgerError  # noqa: PLC0415 - quick --help
    from tagbridge.ledger.onlooker import look  # noqa: PLC0415 - quick --help

    try:
        with look(place.folder(), place.settings().engine.database):
            pass
    except NoLedgerError:
        pass  # it is made


@contextmanager
def _written(file: Path) -> Iterator[BinaryIO]:
    """Yield what is written to, under its own name only when all is on the disk."""
    if file == Path("-"):
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(descriptor, "wb") as out:  # noqa: PTH123 - a descriptor of our own
            yield out
            out.flush()
            os.fsync(descriptor)
        part.replace(file)
    except OSError as error:
        raise click.ClickException(f"{printable(file)}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _read(file: Path) -> Iterator[BinaryIO]:
    if file == Path("-"):
        yield sys.stdin.buffer
        return
    try:
        source = file.open("rb")
    except OSError as error:
        raise click.ClickException(f"{printable(file)}: {error.strerror}") from error
    with source:
        yield source


def _say_finding(finding: Finding, *, as_json: bool) -> None:
    from tagbridge.cli.report import say_json  # noqa: PLC0415 - quick --help

    if as_json:
        said: dict[str, Any] = {"what": finding.what, "count": finding.count}
        say_json({**said, "examples": finding.examples, "remedy": finding.remedy})
        return
    click.echo(f"{finding.count} {finding.what}")
    for example in finding.examples:
        click.echo(f"  {plain(example)}")
    click.echo(f"  -> {finding.remedy}")


def _say_counts(verb: str, counts: Mapping[str, int], *, as_json: bool) -> None:
    from tagbridge.cli.report import say_json  # noqa: PLC0415 - quick --help

    if as_json:
        say_json({"rows": dict(counts)})
        return
    click.echo(f"{verb}: " + ", ".join(f"{count} {kind}" for kind, count in counts.items()))
