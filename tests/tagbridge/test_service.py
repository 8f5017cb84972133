"""The unit that systemd reads, by the eyes of systemd itself."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tagbridge.service.service import command_of
from tagbridge.service.unit import quoted, unit_of
from tagbridge_hooks.errors import ConfigError

ODD = ["a b", "100%", "%h", "$HOME", "${HOME}", "é;|&*"]
VERY_ODD = ['quo"te', "it's", "back\\slash", "tab\there"]


def verified(text: str, folder: Path) -> str:
    """Return what systemd says against a unit."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("needs systemd-analyze: apt-get install systemd")
    unit = folder / "tagbridge.service"
    unit.write_text(text, encoding="utf-8")
    command: list[str | Path] = [
        "systemd-analyze",
        "verify",
        "--user",
        "--man=no",
        "--recursive-errors=no",
        unit,
    ]
    env = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    ours = [line for line in done.stderr.splitlines() if "tagbridge" in line]
    return "\n".join(ours) + ("" if done.returncode == 0 or ours else done.stderr)


def test_systemd_has_nothing_against_the_unit(tmp_path: Path) -> None:
    command = command_of(tmp_path / "my settings.toml", tmp_path / "state")
    assert verified(unit_of(command), tmp_path) == ""


def test_systemd_would_find_a_fault(tmp_path: Path) -> None:
    assert "Unknown key" in verified(unit_of(["/bin/true"]).replace("Type=", "Tipe="), tmp_path)


@pytest.mark.parametrize("name", ODD)
def test_systemd_finds_a_program_of_any_name(tmp_path: Path, name: str) -> None:
    program = tmp_path / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert verified(unit_of([str(program)]), tmp_path) == ""
    program.unlink()
    assert "is not executable" in verified(unit_of([str(program)]), tmp_path)


@pytest.mark.parametrize("name", VERY_ODD)
def test_a_program_that_systemd_would_not_run_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="move it"):
        unit_of([str(tmp_path / name)])


@pytest.mark.parametrize("name", ODD + VERY_ODD)
def test_systemd_takes_any_argument(tmp_path: Path, name: str) -> None:
    assert verified(unit_of(["/bin/true", "--config", f"/{name}/a.toml"]), tmp_path) == ""


@pytest.mark.parametrize("name", ODD + VERY_ODD)
def test_a_name_comes_back_as_it_was(name: str) -> None:
    # As systemd reads it: one word in quotation marks, with escapes as in C, and %% for a %.
    (word,) = shlex.split(re.sub(r"\\x(..)", lambda m: chr(int(m[1], 16)), quoted(name)))
    assert word.replace("%%", "%") == name


def test_a_line_feed_makes_no_line_of_its_own() -> None:
    unit = unit_of(["/bin/true", "a\nExecStartPre=/bin/false"])
    assert not [line for line in unit.splitlines() if line.startswith("ExecStartPre")]


def test_a_name_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(ConfigError, match="not UTF-8"):
        quoted(os.fsdecode(b"caf\xe9"))


def test_the_command_is_the_same_wherever_it_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    command = command_of(Path("a.toml"), None)
    assert command == [sys.executable, "-P", "-m", "tagbridge", "--config", "/a.toml", "watch"]
