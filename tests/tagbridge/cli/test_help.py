from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from tagbridge.cli import main
from tagbridge.cli.later import Later

if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS = ["tag", "watch", "review", "show", "check", "keywords", "providers"]
HEAVY = [
    *("numpy", "onnxruntime", "PIL", "pillow_heif", "pydantic", "httpx", "pluggy", "sqlite3"),
    *("starlette", "uvicorn", "jinja2", "asyncio", "tagbridge_hooks", "tagbridge.config"),
]


def loaded_by(arguments: list[str]) -> set[str]:
    code = (
        "import sys\nfrom tagbridge.cli import main\n"
        f"try: main({arguments})\nexcept SystemExit: pass\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_help_names_every_command(run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"\n  {command} " in done.stdout for command in COMMANDS)


def test_the_list_of_commands_needs_no_log() -> None:
    assert "logging" not in loaded_by(["--help"])


@pytest.mark.parametrize("arguments", [["--help"], *([c, "--help"] for c in COMMANDS)])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    assert sorted(loaded_by(arguments) & set(HEAVY)) == []


def test_the_list_of_commands_says_what_each_says_itself() -> None:
    assert isinstance(main.commands, Later)
    said = {name: main.commands[name].get_short_help_str(limit=1000) for name in main.commands}
    assert main.commands.sentences == said


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
