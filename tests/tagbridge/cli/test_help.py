from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS = ["tag", "watch", "review", "show", "check", "keywords", "providers"]
HEAVY = [
    *("numpy", "onnxruntime", "PIL", "pillow_heif", "pydantic", "httpx", "pluggy", "sqlite3"),
    *("starlette", "uvicorn", "jinja2"),
]


def test_help_names_every_command(run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"\n  {command} " in done.stdout for command in COMMANDS)


@pytest.mark.parametrize("arguments", [["--help"], *([c, "--help"] for c in COMMANDS)])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom tagbridge.cli import main\n"
        f"try: main({arguments})\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_version_is_that_of_the_package(
    run: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    assert run("--version").stdout == f"tagbridge {version('tagbridge')}\n"


@pytest.mark.parametrize("arguments", [["tag"], ["show"], ["tog", "a"], ["tag", "--jason", "a"]])
def test_wrong_usage_is_status_2(
    run: Callable[..., subprocess.CompletedProcess[str]], arguments: list[str]
) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Error: " in done.stderr
