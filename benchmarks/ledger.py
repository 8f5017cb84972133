"""Part `ledger`: jobs a second with one stored answer each, and what of a whole job they are."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import postgres
from benchmarks.corpus import TWELVE, copied
from benchmarks.measuring import Finding, at_most
from benchmarks.plan import ROOT
from benchmarks.progress import say
from benchmarks.running import asking
from benchmarks.service import serving
from benchmarks.way import tag
from tagbridge.ledger import open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.plan import Plan

_WORKERS = (1, 2, 4)
_MOST_PERCENT = 3.0


def measure(plan: Plan) -> Iterator[Finding]:
    """Measure SQLite, and PostgreSQL where it is installed."""
    jobs, rounds = plan.size(2000, 60), plan.size(3, 1)
    state = plan.work / "ledger"
    rates, cpu = [], []
    for _ in range(rounds):
        shutil.rmtree(state, ignore_errors=True)
        rate, milliseconds = _drained(state, "", jobs, 1)
        rates.append(rate)
        cpu.append(milliseconds)
    yield _rate("SQLite", rates)
    yield _share(plan, cpu)
    if postgres.programs() is not None:
        yield from _on_postgres(plan, state, jobs, rounds)


def _on_postgres(plan: Plan, state: Path, jobs: int, rounds: int) -> Iterator[Finding]:
    for workers in _WORKERS:
        rates = []
        for _ in range(rounds):
            with postgres.server(plan.work) as url:
                rates.append(_drained(state, url, jobs, workers)[0])
        yield _rate(f"PostgreSQL, {workers} worker{'s' * (workers > 1)}", rates)


def _rate(where: str, rates: list[float]) -> Finding:
    return Finding(
        part="ledger",
        what=f"jobs with one stored answer each, {where}",
        value=median(rates),
        unit="jobs/s",
        samples={"tagbridge": rates},
    )


def _share(plan: Plan, cpu: list[float]) -> Finding:
    """Compare the processor time of the ledger and the engine with that of a whole job."""
    count = plan.size(100, 12)
    folder = plan.work / "way"
    with serving() as service:
        home = asking(plan.home("ledger"), service.url)
        home.fresh()
        copied(plan.corpus.photos(TWELVE, count), folder)
        whole = 1000.0 * tag(home, folder, count, ()).cpu_seconds / count
    percent = 100.0 * median(cpu) / whole
    return Finding(
        part="ledger",
        what=f"of the {whole:.0f} ms of a whole job are the ledger's and the engine's, SQLite",
        value=percent,
        unit="%",
        goal=f"at most {_MOST_PERCENT:g} %",
        met=at_most(_MOST_PERCENT, percent),
        samples={"milliseconds a job": cpu},
    )


def _drained(state: Path, url: str, jobs: int, workers: int) -> tuple[float, float]:
    """Return the jobs a second of so many workers, and the milliseconds of processor for one."""
    state.mkdir(exist_ok=True)
    status = Path(__file__).stat()
    with closing(open_ledger(state, url, durable=True)) as ledger:
        ledger.jobs.add_all((Path(f"/photos/IMG_{n:06}.jpg"), status, False) for n in range(jobs))
    with ExitStack() as stack:
        started = [stack.enter_context(_worker(state, url)) for _ in range(workers)]
        for one in started:
            _line(one)
        start = time.monotonic()
        for one in started:
            _go(one)
        told = [json.loads(_line(one)) for one in started]
    if sum(one["done"] for one in told) < jobs:
        raise RuntimeError(f"not all of {jobs} jobs were done: {told}")
    seconds = max(one["last"] for one in told) - start
    say(f"{workers} workers: {jobs / seconds:.0f} jobs/s")
    return jobs / seconds, 1000.0 * sum(one["cpu"] for one in told) / jobs


def _worker(state: Path, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.jobs", state, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def _line(process: subprocess.Popen[str]) -> str:
    return process.stdout.readline() if process.stdout is not None else ""


def _go(process: subprocess.Popen[str]) -> None:
    if process.stdin is not None:
        process.stdin.write("go\n")
        process.stdin.flush()
