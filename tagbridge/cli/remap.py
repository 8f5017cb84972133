"""`tagbridge remap`: apply today's settings to stored answers."""

from __future__ import annotations

import logging
import os
from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tagbridge.printable import plain, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.cli.place import Place
    from tagbridge.ledger import Ledger
    from tagbridge.pipeline import Journey


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def remap(ctx: click.Context, paths: tuple[Path, ...], *, dry_run: bool, as_json: bool) -> None:
    """Apply today's thresholds, vocabulary and language to stored answers; folders are walked.

    No service is asked. Only what is ours is replaced: your keywords, those of ours that you kept,
    and those that you removed stay as they are. Photos that were never tagged are passed over.

    Exit status: 0 all well, 1 some photos failed or were left alone, 2 wrong usage or settings.
    """
    import asyncio  # noqa: PLC0415 - quick --help

    from tagbridge.cli.place import log_to_stderr  # noqa: PLC0415 - quick --help
    from tagbridge.starting import starting  # noqa: PLC0415 - quick --help

    log_to_stderr(logging.WARNING)
    starting()
    place: Place = ctx.obj
    with closing(place.open_ledger(dry_run=dry_run)) as ledger:
        failed = asyncio.run(_remap(place, paths, ledger, dry_run=dry_run, as_json=as_json))
    ctx.exit(1 if failed else 0)


async def _remap(
    place: Place, paths: Iterable[Path], ledger: Ledger, *, dry_run: bool, as_json: bool
) -> bool:
    """Map the photos anew, and return whether something failed."""
    from tagbridge.cli.report import Progress, Report  # noqa: PLC0415 - quick --help
    from tagbridge.equipment import equipped  # noqa: PLC0415 - quick --help
    from tagbridge.formats import is_candidate  # noqa: PLC0415 - quick --help
    from tagbridge.journeys import journeys  # noqa: PLC0415 - quick --help
    from tagbridge.starting import started  # noqa: PLC0415 - quick --help
    from tagbridge.walk import walk  # noqa: PLC0415 - quick --help

    progress = Progress(wanted=not as_json)
    report = Report(progress, as_json=as_json)
    made = equipped(
        *(place.settings(), ledger, place.courier(dry_run=True)),
        dry_run=dry_run,
        stored_only=True,
    )
    run = None if dry_run else ledger.runs.running("remap")
    async with made as equipment:
        started()
        find = partial(walk, paths, is_candidate=partial(is_candidate, kinds=equipment.kinds))
        if progress.shown:
            progress.total = sum(1 for _ in find(sweeping=False))
        with run or nullcontext():
            async for journey in journeys(find(sweeping=not dry_run), equipment):
                report.failed |= journey.failed
                report.tell(
                    journey.receipt.outcome, partial(_as_object, journey), partial(_say, journey)
                )
    report.summarize()
    return report.failed


def _say(journey: Journey) -> None:
    receipt = journey.receipt
    line = f"{receipt.outcome:9} {printable(journey.path)}"
    if receipt.target is not None and receipt.target != journey.path:
        line += f" -> {printable(receipt.target.name)}"
    changes = [f"- {plain(keyword)}" for keyword in receipt.keywords_removed]
    changes += [f"+ {plain(keyword)}" for keyword in receipt.keywords_added]
    line += f": {', '.join(changes)}" if changes else ""
    line += f" ({plain(receipt.reason)})" if receipt.reason else ""
    click.echo(line)


def _as_object(journey: Journey) -> dict[str, Any]:
    receipt = journey.receipt
    value: dict[str, Any] = {
        "path": os.fspath(journey.path),
        "outcome": receipt.outcome,
        "target": None if receipt.target is None else os.fspath(receipt.target),
        "added": list(receipt.keywords_added),
        "removed": list(receipt.keywords_removed),
        "calls": 0,
    }
    return {**value, "reason": receipt.reason} if receipt.reason else value
