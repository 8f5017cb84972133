"""The guide to the providers names what there is, all of it, and nothing else."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tagbridge.plugins import load_plugins
from tagbridge_hooks import Capability, ProviderSettings

PAGE = (Path(__file__).parents[2] / "plugins" / "README.md").read_text(encoding="utf-8")
PLUGINS = load_plugins()
OURS = {one.name: one for one in PLUGINS.loaded if one.distribution == "tagbridge"}
PROVIDERS = {name: PLUGINS.providers[name] for plugin in OURS.values() for name in plugin.providers}
COMMANDS = {(name, command.name) for name in OURS for command in PLUGINS.commands(name)}
# What every table takes, and what the page explains for all of them.
COMMON = {*ProviderSettings.model_fields, "base_url"}
OWN = [
    (name, field)
    for name, info in PROVIDERS.items()
    for field in info.settings.model_fields
    if field not in COMMON
]
EXAMPLES = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
# Words of the table's second column for each capability.
WORDS = {
    Capability.KEYWORDS: "keyword|answer",
    Capability.PERSONS: "persons|faces|celebrities",
    Capability.TEXT: "text",
    Capability.COLORS: "dominant colours",
    Capability.CAPTIONS: "caption|title",
    Capability.SENSITIVITY: "NSFW",
    Capability.QUALITY: "quality",
    Capability.SIMILAR: "similar pictures",
}


def tables() -> list[list[list[str]]]:
    """Return the cells of each table, line by line, without its head."""
    found = re.findall(r"(?:^\|.*\|$\n)+", PAGE, re.MULTILINE)
    return [
        [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]
        for table in found
    ]


def rows() -> dict[str, list[list[str]]]:
    """Return the lines of the first table by provider."""
    by_provider: dict[str, list[list[str]]] = {}
    name = ""
    for line in tables()[0]:
        name = line[0].strip("` |") or name
        by_provider.setdefault(name, []).append(line)
    return by_provider


def section(name: str) -> str:
    found = re.search(rf"^## {name}: [^\n]*\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"plugins/README.md has no section about {name}"
    return found[1]


def test_one_table_has_every_provider_and_the_sections_follow_it() -> None:
    assert PAGE.count("| provider | capability") == 1
    assert set(rows()) == set(PROVIDERS)
    assert re.findall(r"^## (\w+): ", PAGE, re.MULTILINE) == list(rows())


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_has_a_line_for_each_of_its_capabilities(name: str) -> None:
    capabilities = [line[1] for line in rows()[name]]
    for capability in Capability:
        told = any(re.search(rf"\b(?:{WORDS[capability]})", words) for words in capabilities)
        assert told == (capability in PROVIDERS[name].capabilities), capability


@pytest.mark.parametrize("name", PROVIDERS)
def test_no_line_stands_there_twice(name: str) -> None:
    capabilities = [line[1] for line in rows()[name]]
    assert len(set(capabilities)) == len(capabilities)


@pytest.mark.parametrize(("name", "field"), OWN)
def test_every_setting_of_a_provider_is_in_its_section(name: str, field: str) -> None:
    assert re.search(rf"(`|^){field}\b", section(name), re.MULTILINE)


def test_the_settings_of_all_providers_are_listed() -> None:
    listed = re.search(r"^Every table .*?\n\n", PAGE, re.MULTILINE | re.DOTALL)
    assert listed
    named = set(re.findall(r"`([a-z_]+)`", listed[0]))
    assert named - set(PROVIDERS) == COMMON


@pytest.mark.parametrize(
    "block", re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
)
def test_every_example_is_valid(block: str) -> None:
    for name, table in tomllib.loads(block)["providers"].items():
        PROVIDERS[name].settings.model_validate(table)


def test_every_command_is_in_the_guide_and_every_command_of_the_guide_exists() -> None:
    named = {
        (plugin, name)
        for plugin, name in re.findall(r"tagbridge (\w+) (\w+)", PAGE)
        if plugin in OURS
    }
    (listed,) = (
        t for t in tables() if any(line[0] == "`tasks [--create NAME] [--json]`" for line in t)
    )
    documented = {("vize", line[0].strip("`").split()[0]) for line in listed}
    assert named | documented == COMMANDS
    assert documented == {(plugin, name) for plugin, name in COMMANDS if plugin == "vize"}


def test_every_heading_stands_by_itself() -> None:
    assert re.findall(r"[^\n]\n#+ .*|^#+ .*\n[^\n]", PAGE, re.MULTILINE) == []


def test_no_paragraph_stands_there_twice() -> None:
    paragraphs = [p for p in PAGE.split("\n\n") if len(p) > 80]
    assert sorted(set(paragraphs)) == sorted(paragraphs)
