"""Part `offline`: the models that need no account, and how long it takes until anything happens."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.corpus import TWELVE, copied
from benchmarks.measuring import Finding, Paired, at_most, interleaved
from benchmarks.plan import pinned
from benchmarks.running import Home, Run, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.plan import Plan

_PART = "offline"
_MOST_HELP_MS = 150.0
_LOCAL = {"TAGBRIDGE_PLUGINS": "local"}


def measure(plan: Plan) -> Iterator[Finding]:
    """Measure the offline provider and the first moments of the program."""
    yield _help(plan)
    yield _first_photo(plan)
    for cores in plan.cores:
        yield from _rate(plan, cores)


def _help(plan: Plan) -> Finding:
    """Compare with an interpreter that does nothing."""
    program = [str(Path(sys.executable).parent / "tagbridge"), "--help"]
    ways: dict[str, Callable[[], Run]] = {
        "tagbridge": lambda: run(program),
        "python": lambda: run([sys.executable, "-c", "pass"]),
    }
    found = interleaved(ways, plan.size(15, 3), lambda _: None)
    paired = Paired(found, lambda one: 1000.0 * one.seconds)
    value = paired.median("tagbridge")
    return Finding(
        part=_PART,
        what="`tagbridge --help`",
        value=value,
        unit="ms",
        other="python -c pass",
        other_value=paired.median("python"),
        ratio=paired.ratio("tagbridge", "python"),
        goal=f"at most {_MOST_HELP_MS:g} ms",
        met=at_most(_MOST_HELP_MS, value),
        samples=paired.samples,
    )


def _first_photo(plan: Plan) -> Finding:
    home = Home(folder=plan.home("offline"), settings=_LOCAL)
    seconds = [_tag(plan, home, 1, ()).seconds for _ in range(plan.size(5, 1))]
    return Finding(
        part=_PART,
        what="`tagbridge tag` of one photo, from start to end",
        value=median(seconds),
        unit="s",
        samples={"tagbridge": seconds},
    )


def _rate(plan: Plan, cores: int) -> Iterator[Finding]:
    count = plan.size(100, 6)
    home = Home(folder=plan.home("offline"), settings=_LOCAL)
    runs = [_tag(plan, home, count, pinned(cores)) for _ in range(plan.size(3, 1))]
    where = "1 core" if cores == 1 else f"{cores} cores"
    rates = [count / one.seconds for one in runs]
    yield Finding(
        part=_PART,
        what=f"{count} photos of 12 megapixels, {where}",
        value=median(rates),
        unit="photos/s",
        samples={"tagbridge": rates},
    )
    memory = [one.megabytes for one in runs]
    yield Finding(
        part=_PART,
        what=f"memory, {where}",
        value=median(memory),
        unit="MB",
        samples={"tagbridge": memory},
    )


def _tag(plan: Plan, home: Home, count: int, prefix: tuple[str, ...]) -> Run:
    folder = plan.work / "offline"
    home.fresh()
    copied(plan.corpus.photos(TWELVE, count), folder)
    done = run(home.command("tag", "--json", folder), environment=home.environment, prefix=prefix)
    summary = json.loads(done.out.splitlines()[-1])["summary"]
    if sum(summary.values()) != count or summary.get("parked"):
        raise RuntimeError(f"of {count} photos became: {summary}")
    return done
