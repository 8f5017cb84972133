"""`tagbridge tag`: recognize and write now."""

from __future__ import annotations

import logging
from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tagbridge.cli.place import Place
    from tagbridge.config import Settings
    from tagbridge.ledger import Ledger


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--provider", "only", multiple=True, metavar="NAME", help="Ask only this one; repeatable."
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def tag(
    ctx: click.Context,
    paths: tuple[Path, ...],
    only: tuple[str, ...],
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Recognize photos and write their keywords now; folders are walked.

    A dry run asks no service: it knows what is stored and what works offline, and says how many
    calls a run would make, and what they would cost.

    Exit status: 0 all well, 1 some photos failed or were parked, 2 wrong usage or settings.
    """
    import asyncio  # noqa: PLC0415 - quick --help

    from tagbridge.cli.place import log_to_stderr  # noqa: PLC0415 - quick --help
    from tagbridge.starting import starting  # noqa: PLC0415 - quick --help

    starting()
    place: Place = ctx.obj
    log_to_stderr(logging.WARNING)
    settings = place.settings()
    with closing(place.open_ledger(dry_run=dry_run)) as ledger:
        failed = asyncio.run(
            _tag(paths, settings, place, ledger, only=only, dry_run=dry_run, as_json=as_json)
        )
    ctx.exit(1 if failed else 0)


async def _tag(
    paths: tuple[Path, ...],
    settings: Settings,
    place: Place,
    ledger: Ledger,
    *,
    only: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> bool:
    from tagbridge.cli.report import Progress, TagReport  # noqa: PLC0415 - quick --help
    from tagbridge.equipment import equipped  # noqa: PLC0415 - quick --help
    from tagbridge.formats import is_candidate  # noqa: PLC0415 - quick --help
    from tagbridge.journeys import journeys  # noqa: PLC0415 - quick --help
    from tagbridge.starting import started  # noqa: PLC0415 - quick --help
    from tagbridge.walk import walk  # noqa: PLC0415 - quick --help

    progress = Progress(wanted=not as_json)
    report = TagReport(progress, as_json=as_json)
    made = equipped(
        *(settings, ledger, place.courier(dry_run=dry_run)),
        only=only,
        dry_run=dry_run,
        records=place.records() if dry_run else None,
    )
    run = None if dry_run else ledger.runs.running("tag")
    async with made as equipment:
        started()
        with run or nullcontext():
            find = partial(walk, paths, is_candidate=partial(is_candidate, kinds=equipment.kinds))
            if progress.shown:
                progress.total = sum(1 for _ in find(sweeping=False))
            async for journey in journeys(find(sweeping=not dry_run), equipment):
                report.add(journey, nsfw_threshold=settings.nsfw.threshold)
        report.finish(recognizer.terms for recognizer in equipment.recognizers)
    return report.failed
