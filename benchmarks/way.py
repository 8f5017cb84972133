"""Part `way`: the whole way of a photo, from the file to the keywords in it, as whole programs."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.corpus import TWELVE, WITH_PREVIEW, copied
from benchmarks.measuring import Finding, Paired, Samples, at_least, interleaved
from benchmarks.plan import pinned
from benchmarks.running import Home, Run, asking, run
from benchmarks.service import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from benchmarks.plan import Plan
    from benchmarks.service import Service

_PART = "way"
_LATENCY = (0.1, 1.5)
_RATE = 30
_OF_RATE = 0.9
# What is to be reached, in words and as a ratio.
_OF_FLOOR = ("at least 85 % of it", 0.85)
_OF_NAIVE = ("at least 10 times as fast", 10.0)
_OF_PREVIEW = ("at least 3 times as fast", 3.0)
_OF_SLOW_NAIVE = ("at least 20 times as fast", 20.0)


def measure(plan: Plan) -> Iterator[Finding]:
    """Measure everything about the whole way."""
    for cores in plan.cores:
        yield from _at_once(plan, cores)
    yield from _previews(plan)
    yield from _slow_service(plan)


def tag(home: Home, folder: Path, count: int, prefix: tuple[str, ...]) -> Run:
    """Tag a folder by `tagbridge tag`, and see that every photo was written.

    Raises:
        RuntimeError: One was not.
    """
    done = run(home.command("tag", "--json", folder), environment=home.environment, prefix=prefix)
    summary = json.loads(done.out.splitlines()[-1])["summary"]
    if summary.get("written") != count:
        raise RuntimeError(f"of {count} photos were written: {summary}")
    return done


def _at_once(plan: Plan, cores: int) -> Iterator[Finding]:
    """Compare with the floor and the naive way, when the service answers at once."""
    count, few = plan.size(200, 12), plan.size(40, 4)
    photos = plan.corpus.photos(TWELVE, count)
    folder, prefix = plan.work / "way", pinned(cores)
    with serving() as service:
        home = asking(plan.home("way"), service.url)
        ways: dict[str, Callable[[], Run]] = {
            "tagbridge": lambda: tag(home, folder, count, prefix),
            "floor": lambda: run(_floor(cores, folder), prefix=prefix),
            "naive": lambda: _naive(service, folder, prefix),
        }

        def prepare(name: str) -> None:
            home.fresh()
            copied(photos[:few] if name == "naive" else photos, folder)

        found = interleaved(ways, plan.size(3, 1), prepare)
    counts = {"tagbridge": count, "floor": count, "naive": few}
    rates = Paired(_rates(found, counts), float)
    cpu = {name: [1000.0 * r.cpu_seconds / counts[name] for r in found[name]] for name in found}
    what = f"{count} photos of 12 megapixels, {_cores(cores)}"
    yield _against(rates, what, "floor", _OF_FLOOR)
    yield _against(rates, what, "naive", _OF_NAIVE, "floor")
    per_photo = Paired(cpu, float)
    yield Finding(
        part=_PART,
        what=f"processor time a photo, {_cores(cores)}",
        value=per_photo.median("tagbridge"),
        unit="ms",
        other="floor",
        other_value=per_photo.median("floor"),
        ratio=per_photo.ratio("tagbridge", "floor"),
        samples={name: cpu[name] for name in ("tagbridge", "floor")},
    )


def _naive(service: Service, folder: Path, prefix: tuple[str, ...]) -> Run:
    command = [sys.executable, "-m", "benchmarks.naive", service.url]
    return run([*command, *sorted(folder.iterdir())], prefix=prefix)


def _rates(found: dict[str, list[Run]], counts: dict[str, int]) -> Samples:
    return {name: [counts[name] / one.seconds for one in runs] for name, runs in found.items()}


def _against(
    rates: Paired[float], what: str, other: str, goal: tuple[str, float], floor: str = ""
) -> Finding:
    """Return how the rates compare.

    Args:
        rates: Photos a second, by the way it was done.
        what: Was done.
        other: What tagbridge is compared with.
        goal: What is to be reached.
        floor: Which of the rates is the floor's in the place of tagbridge; empty for none.
    """
    ratio = rates.ratio("tagbridge", other)
    words, least = goal
    return Finding(
        part=_PART,
        what=what,
        value=rates.median("tagbridge"),
        unit="photos/s",
        other=other,
        other_value=rates.median(other),
        ratio=ratio,
        floor=rates.ratio(floor, other) if floor else None,
        goal=words,
        met=at_least(least, ratio),
        samples={name: rates.samples[name] for name in ("tagbridge", other, floor) if name},
    )


def _previews(plan: Plan) -> Iterator[Finding]:
    """Compare photos that carry a preview of 1620 pixels with the same photos without."""
    count, cores = plan.size(200, 12), max(plan.cores)
    without, bare, seen = "without previews", "floor, without", "floor, with previews"
    kinds = {"tagbridge": WITH_PREVIEW, without: TWELVE, seen: WITH_PREVIEW, bare: TWELVE}
    photos = {name: plan.corpus.photos(kind, count) for name, kind in kinds.items()}
    folder, prefix = plan.work / "way", pinned(cores)
    with serving() as service:
        home = asking(plan.home("way"), service.url)

        def prepare(name: str) -> None:
            home.fresh()
            copied(photos[name], folder)

        ways: dict[str, Callable[[], Run]] = {
            **dict.fromkeys(("tagbridge", without), partial(tag, home, folder, count, prefix)),
            **dict.fromkeys((seen, bare), partial(run, _floor(cores, folder), prefix=prefix)),
        }
        found = interleaved(ways, plan.size(3, 1), prepare)
    rates = Paired(_rates(found, dict.fromkeys(kinds, count)), float)
    what = f"the same with a preview of 1620 pixels, {_cores(cores)}"
    finding = _against(rates, what, without, _OF_PREVIEW)
    samples = {**finding.samples, **{name: rates.samples[name] for name in (seen, bare)}}
    yield replace(finding, floor=rates.ratio(seen, bare), samples=samples)


def _slow_service(plan: Plan) -> Iterator[Finding]:
    """Compare with the rate of a service whose answers take their time, and the naive way."""
    times = plan.size(5, 1)
    photos = plan.corpus.photos(TWELVE, plan.size(200, 30))
    few = photos[: plan.size(20, 3)]
    folder, count = plan.work / "way", times * len(photos)
    with serving(latency=_LATENCY, rate=_RATE) as service:
        rate = {"TAGBRIDGE_PROVIDERS__EVERYPIXEL__REQUESTS_PER_SECOND": str(_RATE)}
        many = {"TAGBRIDGE_PROVIDERS__EVERYPIXEL__CONCURRENCY": "64"}
        home = asking(plan.home("way"), service.url, **rate, **many)
        home.fresh()
        copied(photos, folder, times)
        ours = tag(home, folder, count, ())
        asked = service.statistics()
        copied(photos, folder, times)
        floor = run(_floor(max(plan.cores), folder))
        copied(few, folder)
        naive = _naive(service, folder, ())
    counted = {"tagbridge": (ours, count), "floor": (floor, count), "naive": (naive, len(few))}
    rates = {name: [photos / one.seconds] for name, (one, photos) in counted.items()}
    yield from _with_limit(Paired(rates, float), count, asked["refused"])


def _with_limit(rates: Paired[float], count: int, refused: int) -> Iterable[Finding]:
    ratio = rates.median("tagbridge") / _RATE
    what = f"{count} photos, answers after 100 to 1500 ms, {_RATE} requests a second"
    yield Finding(
        part=_PART,
        what=f"{what} ({refused} refused)",
        value=rates.median("tagbridge"),
        unit="photos/s",
        other="the limit",
        other_value=float(_RATE),
        ratio=ratio,
        floor=min(1.0, rates.median("floor") / _RATE),
        goal="at least 90 % of it, none refused",
        met=ratio >= _OF_RATE and not refused,
        samples={name: rates.samples[name] for name in ("tagbridge", "floor")},
    )
    yield _against(rates, what, "naive", _OF_SLOW_NAIVE, "floor")


def _floor(cores: int, folder: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.floor", str(cores), str(folder)]


def _cores(cores: int) -> str:
    return "1 core" if cores == 1 else f"{cores} cores"
