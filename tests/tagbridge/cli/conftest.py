"""The command line as a process, with nothing of this machine's user in its environment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs `tagbridge` with some arguments and variables."""

    def call(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        ours = re.compile(r"(TAGBRIDGE_|XDG_|PYTEST_|PYTHON|COVERAGE_)")
        kept = {name: value for name, value in os.environ.items() if not ours.match(name)}
        command = [sys.executable, "-m", "tagbridge", *map(str, arguments)]
        env = {**kept, "HOME": str(tmp_path), **variables}
        return subprocess.run(
            command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    return call
