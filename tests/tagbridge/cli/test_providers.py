from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., subprocess.CompletedProcess[str]]


def listed(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["name"]: row for row in rows}


def test_the_offline_default_is_in_use_until_another_is_configured(
    run: Run, tmp_path: Path
) -> None:
    local = listed(run("providers", "--json"))["local"]
    assert (local["state"], local["missing"]) == ("in use", "")
    assert "keywords" in local["capabilities"]
    (tmp_path / "config.toml").write_text("[providers.other]\n")
    rows = listed(run("--config", "config.toml", "providers", "--json"))
    assert rows["local"]["state"] == "off"


def test_a_wrong_table_is_told_with_the_key(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[providers.local]\ncolor = true\n")
    local = listed(run("--config", "config.toml", "providers", "--json"))["local"]
    assert local["state"] == "wrongly configured"
    assert "providers.local.color" in local["missing"]


def test_people_read_the_same(run: Run) -> None:
    done = run("providers")
    names = {line.split()[0] for line in done.stdout.splitlines() if not line.startswith(" ")}
    assert names == set(listed(run("providers", "--json")))


def test_a_configured_provider_that_is_not_installed_is_told_of(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[providers.lokal]\n")
    rows = listed(run("--config", "config.toml", "providers", "--json"))
    assert rows["lokal"]["state"] == "not installed"
    assert "local" in rows["lokal"]["missing"]
