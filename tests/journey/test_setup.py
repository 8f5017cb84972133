"""Installed in each way that people install it, it finds every plugin and carries every file."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PLUGINS = sorted(path.parent for path in (ROOT / "plugins").glob("*/__init__.py"))
LOCATE = "import sys, {0}; print({0}.__path__[0])"
NOTICES = """
from importlib.metadata import files
(found,) = [f for f in files("tagbridge") if f.name == "THIRD_PARTY_NOTICES"]
print(found.read_text())
"""

# Making three environments takes minutes on a machine without caches.
pytestmark = pytest.mark.timeout(1800)


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program as a user would: nothing of ours in the environment."""
    ours = re.compile(r"(TAGBRIDGE_|PYTHONPATH|VIRTUAL_ENV|PYTEST_)")
    env = {name: value for name, value in os.environ.items() if not ours.match(name)}
    arguments = [str(part) for part in command]
    done = subprocess.run(arguments, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def uv() -> list[str]:
    """Return how to call uv; empty without it, and pip does the same more slowly."""
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    return [found] if (found := shutil.which("uv")) else []


def wheel(folder: Path) -> Path:
    if uv():
        run(*uv(), "build", "--wheel", "--out-dir", folder, ROOT, cwd=folder)
    else:
        run(sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", folder, ROOT, cwd=folder)
    (built,) = folder.glob("tagbridge-*.whl")
    return built


@pytest.fixture(scope="module", params=["pip install .", "pip install -e .", "wheel"])
def programs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the programs of a new environment that holds tagbridge."""
    folder = tmp_path_factory.mktemp("installed")
    environment = folder / "environment"
    run(sys.executable, "-m", "venv", environment, cwd=folder)
    python = environment / "bin" / "python"
    what: dict[str, list[str | Path]] = {
        "pip install .": [ROOT],
        "pip install -e .": ["-e", ROOT],
    }
    chosen = what.get(str(request.param)) or [wheel(folder)]
    if uv():
        run(*uv(), "pip", "install", "--python", python, *chosen, cwd=folder)
    else:
        run(python, "-m", "pip", "install", "--quiet", *chosen, cwd=folder)
    return python.parent


def test_every_plugin_of_the_checkout_is_declared() -> None:
    declared = PROJECT["entry-points"]["tagbridge"]
    assert sorted(declared.values()) == [plugin.name for plugin in PLUGINS]


def test_every_plugin_is_found(programs: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.touch()
    said = run(programs / "tagbridge", "--config", config, "providers", "--json", cwd=tmp_path)
    rows = [json.loads(line) for line in said.splitlines()]
    assert {row["plugin"] for row in rows} == set(PROJECT["entry-points"]["tagbridge"])
    assert {row["distribution"] for row in rows} == {"tagbridge"}
    # One that needs what is not installed would be left out.
    assert {row["state"] for row in rows} == {"in use", "off"}
    commands = {row["name"]: row["commands"] for row in rows if row["commands"]}
    for plugin, names in commands.items():
        for name in names:
            run(programs / "tagbridge", plugin, name, "--help", cwd=tmp_path)
    assert set(commands) == {"everypixel", "imagerecognize", "vize"}


@pytest.mark.parametrize("plugin", PLUGINS, ids=[plugin.name for plugin in PLUGINS])
def test_every_file_of_a_plugin_is_there(programs: Path, tmp_path: Path, plugin: Path) -> None:
    code = LOCATE.format(plugin.name)
    installed = Path(run(programs / "python", "-c", code, cwd=tmp_path).strip())
    files = [p for p in plugin.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    assert len(files) > 1
    for file in files:
        assert (installed / file.relative_to(plugin)).read_bytes() == file.read_bytes()


def test_the_notices_of_others_are_there(programs: Path, tmp_path: Path) -> None:
    said = run(programs / "python", "-c", NOTICES, cwd=tmp_path)
    assert said.strip() == (ROOT / "THIRD_PARTY_NOTICES").read_text(encoding="utf-8").strip()


def test_a_photo_gets_its_keyword(programs: Path, tmp_path: Path, photos: Path) -> None:
    cat = shutil.copyfile(photos / "cat.jpg", tmp_path / "cat.jpg")
    config = tmp_path / "config.toml"
    config.touch()
    places = ("--config", config, "--state", tmp_path / "state")
    said = run(programs / "tagbridge", *places, "tag", "--json", cat, cwd=tmp_path)
    assert "Cat" in json.loads(said.splitlines()[0])["added"]
