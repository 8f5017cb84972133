"""The findings as a Markdown table and as JSON."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.exiftool import is_installed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.measuring import Finding

_PACKAGES = ("tagbridge", "pillow", "pyexiv2", "httpx", "onnxruntime", "numpy", "sqlalchemy")
_LARGE, _MIDDLE = 100.0, 10.0


def circumstances(work: Path, *, quick: bool) -> dict[str, str]:
    """Return when and on what it was measured."""
    found = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{os.cpu_count()} x {_processor()}, {_memory()} GB",
        "system": f"{platform.system()} {platform.release()}, {_file_system(work)}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **{name: version(name) for name in _PACKAGES},
    }
    if is_installed():
        said = subprocess.check_output(["exiftool", "-ver"], text=True)
        found["exiftool"] = said.strip()
    return {**found, "note": "quick: the figures mean little"} if quick else found


def markdown(findings: Sequence[Finding], about: dict[str, str]) -> str:
    """Return the table, and below it the circumstances."""
    head = ["| part | what | tagbridge | compared with | ratio | the floor's | to reach | |"]
    head.append("|---|---|---|---|---|---|---|---|")
    rows = [_row(finding) for finding in findings]
    return "\n".join([*head, *rows, "", "; ".join(f"{k}: {v}" for k, v in about.items())])


def as_json(findings: Iterable[Finding], about: dict[str, str]) -> str:
    """Return everything, with all that was measured."""
    whole = {"circumstances": about, "findings": [asdict(finding) for finding in findings]}
    return json.dumps(whole, indent=1)


def _row(finding: Finding) -> str:
    other = finding.other
    if finding.other_value is not None:
        other += f": {_figure(finding.other_value)} {finding.unit}"
    cells = (
        finding.part,
        finding.what,
        f"{_figure(finding.value)} {finding.unit}",
        other,
        _ratio(finding.ratio),
        _ratio(finding.floor),
        finding.goal,
        {None: "", True: "yes", False: "**no**"}[finding.met],
    )
    return f"| {' | '.join(cells)} |"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _figure(value: float) -> str:
    if value >= _LARGE:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.1f}" if value >= _MIDDLE else f"{value:.2f}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30))


def _file_system(folder: Path) -> str:
    command = ["stat", "--file-system", "--format", "%T", str(folder)]
    return subprocess.check_output(command, text=True).strip()
