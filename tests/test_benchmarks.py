"""The benchmark runs; what it measures is its own affair."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_benchmark_prints_a_table_and_writes_what_it_measured(tmp_path: Path) -> None:
    memory, target = tmp_path / "memory", tmp_path / "measured.json"
    memory.mkdir()
    options = ["--only", "scale", "--quick", "--cache", str(tmp_path), "--memory", str(memory)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *options, "--json", target],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    measured = json.loads(target.read_text(encoding="utf-8"))
    rows = [line for line in done.stdout.splitlines() if line.startswith("| scale ")]
    assert len(rows) == len(measured["findings"]) > 0
    assert all(finding["value"] > 0 for finding in measured["findings"] if finding["unit"] == "s")
    assert measured["circumstances"]["Python"]
    assert not list(memory.iterdir())
