"""`tagbridge undo`: take back exactly what we added."""

from __future__ import annotations

import logging
import math
import os
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tagbridge.printable import plain, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.cli.place import Place
    from tagbridge.metadata.choice import Selection
    from tagbridge.undoing import Undone, UndoOutcome


_MENTIONED = 5  # runs, in the message that one is unknown


class _Time(click.ParamType[datetime]):
    """A time as ISO 8601 has it; without a zone it is this machine's."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the time in this machine's zone."""
        try:
            return datetime.fromisoformat(str(value)).astimezone()
        except ValueError:
            self.fail(f"{value!r} is no time such as 2026-11-29 or 2026-11-29T18:30", param, ctx)


class _Run(click.ParamType[int]):
    """The number of a run; `last` is 0."""

    name = "run"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the number."""
        text = str(value)
        if text == "last":
            return 0
        if not text.isdecimal():
            self.fail(f"{text!r} is neither a number nor `last`", param, ctx)
        return int(text)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--provider", "providers", multiple=True, metavar="NAME", help="Only what it said; repeatable."
)
@click.option("--since", type=_Time(), metavar="TIME", help="Only what was written since.")
@click.option("--until", type=_Time(), metavar="TIME", help="Only what was written before.")
@click.option(
    "--run", type=_Run(), metavar="NUMBER", help="Only what was written while it ran; or `last`."
)
@click.option("--confirmed", is_flag=True, help="Also what you have kept in an edit.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def undo(
    ctx: click.Context,
    /,
    paths: tuple[Path, ...],
    *,
    dry_run: bool,
    as_json: bool,
    **chosen: Any,  # noqa: ANN401 - the options that select; see _selection
) -> None:
    """Take back exactly what we added; folders are walked.

    Your own keywords, and your later edits, stay. A photo that nobody has written to since is again
    what it was, byte for byte. What you have kept in an edit is yours and stays, without
    --confirmed. A photo is tagged again only by `tagbridge tag`.

    Exit status: 0 all well, 1 some photos were left alone, 2 wrong usage or settings.
    """
    from tagbridge.cli.place import log_to_stderr  # noqa: PLC0415 - quick --help

    log_to_stderr(logging.WARNING)
    place: Place = ctx.obj
    selection = _selection(place, **chosen)
    failed = _undo(place, paths, selection, dry_run=dry_run, as_json=as_json)
    ctx.exit(1 if failed else 0)


def _selection(
    place: Place,
    *,
    providers: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    run: int | None,
    confirmed: bool,
) -> Selection:
    from tagbridge.metadata.choice import Selection  # noqa: PLC0415 - quick --help

    if run is not None:
        first, last = _window(place, run)
        since = first if since is None else max(since, first)
        until = last if until is None or last is None else min(until, last)
    return Selection(providers=frozenset(providers), since=since, until=until, confirmed=confirmed)


def _window(place: Place, number: int) -> tuple[datetime, datetime | None]:
    """Return when a run began, and when it was over; times of our record are whole seconds."""
    from tagbridge.ledger.errors import NoLedgerError  # noqa: PLC0415 - quick --help
    from tagbridge.ledger.onlooker import ask_quietly  # noqa: PLC0415 - quick --help
    from tagbridge.ledger.runs import find_run, last_runs  # noqa: PLC0415 - quick --help

    try:
        found, last = ask_quietly(
            place.folder(),
            place.settings().engine.database,
            lambda connection: (find_run(connection, number), last_runs(connection, _MENTIONED)),
        )
    except NoLedgerError:
        found, last = None, []
    if number == 0 and last:
        found = last[0]
    if found is None:
        known = ", ".join(f"{r.id} ({r.command}, {_local(r.started):%Y-%m-%d %H:%M})" for r in last)
        raise click.BadParameter(
            f"there was no run {number}; the last were: {known or 'none'}", param_hint="--run"
        )
    ended = None if found.ended is None else _local(math.floor(found.ended) + 1.0)
    return _local(math.floor(found.started)), ended


def _local(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds).astimezone()


def _undo(
    place: Place, paths: Iterable[Path], selection: Selection, *, dry_run: bool, as_json: bool
) -> bool:
    """Take back what is selected, and return whether something had to be left alone."""
    from tagbridge.cli.report import Progress, Report  # noqa: PLC0415 - quick --help
    from tagbridge.cli.show import has_something_to_show  # noqa: PLC0415 - quick --help
    from tagbridge.metadata.exiv2 import Exiv2  # noqa: PLC0415 - quick --help
    from tagbridge.undoing import Undoer, Undone  # noqa: PLC0415 - quick --help
    from tagbridge.walk import walk  # noqa: PLC0415 - quick --help

    find = partial(walk, paths, is_candidate=has_something_to_show)
    progress = Progress(wanted=not as_json)
    if progress.shown:
        progress.total = sum(1 for _ in find(sweeping=False))
    report = Report(progress, as_json=as_json)
    with closing(place.open_ledger(dry_run=dry_run)) as ledger, closing(Exiv2()) as exiv2:
        undoer = Undoer(
            ledger=ledger,
            exiv2=exiv2,
            selection=selection,
            dry_run=dry_run,
            records=place.records() if dry_run else None,
            keep_mtime=place.settings().write.keep_mtime,
        )
        for found in find(sweeping=not dry_run):
            outcome: UndoOutcome = "parked" if found.failed else "skipped"
            passed = Undone(path=found.path, outcome=outcome, reason=found.skip)
            undone = passed if found.skip else undoer.undo(found.path)
            report.failed |= undone.outcome == "parked"
            report.tell(undone.outcome, partial(_as_object, undone), partial(_say, undone))
    report.summarize()
    return report.failed


def _say(undone: Undone) -> None:
    line = f"{undone.outcome:9} {printable(undone.path)}"
    others = [printable(file.name) for file in undone.files if file != undone.path]
    if others:
        line += f" -> {', '.join(others)}"
    if undone.removed:
        line += ": " + ", ".join(f"- {plain(keyword)}" for keyword in undone.removed)
    if undone.exact:
        line += " (as it was before)"
    if undone.reason:
        line += f" ({plain(undone.reason)})"
    click.echo(line)
    if undone.kept:
        kept = ", ".join(map(plain, undone.kept))
        click.echo(f"          yours by now, and kept: {kept} (--confirmed takes them as well)")


def _as_object(undone: Undone) -> dict[str, Any]:
    value: dict[str, Any] = {
        "path": os.fspath(undone.path),
        "outcome": undone.outcome,
        "files": [os.fspath(file) for file in undone.files],
        "removed": list(undone.removed),
        "kept": list(undone.kept),
        "exact": undone.exact,
    }
    return {**value, "reason": undone.reason} if undone.reason else value
