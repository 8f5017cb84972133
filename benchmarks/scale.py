"""Part `scale`: a hundred thousand files and a million, in memory."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

from benchmarks.event import watching
from benchmarks.measuring import Finding, at_most
from benchmarks.plan import ROOT
from benchmarks.progress import say
from benchmarks.running import asking, cpu_of, memory_of
from tagbridge.ledger import Ledger, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.plan import Plan

_PART = "scale"
_IN_A_FOLDER = 1000
_JUNK = b"this is no photograph"
_LOOK, _QUIET, _TICKS = 0.1, 2.0, 0.025
_MOST_SECONDS, _MOST_MEGABYTES, _MOST_IDLE = 60.0, 300.0, 0.5


def measure(plan: Plan) -> Iterator[Finding]:
    """Measure first starts and bursts with real files, second starts with sparse ones."""
    many = plan.size(100_000, 100)
    yield from _first_start(plan, many)
    yield from _burst(plan, many)
    for count in (1000,) if plan.quick else (1000, 10_000, 100_000):
        yield from _second_start(plan, count)
    yield from _second_start(plan, plan.size(1_000_000, 2000), last=True)


def _first_start(plan: Plan, count: int) -> Iterator[Finding]:
    """Find everything new, and put it into the ledger."""
    folder, state = _emptied(plan)
    _fill(folder, count)
    start = time.monotonic()
    process = _watcher(folder, state, count)
    told = _told(process)
    yield _finding(
        f"first start: {_spaced(count)} new files into the ledger", told["at"] - start, count
    )


def _burst(plan: Plan, count: int) -> Iterator[Finding]:
    """Let them all come while the daemon watches."""
    folder, state = _emptied(plan)
    process = _watcher(folder, state, count)
    if process.stdout is not None:
        process.stdout.readline()
    start = time.monotonic()
    _fill(folder, count)
    told = _told(process)
    what = f"burst of {_spaced(count)} new files into the ledger, none lost"
    yield _finding(what, told["at"] - start, count)


def _finding(what: str, seconds: float, count: int) -> Finding:
    say(f"{what}: {seconds:.1f} s")
    return Finding(
        part=_PART,
        what=f"{what} ({1e6 * seconds / count:.0f} µs each)",
        value=seconds,
        unit="s",
        samples={"tagbridge": [seconds]},
    )


def _second_start(plan: Plan, count: int, *, last: bool = False) -> Iterator[Finding]:
    """Start the daemon on files that are all known, and leave it alone then."""
    folder, state = _emptied(plan)
    _fill(folder, count, b"")
    home = asking(state.parent, "http://127.0.0.1:9")
    (home.folder / "state").mkdir()
    _make_known(folder, home.folder / "state")
    with watching(home, folder) as process:
        start = time.monotonic()
        seconds, megabytes = _until_quiet(process.pid, start)
        idle = _idle(process.pid, plan.size(20, 1)) if last else None
    yield Finding(
        part=_PART,
        what=f"second start: {_spaced(count)} known files ({1e6 * seconds / count:.0f} µs each)",
        value=seconds,
        unit="s",
        goal=f"at most {_MOST_SECONDS:g} s" if last else "",
        met=at_most(_MOST_SECONDS, seconds) if last else None,
        samples={"tagbridge": [seconds]},
    )
    if idle is not None:
        yield _of_daemon("memory of the daemon", count, megabytes, "MB", _MOST_MEGABYTES)
        yield _of_daemon("idle", count, idle, "% of a core", _MOST_IDLE)


def _of_daemon(what: str, count: int, value: float, unit: str, most: float) -> Finding:
    return Finding(
        part=_PART,
        what=f"{what}, {_spaced(count)} files",
        value=value,
        unit=unit,
        goal=f"at most {most:g} {unit.split(maxsplit=1)[0]}",
        met=at_most(most, value),
        samples={"tagbridge": [value]},
    )


def _spaced(count: int) -> str:
    return f"{count:_}".replace("_", " ")


def _until_quiet(pid: int, start: float) -> tuple[float, float]:
    """Return when the daemon had done its scan, and the most memory it had until then."""
    used, since, megabytes = 0.0, start, 0.0
    while time.monotonic() - since < _QUIET:
        time.sleep(_LOOK)
        megabytes = max(megabytes, memory_of(pid))
        now = cpu_of(pid)
        if now - used > _TICKS:
            used, since = now, time.monotonic()
    return since - start, megabytes


def _idle(pid: int, seconds: int) -> float:
    """Return how much of a core it uses when nothing happens, in percent."""
    before = cpu_of(pid)
    time.sleep(seconds)
    return 100.0 * (cpu_of(pid) - before) / seconds


def _emptied(plan: Plan) -> tuple[Path, Path]:
    shutil.rmtree(plan.memory, ignore_errors=True)
    folder, state = plan.memory / "photos", plan.memory / "home" / "ledger"
    folder.mkdir(parents=True)
    state.mkdir(parents=True)
    return folder, state


def _fill(folder: Path, count: int, content: bytes = _JUNK) -> None:
    """Make files; without a content they are sparse and take no memory."""
    for number in range(count):
        if not number % _IN_A_FOLDER:
            current = folder / f"{number // _IN_A_FOLDER:04}"
            current.mkdir()
        descriptor = os.open(current / f"IMG_{number:07}.jpg", os.O_WRONLY | os.O_CREAT)
        if content:
            os.write(descriptor, content)
        else:
            os.ftruncate(descriptor, 5_000_000)
        os.close(descriptor)


def _make_known(folder: Path, state: Path) -> None:
    """Say of all files that they were dealt with, as quickly as SQLite takes it."""
    with closing(open_ledger(state)) as ledger:
        rows = list(_rows(folder, ledger))
    with closing(sqlite3.connect(next(state.glob("*.sqlite3")))) as database, database:
        database.executemany(
            "INSERT INTO file (path, inode, size, mtime_ns, outcome, reason, at)"
            " VALUES (?, ?, ?, ?, 'unchanged', '', 0.0)",
            rows,
        )


def _rows(folder: Path, ledger: Ledger) -> Iterator[tuple[object, ...]]:
    for below in folder.iterdir():
        for path in below.iterdir():
            key = ledger.paths.key(path)
            yield (key, *ledger.paths.stamp(key, path.lstat()))


def _watcher(folder: Path, state: Path, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.watcher", folder, state, str(count)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def _told(process: subprocess.Popen[str]) -> dict[str, float]:
    out, _ = process.communicate()
    told: dict[str, float] = json.loads(out.splitlines()[-1])
    return told
