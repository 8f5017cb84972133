"""Run a whole program and know what it took."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.plan import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LOOK_SECONDS = 0.5
_PLUGIN = ROOT / "benchmarks" / "plugin"
_TICKS = os.sysconf("SC_CLK_TCK")
_KEYS = {
    "TAGBRIDGE_PLUGINS": "benchmark",
    "TAGBRIDGE_PROVIDERS__EVERYPIXEL__CLIENT_ID": "me",
    "TAGBRIDGE_PROVIDERS__EVERYPIXEL__CLIENT_SECRET": "secret",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run of a program took.

    Attributes:
        seconds: From start to end.
        cpu_seconds: Of it and all processes that it started.
        megabytes: The most memory that it and its processes had at once.
        out: What it said.
    """

    seconds: float
    cpu_seconds: float
    megabytes: float
    out: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """tagbridge with settings and a state of its own."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def fresh(self) -> None:
        """Forget everything."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of the program: none of this user's own settings count."""
        # An installation is compiled: what forbids that here would be measured at each start.
        left_out = re.compile(r"TAGBRIDGE_|XDG_|PYTHONDONTWRITEBYTECODE")
        kept = {name: v for name, v in os.environ.items() if not left_out.match(name)}
        ours = {"HOME": str(self.folder), "PYTHONPATH": f"{_PLUGIN}{os.pathsep}{ROOT}"}
        return {**kept, **ours, **self.settings}

    def command(self, *arguments: str | Path) -> list[str]:
        """Return a command of the program."""
        start = [sys.executable, "-m", "tagbridge", "--state", str(self.folder / "state")]
        return [*start, *map(str, arguments)]


def asking(folder: Path, url: str, **settings: str) -> Home:
    """Return tagbridge with the local service as its only provider."""
    address = {"TAGBRIDGE_PROVIDERS__EVERYPIXEL__BASE_URL": f"{url}/v1"}
    return Home(folder=folder, settings={**_KEYS, **address, **settings})


def run(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    prefix: Sequence[str] = (),
) -> Run:
    """Run a program to its end.

    Raises:
        RuntimeError: It failed; the message is what it said.
    """
    whole = [*prefix, *map(str, command)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)} if environment is None else environment
    start = time.perf_counter()
    process = subprocess.Popen(whole, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with _watched(process.pid) as memory:
        out, err = _said(process)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(whole[:9])} ended with {process.returncode}:\n{err[-2000:]}")
    cpu = usage.ru_utime + usage.ru_stime
    return Run(seconds=seconds, cpu_seconds=cpu, megabytes=max(memory), out=out)


def _said(process: subprocess.Popen[bytes]) -> tuple[str, str]:
    """Read to the end without waiting for the process: its usage is wanted."""
    said: dict[str, bytes] = {}

    def drain(name: str) -> None:
        stream = getattr(process, name)
        said[name] = stream.read()
        stream.close()

    threads = [threading.Thread(target=drain, args=(name,)) for name in ("stdout", "stderr")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said["stdout"].decode(errors="replace"), said["stderr"].decode(errors="replace")


@contextmanager
def _watched(pid: int) -> Iterator[list[float]]:
    """Look now and then how much memory a process and its children have."""
    seen = [0.0]
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_LOOK_SECONDS):
            seen.append(memory_of(pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


def memory_of(pid: int) -> float:
    """Return the memory of a process and its descendants, in MB; program code counts once."""
    first, *others = family(pid)
    return _status(first, "VmRSS") + sum(_status(one, "RssAnon") for one in others)


def cpu_of(pid: int) -> float:
    """Return the seconds of a core that a process and its living descendants have used."""
    return sum(_used(one) for one in family(pid))


def family(pid: int) -> list[int]:
    """Return a process and its descendants."""
    found = [pid]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:  # it has just ended
            continue
    return found


def _status(pid: int, name: str) -> float:
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:  # it has just ended
        return 0.0
    found = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _used(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS
