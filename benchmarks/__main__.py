"""`python -m benchmarks`: measure, print the table, write the JSON."""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
from platformdirs import user_cache_path

from benchmarks.corpus import Corpus
from benchmarks.plan import Plan
from benchmarks.progress import say
from benchmarks.table import as_json, circumstances, markdown

if TYPE_CHECKING:
    from benchmarks.measuring import Finding

PARTS = ("writing", "way", "event", "scale", "offline", "ledger")


@click.command()
@click.option("--only", multiple=True, type=click.Choice(PARTS), help="Only this part; repeatable.")
@click.option("--quick", is_flag=True, help="Only see that all works; the figures mean little.")
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    default=user_cache_path("tagbridge-benchmarks"),
    show_default=True,
    help="Where the photographs are kept, and copies of them are written: the disk to measure.",
)
@click.option(
    "--memory",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path("/dev/shm"),  # noqa: S108 - the folder that is memory, which is what is wanted
    show_default=True,
    help="A folder in memory, for a million small files.",
)
@click.option(
    "--json",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write everything that was measured into this file.",
)
def main(
    *, only: tuple[str, ...], quick: bool, cache: Path, memory: Path, target: Path | None
) -> None:
    """Measure tagbridge against the floor and against peers, and print a table."""
    cache = cache.absolute()
    work, tmpfs = cache / "work", memory / "tagbridge-benchmarks"
    work.mkdir(parents=True, exist_ok=True)
    plan = Plan(corpus=Corpus(cache), work=work, memory=tmpfs, quick=quick)
    findings: list[Finding] = []
    about = circumstances(work, quick=quick)
    try:
        for part in only or PARTS:
            say(f"part {part}")
            findings += import_module(f"benchmarks.{part}").measure(plan)
    finally:
        for folder in (work, tmpfs):
            shutil.rmtree(folder, ignore_errors=True)
        # After half an hour, what was measured before something failed is told all the same.
        print(markdown(findings, about))
        if target is not None:
            target.write_text(as_json(findings, about), encoding="utf-8")


if __name__ == "__main__":
    main()
