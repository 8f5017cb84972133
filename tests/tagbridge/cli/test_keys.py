"""Keys in the settings file, in the environment and in the keyring, as people meet them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., subprocess.CompletedProcess[str]]

KEY = "providers.everypixel.client_secret"
TABLE = '[providers.everypixel]\nclient_id = "keyring:pixels/me"\nclient_secret = "keyring:"\n'


@pytest.fixture
def keyring(tmp_path: Path) -> dict[str, str]:
    """Return the variables that give a keyring in a file."""
    backend = "keyrings.alt.file.PlaintextKeyring"
    return {"PYTHON_KEYRING_BACKEND": backend, "XDG_DATA_HOME": str(tmp_path / "data")}


def put(service: str, user: str, keyring: dict[str, str]) -> None:
    command = [sys.executable, "-m", "keyring", "set", service, user]
    subprocess.run(command, input="a-key", text=True, env=keyring, check=True, capture_output=True)


def everypixel(done: subprocess.CompletedProcess[str]) -> tuple[str, str]:
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    (row,) = (row for row in rows if row["name"] == "everypixel")
    return row["state"], row["missing"]


def test_keys_in_the_keyring_are_found_and_missing_ones_named(
    run: Run, tmp_path: Path, keyring: dict[str, str]
) -> None:
    (tmp_path / "config.toml").write_text(TABLE)  # others may read it: there is no key in it
    ask = ("--config", "config.toml", "providers", "--json")
    put("pixels", "me", keyring)

    state, missing = everypixel(run(*ask, **keyring))
    assert state == "wrongly configured"
    assert missing.endswith(f"put it there with `keyring set tagbridge {KEY}`")

    put("tagbridge", KEY, keyring)
    assert everypixel(run(*ask, **keyring)) == ("in use", "")


def test_a_key_that_the_keyring_lacks_ends_a_run_before_anything_is_done(
    run: Run, tmp_path: Path, keyring: dict[str, str]
) -> None:
    variables = {
        f"TAGBRIDGE_PROVIDERS__EVERYPIXEL__CLIENT_{n}": "keyring:" for n in ("ID", "SECRET")
    }
    done = run("tag", tmp_path, **keyring, **variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert "keyring set tagbridge providers.everypixel.client_id`" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_keyring_is_left_alone_when_only_others_are_asked(
    run: Run, tmp_path: Path, keyring: dict[str, str]
) -> None:
    (tmp_path / "config.toml").write_text(TABLE + "[providers.local]\n")
    (tmp_path / "empty").mkdir()
    for command in (("status",), ("tag", "--provider", "local", "empty")):
        done = run("--config", "config.toml", *command, **keyring)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["tag", "watch", "status", "providers"])
def test_a_file_with_a_key_that_others_can_read_is_refused(
    run: Run, tmp_path: Path, command: str
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[providers.everypixel]\nclient_secret = "a-key"\n')
    config.chmod(0o644)
    paths = [tmp_path] if command in {"tag", "watch"} else []
    done = run("--config", config, command, *paths)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"holds {KEY}, but others can read it (mode 0644)" in done.stderr
    assert f"chmod 600 {config}" in done.stderr
    assert "a-key" not in done.stderr
