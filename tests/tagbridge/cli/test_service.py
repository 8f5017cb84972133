"""`tagbridge service`, with and without a systemd."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., subprocess.CompletedProcess[str]]

# Stands in for a program of the system, not for anything of ours: notes what it was told.
SYSTEMCTL = """#!/bin/sh
shift 2
echo "$@" >> "$HOME/told"
case "$1" in
is-active) echo active;;
is-enabled) echo enabled;;
esac
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Return a PATH with a systemctl that does what it is told."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "systemctl").write_text(SYSTEMCTL)
    (programs / "systemctl").chmod(0o755)
    return f"{programs}:/usr/bin:/bin"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "my 100% settings.toml"
    file.write_text(f'[watch]\nfolders = ["{tmp_path}"]\n')
    return file


def unit(home: Path) -> Path:
    return home / ".config" / "systemd" / "user" / "tagbridge.service"


def told(home: Path) -> list[str]:
    return (home / "told").read_text().splitlines()


def test_it_is_installed_seen_and_removed(
    run: Run, tmp_path: Path, path: str, config: Path
) -> None:
    done = run("--config", config, "service", "install", PATH=path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "journalctl --user --unit tagbridge.service" in done.stdout
    assert "enable-linger" in done.stdout
    named = str(config).replace("%", "%%")
    assert f'"--config" "{named}" "watch"' in unit(tmp_path).read_text()
    start = ["daemon-reload", "enable tagbridge.service", "restart tagbridge.service"]
    assert told(tmp_path) == start

    seen = run("--config", config, "service", "status", "--json", PATH=path)
    assert seen.returncode == 0
    assert json.loads(seen.stdout) == {
        "unit": str(unit(tmp_path)),
        "installed": True,
        "current": True,
        "enabled": "enabled",
        "active": "active",
    }
    other = run("--state", "elsewhere", "service", "status", PATH=path)
    assert "It is not the one of these settings" in other.stdout

    gone = run("service", "uninstall", PATH=path)
    assert (gone.returncode, gone.stdout) == (0, "The service is removed.\n")
    assert told(tmp_path)[-1] == "disable --now tagbridge.service"
    assert not unit(tmp_path).exists()
    assert run("service", "uninstall", PATH=path).stdout == "There is no service.\n"


def test_without_systemd_it_says_what_to_do(run: Run, tmp_path: Path, config: Path) -> None:
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    done = run("--config", config, "service", "install", PATH=str(nothing))
    assert done.returncode == 1
    assert "there is no systemctl on this machine" in done.stderr
    assert "let your supervisor run: tagbridge watch" in done.stderr
    assert unit(tmp_path).exists()
    seen = run("--config", config, "service", "status", PATH=str(nothing))
    assert (seen.returncode, seen.stdout) == (1, f"{unit(tmp_path)}: unknown, unknown\n")
    gone = run("service", "uninstall", PATH=str(nothing))
    assert gone.returncode == 1
    assert not unit(tmp_path).exists()


@pytest.mark.skipif(not shutil.which("systemctl"), reason="needs systemctl")
def test_a_systemd_that_does_not_run_is_said(run: Run, tmp_path: Path, config: Path) -> None:
    nowhere = {"XDG_RUNTIME_DIR": str(tmp_path), "DBUS_SESSION_BUS_ADDRESS": ""}
    done = run("--config", config, "service", "install", **nowhere)
    assert done.returncode == 1
    assert "It could not be started: systemctl --user daemon-reload: " in done.stderr


def test_settings_that_the_service_would_not_know_are_named_without_their_values(
    run: Run, path: str, config: Path
) -> None:
    secret = {"TAGBRIDGE_PROVIDERS__ACME__API_KEY": "canary"}
    done = run("--config", config, "service", "install", PATH=path, **secret)
    assert "knows nothing of TAGBRIDGE_PROVIDERS__ACME__API_KEY" in done.stderr
    assert "canary" not in done.stdout + done.stderr


def test_a_unit_of_somebody_else_is_left_alone(
    run: Run, tmp_path: Path, path: str, config: Path
) -> None:
    unit(tmp_path).parent.mkdir(parents=True)
    unit(tmp_path).write_text("[Service]\nExecStart=/bin/true\n")
    for command in ("install", "uninstall"):
        done = run("--config", config, "service", command, PATH=path)
        assert done.returncode == 2
        assert "was not made by tagbridge" in done.stderr
    assert unit(tmp_path).read_text() == "[Service]\nExecStart=/bin/true\n"


def test_folders_must_be_in_the_settings(run: Run, tmp_path: Path, path: str) -> None:
    done = run("service", "install", PATH=path)
    assert done.returncode == 2
    assert "watch.folders is not set" in done.stderr
    assert not unit(tmp_path).exists()
