from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge.config import Settings
from tagbridge.equipment import chosen_providers, equipped
from tagbridge.merge import KeywordRules
from tagbridge.plugins.checking import register
from tagbridge.plugins.plugins import ActivePlugin, Plugins
from tagbridge.plugins.records import LoadedPlugin, PluginFailure
from tagbridge.state import State
from tagbridge_hooks import ConfigError, ProviderInfo, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tests.tagbridge.conftest import Speaker


@pytest.fixture
def plugins(speaker: Callable[..., Speaker]) -> Plugins:
    """Return a bundled plugin with a keyless provider, a stranger's, and one that is left out."""
    infos = {name: speaker(name).info for name in ("ours", "theirs")}
    keyless = ProviderInfo(
        name="ours",
        title="Ours",
        homepage="",
        capabilities=frozenset(),
        open=infos["ours"].open,
        keyless=True,
    )
    failure = PluginFailure(name="broken", distribution="", reason="it does not load")
    active = [_active(keyless, bundled=True), _active(infos["theirs"], bundled=False)]
    return Plugins(active, [failure])


class Declares:
    """A plugin of one provider."""

    def __init__(self, info: ProviderInfo) -> None:
        self._info = info

    @hookimpl
    def tagbridge_register_providers(self) -> list[ProviderInfo]:
        return [self._info]


def _active(info: ProviderInfo, *, bundled: bool) -> ActivePlugin:
    record = LoadedPlugin(
        name=info.name, distribution="", version="", bundled=bundled, providers=(info.name,)
    )
    return ActivePlugin(record=record, manager=register(Declares(info), info.name), infos=(info,))


def names(plugins: Plugins, *only: str, **providers: dict[str, Any]) -> list[str]:
    settings = Settings(providers=providers)
    return [info.name for info, _ in chosen_providers(plugins, settings, only)]


def test_without_settings_only_our_keyless_provider_is_asked(plugins: Plugins) -> None:
    assert names(plugins) == ["ours"]


def test_a_table_switches_the_default_off(plugins: Plugins) -> None:
    assert names(plugins, theirs={}) == ["theirs"]
    assert names(plugins, theirs={}, ours={}) == ["theirs", "ours"]


def test_who_is_named_is_asked_once_and_alone(plugins: Plugins) -> None:
    assert names(plugins, "theirs", "theirs", theirs={}, ours={}) == ["theirs"]
    assert names(plugins, "ours", theirs={}) == ["ours"]


@pytest.mark.parametrize(
    ("only", "message"),
    [
        ("theirs", "providers.theirs is not configured"),
        ("their", "providers.their is not a provider that is installed; did you mean theirs"),
        ("zzz", "providers.zzz is not a provider that is installed$"),
        ("broken", "no provider can be used; `tagbridge providers` says why"),
    ],
)
def test_who_cannot_be_asked_is_named(plugins: Plugins, only: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        names(plugins, only)


def test_a_plugin_that_is_left_out_leaves_the_others(
    plugins: Plugins, caplog: pytest.LogCaptureFixture
) -> None:
    assert names(plugins, broken={}, theirs={}) == ["theirs"]
    assert "plugin broken is left out: it does not load" in caplog.text


def test_a_provider_whose_plugin_has_another_name_is_left_out_with_it(
    plugins: Plugins, caplog: pytest.LogCaptureFixture
) -> None:
    assert names(plugins, acme={}, theirs={}) == ["theirs"]
    assert "providers.acme is not a provider that is installed" in caplog.text


def test_the_table_of_a_provider_is_checked_before_anything_is_asked(plugins: Plugins) -> None:
    with pytest.raises(ConfigError, match=r"providers\.theirs\.concurrency is wrong"):
        names(plugins, theirs={"concurrency": 0})


def equipment_of(tmp_path: Path, settings: Settings) -> Equipment:
    async def make() -> Equipment:
        state = State(tmp_path / "state")
        try:
            async with equipped(settings, state, dry_run=True) as equipment:
                return equipment
        finally:
            state.close()

    return asyncio.run(make())


@pytest.mark.parametrize(
    ("overall", "own", "threshold"),
    [
        ({}, {}, 0.4),  # what its author recommends
        ({"min_confidence": 0.7}, {}, 0.7),
        ({"min_confidence": 0.5}, {}, 0.5),  # the default, but said
        ({"min_confidence": 0.7}, {"min_confidence": 0.2}, 0.2),
        ({}, {"min_confidence": 0.2}, 0.2),
    ],
)
def test_the_users_word_counts_before_the_authors(
    tmp_path: Path, overall: dict[str, Any], own: dict[str, Any], threshold: float
) -> None:
    settings = Settings(keywords=overall, providers={"local": own})
    rules = equipment_of(tmp_path, settings).merge_rules
    assert rules.providers == {"local": KeywordRules(min_confidence=threshold)}


def test_every_setting_of_writing_arrives(tmp_path: Path) -> None:
    settings = Settings(
        keywords={"root": "Machine", "max_count": 7, "blocked": ["Cat"]},
        nsfw={"threshold": 0.6, "keyword": "nude"},
        write={"sidecar_name": "append", "embed": False, "keep_mtime": True},
    )
    made = equipment_of(tmp_path, settings)
    assert (made.merge_rules.max_count, set(made.merge_rules.blocked)) == (7, {"cat"})
    assert (made.write_options.sidecar_name, made.write_options.embed) == ("append", False)
    assert (made.write_options.dry_run, made.keep_mtime) == (True, True)
    rules = made.write_options.rules
    assert (rules.root, rules.nsfw_threshold, rules.nsfw_keyword) == ("Machine", 0.6, "nude")
