from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge.choosing import chosen_providers, terms_of
from tagbridge.config import Settings
from tagbridge.equipment import equipped
from tagbridge.ledger import open_ledger
from tagbridge.merge import KeywordRules
from tagbridge.plugins.checking import register
from tagbridge.plugins.plugins import ActivePlugin, Plugins
from tagbridge.plugins.records import LoadedPlugin, PluginFailure
from tagbridge.transport.courier import Courier
from tagbridge_hooks import (
    ConfigError,
    Limits,
    Price,
    ProviderInfo,
    ProviderSettings,
    hookimpl,
)

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
    theirs = replace(infos["theirs"], keyless=False)
    active = [_active(keyless, bundled=True), _active(theirs, bundled=False)]
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
        courier = Courier(tmp_path / "state", "")
        with closing(open_ledger(None)) as ledger:
            async with equipped(settings, ledger, courier, dry_run=True) as equipment:
                return equipment

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


def test_the_vocabulary_is_read_with_what_it_blocks(tmp_path: Path) -> None:
    words = tmp_path / "words.toml"
    words.write_text("[rules]\nblocked = 'Man'\n[[keyword]]\ntext = 'Sea'\nsynonyms = 'ocean'")
    settings = Settings(keywords={"vocabulary": str(words), "blocked": ["Cat"]})

    rules = equipment_of(tmp_path, settings).merge_rules

    assert rules.vocabulary
    assert rules.vocabulary.find("ocean")
    assert set(rules.blocked) == {"cat", "man"}


def test_a_broken_vocabulary_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    settings = Settings(keywords={"vocabulary": str(tmp_path / "none.txt")})

    with pytest.raises(ConfigError, match=r"keywords\.vocabulary: .*none.txt': there is no such"):
        equipment_of(tmp_path, settings)


def test_words_may_be_blocked_for_one_provider(tmp_path: Path) -> None:
    settings = Settings(providers={"local": {"blocked": ["Cat", "DOG"]}})

    rules = equipment_of(tmp_path, settings).merge_rules

    assert rules.providers["local"].blocked == {"cat", "dog"}
    assert rules.blocked == frozenset()


def paid(limits: Limits, price: Price | None = None) -> ProviderInfo:
    return ProviderInfo(
        name="paid",
        title="Paid",
        homepage="",
        capabilities=frozenset(),
        open=lambda _settings, _context: None,  # type: ignore[arg-type, return-value]  # not opened
        limits=limits,
        price=price,
    )


@pytest.mark.parametrize(
    ("users", "services", "kept"),
    [(None, None, None), (5, None, 5), (None, 7, 7), (5, 7, 5), (9, 7, 7)],
)
def test_of_two_limits_the_stricter_one_is_kept(
    users: int | None, services: int | None, kept: int | None
) -> None:
    info = paid(Limits(requests_per_second=services, daily_calls=services))
    own = ProviderSettings(requests_per_second=users, daily_calls=users)
    terms = terms_of(info, own, Settings())
    assert (terms.rate, terms.daily_calls) == (kept, kept)


def test_the_users_price_counts_before_the_declared_one() -> None:
    info = paid(Limits(), Price(amount=0.01, currency="EUR"))
    declared = terms_of(info, ProviderSettings(), Settings())
    own = terms_of(info, ProviderSettings(price_per_call=0.002), Settings())
    assert [(t.price, t.currency) for t in (declared, own)] == [(0.01, "EUR"), (0.002, "EUR")]


def test_a_price_that_only_the_user_knows_is_in_their_currency() -> None:
    unknown = paid(Limits())
    own = ProviderSettings(price_per_call=0.5, currency="CHF")
    without = terms_of(unknown, ProviderSettings(currency="CHF"), Settings())
    known = terms_of(unknown, own, Settings())
    assert [(t.price, t.currency) for t in (without, known)] == [(None, ""), (0.5, "CHF")]


def test_a_budget_of_zero_is_none() -> None:
    none = terms_of(paid(Limits()), ProviderSettings(), Settings())
    some = Settings(budget={"daily_calls": 3, "daily_cost": 0.5})
    terms = terms_of(paid(Limits()), ProviderSettings(), some)
    assert (none.total_daily_calls, none.daily_cost) == (None, None)
    assert (terms.total_daily_calls, terms.daily_cost) == (3, 0.5)
