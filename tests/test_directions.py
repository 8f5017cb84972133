"""Imports flow one way: core to contract, provider to contract, and nothing in between."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONTRACT = "tagbridge_hooks"
CONTRACT_MAY_USE = {CONTRACT, "pluggy", "pydantic", "httpx"}
PLUGINS = sorted(
    path.name for path in (ROOT / "plugins").iterdir() if (path / "__init__.py").is_file()
)
PROVIDERS = [name.removeprefix("tagbridge_") for name in PLUGINS]
# Names of providers that are ordinary words as well: the core may say "local file system".
ORDINARY_WORDS = {"local", "vision"}


def python_files(*folders: str) -> list[Path]:
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def imported(file: Path) -> Iterator[str]:
    """Yield the top package of every import, wherever in the file it stands."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def strings(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def declared_packages() -> set[str]:
    """Return the import names of the declared dependencies, extras for developers left out."""
    extras = PROJECT.get("optional-dependencies", {})
    wanted = PROJECT["dependencies"] + [
        one for name, listed in extras.items() if name not in {"test", "dev"} for one in listed
    ]
    names = {canonical(re.split(r"[\s<>=!~;\[(]", one, maxsplit=1)[0]) for one in wanted}
    installed = packages_distributions().items()
    found = {package for package, owners in installed if names & set(map(canonical, owners))}
    return found | {name.replace("-", "_") for name in names}  # an extra need not be installed


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


DECLARED = declared_packages()
CORE_FILES = python_files("tagbridge")
CONTRACT_FILES = python_files("hooks")
PLUGIN_FILES = python_files("plugins")


def test_there_is_something_to_look_at() -> None:
    assert CORE_FILES
    assert CONTRACT_FILES
    assert PLUGIN_FILES
    assert PLUGINS


@pytest.mark.parametrize("file", CORE_FILES, ids=name_of)
def test_the_core_imports_no_provider(file: Path) -> None:
    ours = {name for name in imported(file) if name.startswith("tagbridge_")}
    assert ours <= {CONTRACT}


@pytest.mark.parametrize("file", CORE_FILES, ids=name_of)
def test_the_core_names_no_provider(file: Path) -> None:
    named = {text for text in strings(file) for name in PLUGINS if name in text}
    exact = set(strings(file)) & (set(PROVIDERS) - ORDINARY_WORDS)
    assert named | exact == set()


@pytest.mark.parametrize("file", PLUGIN_FILES, ids=name_of)
def test_a_provider_imports_neither_the_core_nor_another_provider(file: Path) -> None:
    own = file.relative_to(ROOT / "plugins").parts[0]
    ours = {name for name in imported(file) if re.match(r"tagbridge(_|\Z)", name)}
    assert ours <= {CONTRACT, own}


@pytest.mark.parametrize("file", CONTRACT_FILES, ids=name_of)
def test_the_contract_imports_little(file: Path) -> None:
    assert set(imported(file)) <= CONTRACT_MAY_USE | set(sys.stdlib_module_names)


@pytest.mark.parametrize("file", CORE_FILES + CONTRACT_FILES + PLUGIN_FILES, ids=name_of)
def test_whatever_is_imported_is_a_declared_dependency(file: Path) -> None:
    ours = {"tagbridge", CONTRACT, *PLUGINS}
    foreign = set(imported(file)) - set(sys.stdlib_module_names) - ours
    assert foreign <= DECLARED


@pytest.mark.parametrize("file", CORE_FILES + CONTRACT_FILES + PLUGIN_FILES, ids=name_of)
def test_no_import_goes_by_the_folder_of_a_room(file: Path) -> None:
    assert set(imported(file)) & {"hooks", "plugins", "tests"} == set()


@pytest.mark.parametrize("plugin", PLUGINS)
def test_every_folder_of_plugins_has_an_entry_point(plugin: str) -> None:
    points = PROJECT["entry-points"]["tagbridge"]
    assert plugin in {value.partition(":")[0].partition(".")[0] for value in points.values()}


def test_every_entry_point_has_a_folder() -> None:
    points = PROJECT["entry-points"]["tagbridge"]
    assert {value.partition(":")[0].partition(".")[0] for value in points.values()} == set(PLUGINS)


def test_every_python_file_of_plugins_is_in_a_package_named_after_us() -> None:
    folders = {file.relative_to(ROOT / "plugins").parts[0] for file in PLUGIN_FILES}
    assert folders == set(PLUGINS)
    assert all(name.startswith("tagbridge_") for name in folders)
