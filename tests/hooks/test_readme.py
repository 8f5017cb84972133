"""The author's guide says what the code does, and its example works as it stands there."""

from __future__ import annotations

import dataclasses
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pydantic
import pytest

import tagbridge_hooks
from tagbridge_hooks import errors, responses, specs, testing, values

if TYPE_CHECKING:
    from types import ModuleType

PAGE = (Path(__file__).parents[2] / "hooks" / "README.md").read_text(encoding="utf-8")
NAMED_BLOCK = re.compile(r"^\*\*`([\w.]+)`\*\*\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = dict(NAMED_BLOCK.findall(PAGE))
HOOKS = {
    name: list(inspect.signature(value).parameters)
    for name, value in vars(specs).items()
    if name.startswith("tagbridge_") and inspect.isfunction(value)
}
EXPORTED = {name: getattr(tagbridge_hooks, name) for name in tagbridge_hooks.__all__}
FIELDS = [
    (name, field.name)
    for name, kind in EXPORTED.items()
    if dataclasses.is_dataclass(kind)
    for field in dataclasses.fields(kind)
] + [
    (name, field)
    for name, kind in EXPORTED.items()
    if inspect.isclass(kind) and issubclass(kind, pydantic.BaseModel)
    for field in kind.model_fields
]


def section(name: str) -> str:
    found = re.search(rf"^### `{name}`\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"hooks/README.md has no section `{name}`"
    return found[1]


def test_the_page_has_exactly_the_hooks_that_exist_with_exactly_their_arguments() -> None:
    headings = re.findall(r"^### `(tagbridge_\w+)\((.*?)\)`$", PAGE, re.MULTILINE)
    assert {name: [a for a in text.split(", ") if a] for name, text in headings} == HOOKS


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_says_when_it_is_called_what_it_returns_and_what_raising_does(hook: str) -> None:
    text = section(rf"{hook}\(.*\)")
    assert "**Called**" in text
    assert "**Returns**" in text
    assert "**If it raises**" in text


@pytest.mark.parametrize("name", tagbridge_hooks.__all__)
def test_every_exported_name_is_on_the_page(name: str) -> None:
    assert re.search(rf"`{name}\b", PAGE)


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_every_field_is_in_the_section_of_its_type(kind: str, field: str) -> None:
    assert f"\n| `{field}` | " in section(kind)


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in FIELDS}))
def test_no_field_is_on_the_page_that_the_type_lacks(kind: str) -> None:
    documented = re.findall(r"^\| `(\w+)` \|", section(kind), re.MULTILINE)
    assert documented == [field for owner, field in FIELDS if owner == kind]


@pytest.mark.parametrize("capability", tagbridge_hooks.Capability)
def test_every_capability_is_on_the_page(capability: tagbridge_hooks.Capability) -> None:
    assert f"`{capability.name}`" in section("Capability")


def test_every_error_has_a_row_that_says_what_the_core_does() -> None:
    rows = re.findall(r"^\| `(\w+Error)` \|", PAGE, re.MULTILINE)
    known = [name for name, kind in vars(errors).items() if inspect.isclass(kind)]
    assert rows == [name for name in known if name != "TagbridgeError"]


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (module, name)
        for module in (responses, values)
        for name, value in vars(module).items()
        if inspect.isfunction(value)
    ],
)
def test_every_response_function_is_on_the_page_with_its_arguments(
    module: ModuleType, name: str
) -> None:
    arguments = ", ".join(inspect.signature(getattr(module, name)).parameters)
    assert f"`{name}({arguments})`" in PAGE


@pytest.mark.parametrize("name", testing.__all__)
def test_every_part_of_the_test_kit_is_on_the_page(name: str) -> None:
    assert re.search(rf"`{name}\b", PAGE)


def test_the_example_provider_has_fewer_than_sixty_lines() -> None:
    assert len(BLOCKS["tagbridge_lumen.py"].splitlines()) < 60


def test_every_link_on_the_page_leads_to_a_heading() -> None:
    headings = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", text).lower().replace(" ", "-") for text in headings}
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= anchors


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name, text in BLOCKS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_example_passes_its_own_test_against_a_real_server(package: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [*command, f"--rootdir={package}", "test_tagbridge_lumen.py"],
        cwd=package,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    checks = [name for name in vars(testing.ProviderContract) if name.startswith("test_")]
    assert f"{len(checks)} passed" in run.stdout
