"""Part `way`: the whole way of a photo, from the file to the keywords in it, as whole programs."""

from __future__ import annotations

import json
import sys
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
_OF_FLOOR, _OF_NAIVE, _OF_RATE, _OF_SLOW_NAIVE, _OF_PREVIEW = 0.85, 10.0, 0.9, 20.0, 3.0


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
    floor = [sys.executable, "-m", "benchmarks.floor", str(cores), str(folder)]
    with serving() as service:
        home = asking(plan.home("way"), service.url)
        ways: dict[str, Callable[[], Run]] = {
            "tagbridge": lambda: tag(home, folder, count, prefix),
            "floor": lambda: run(floor, prefix=prefix),
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
    compared = (("floor", _OF_FLOOR, "85 % of it"), ("naive", _OF_NAIVE, "10 times as fast"))
    for other, least, goal in compared:
        ratio = rates.ratio("tagbridge", other)
        yield _against(rates, what, other, ratio, goal=f"at least {goal}", least=least)
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
    rates: Paired[float], what: str, other: str, ratio: float, *, goal: str, least: float
) -> Finding:
    return Finding(
        part=_PART,
        what=what,
        value=rates.median("tagbridge"),
        unit="photos/s",
        other=other,
        other_value=rates.median(other),
        ratio=ratio,
        goal=goal,
        met=at_least(least, ratio),
        samples={name: rates.samples[name] for name in ("tagbridge", other)},
    )


def _previews(plan: Plan) -> Iterator[Finding]:
    """Compare photos that carry a preview of 1620 pixels with the same photos without."""
    count = plan.size(200, 12)
    kinds = {"tagbridge": WITH_PREVIEW, "without previews": TWELVE}
    photos = {name: plan.corpus.photos(kind, count) for name, kind in kinds.items()}
    folder, prefix = plan.work / "way", pinned(max(plan.cores))
    with serving() as service:
        home = asking(plan.home("way"), service.url)

        def prepare(name: str) -> None:
            home.fresh()
            copied(photos[name], folder)

        ways = {name: partial(tag, home, folder, count, prefix) for name in kinds}
        found = interleaved(ways, plan.size(3, 1), prepare)
    rates = Paired(_rates(found, dict.fromkeys(kinds, count)), float)
    ratio = rates.ratio("tagbridge", "without previews")
    what = f"the same with a preview of 1620 pixels, {_cores(max(plan.cores))}"
    goal = "at least 3 times as fast"
    yield _against(rates, what, "without previews", ratio, goal=goal, least=_OF_PREVIEW)


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
        copied(few, folder)
        naive = _naive(service, folder, ())
    rates = {"tagbridge": [count / ours.seconds], "naive": [len(few) / naive.seconds]}
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
        goal="at least 90 % of it, none refused",
        met=ratio >= _OF_RATE and not refused,
        samples={"tagbridge": rates.samples["tagbridge"]},
    )
    ratio = rates.ratio("tagbridge", "naive")
    goal = "at least 20 times as fast"
    yield _against(rates, what, "naive", ratio, goal=goal, least=_OF_SLOW_NAIVE)


def _cores(cores: int) -> str:
    return "1 core" if cores == 1 else f"{cores} cores"
