"""Part `event`: from the last byte of a new photo to its keywords, while nothing else happens."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.corpus import SMALL, TWELVE
from benchmarks.measuring import Finding, at_most
from benchmarks.progress import say
from benchmarks.running import asking
from benchmarks.service import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.corpus import Kind
    from benchmarks.plan import Plan
    from benchmarks.running import Home

_SETTLE = 1.0
_MOST_MS = 60.0
_LONG = 60.0
_LOOK = 0.001
_PAUSE = 0.3  # between two photos, so that each finds an idle daemon


def measure(plan: Plan) -> Iterator[Finding]:
    """Measure photos one by one, small ones and those of a camera."""
    for kind in (TWELVE, SMALL):
        times = _times(plan, kind, plan.size(20, 3))
        value = 1000.0 * median(times)
        yield Finding(
            part="event",
            what=f"from the last byte to the keywords, without the {_SETTLE:g} s of settling, "
            f"{kind.name}",
            value=value,
            unit="ms",
            goal=f"at most {_MOST_MS:g} ms",
            met=at_most(_MOST_MS, value),
            samples={"tagbridge": [1000.0 * seconds for seconds in times]},
        )


def _times(plan: Plan, kind: Kind, count: int) -> list[float]:
    photos = plan.corpus.photos(kind, count + 1)
    inbox = plan.work / "inbox"
    shutil.rmtree(inbox, ignore_errors=True)
    inbox.mkdir()
    settle = {"TAGBRIDGE_WATCH__SETTLE_SECONDS": str(_SETTLE)}
    with serving() as service:
        home = asking(plan.home("event"), service.url, **settle)
        home.fresh()
        with watching(home, inbox):
            times = [_time(photo, inbox) for photo in photos]
    return times[1:]  # with the first one the daemon starts its helpers


def _time(photo: Path, inbox: Path) -> float:
    """Return how long a photo takes to get its keywords, beyond the settling."""
    path = inbox / photo.name
    shutil.copyfile(photo, path)
    written = time.monotonic()
    before = path.stat().st_ino
    while path.stat().st_ino == before:
        if time.monotonic() - written > _LONG:
            raise RuntimeError(f"{path} did not get its keywords")
        time.sleep(_LOOK)
    seconds = time.monotonic() - written - _SETTLE
    say(f"{1000.0 * seconds:.0f} ms")
    time.sleep(_PAUSE)
    return seconds


@contextmanager
def watching(home: Home, *folders: Path) -> Iterator[subprocess.Popen[str]]:
    """Run the daemon, from when it has begun to watch all folders."""
    with subprocess.Popen(
        home.command("watch", *folders),
        env=home.environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            await_line(process, " is ", len(folders))
            with _drained(process):
                yield process
        finally:
            process.terminate()


def await_line(process: subprocess.Popen[str], words: str, times: int = 1) -> None:
    """Read the log of a program until so many of its lines hold these words.

    Raises:
        RuntimeError: It ended before.
    """
    if process.stderr is None:
        raise RuntimeError("its log is not read")
    said = []
    for line in process.stderr:
        said.append(line)
        times -= words in line
        if not times:
            return
    raise RuntimeError("".join(said))


@contextmanager
def _drained(process: subprocess.Popen[str]) -> Iterator[None]:
    """Throw away what a program says further, so that it never waits for a reader."""
    if process.stderr is None:
        raise RuntimeError("its log is not read")
    with subprocess.Popen(
        ["cat"], stdin=process.stderr, stdout=subprocess.DEVNULL, env=os.environ
    ) as reader:
        yield
        process.terminate()
        reader.wait()
