from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

import pytest

from tagbridge.plugins import Plugins, load_plugins

if TYPE_CHECKING:
    from pathlib import Path

    from tagbridge_hooks import Asset

PROVIDER = """
@hookimpl
def tagbridge_register_providers():
    return [provider({name!r}, keyless=True)]
"""
Install = Callable[..., EntryPoint]


def reason(plugins: Plugins, name: str) -> str:
    (failure,) = (failure for failure in plugins.failures if failure.name == name)
    return failure.reason


def test_a_plugin_that_is_installed_is_found_with_its_package_and_version(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("lumen", PROVIDER.format(name="lumen"))
    monkeypatch.setenv("TAGBRIDGE_PLUGINS", "lumen")
    (plugin,) = load_plugins().loaded
    assert (plugin.name, plugin.distribution, plugin.version) == ("lumen", "stranger", "1.0")
    assert plugin.providers == ("lumen",)
    assert not plugin.bundled


def test_a_package_with_unreadable_entry_points_leaves_the_others_in(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("lumen", PROVIDER.format(name="lumen"))
    install("torn", "", distribution="torn")
    (file,) = tmp_path.glob("torn-*/entry_points.txt")
    file.write_text("[tagbridge]\na line that is no entry point\n", encoding="utf-8")
    monkeypatch.setenv("TAGBRIDGE_PLUGINS", "lumen")
    plugins = load_plugins()
    assert list(plugins.providers) == ["lumen"]
    (failure,) = plugins.failures
    assert (failure.name, failure.distribution) == ("", "torn")
    assert "reinstall torn" in failure.reason


def test_a_package_that_has_nothing_to_do_with_us_may_be_as_broken_as_it_likes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "foreign-1.0.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[console_scripts]\nno entry point", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setenv("TAGBRIDGE_PLUGINS", "")
    assert load_plugins().failures == ()


def test_an_entry_point_that_is_listed_twice_is_one_plugin(install: Install) -> None:
    point = install("lumen", PROVIDER.format(name="lumen"))
    plugins = load_plugins([point, point])
    assert [plugin.name for plugin in plugins.loaded] == ["lumen"]
    assert plugins.failures == ()


def test_an_entry_point_without_a_package_is_loaded(install: Install) -> None:
    value = install("lumen", PROVIDER.format(name="lumen")).value
    (plugin,) = load_plugins([EntryPoint("lumen", value, "tagbridge")]).loaded
    assert (plugin.distribution, plugin.version, plugin.bundled) == ("", "", False)


def test_an_object_of_a_module_can_be_the_plugin(install: Install, asset: Asset) -> None:
    code = """
class Plugin:
    @hookimpl
    def tagbridge_register_providers(self):
        return [provider("lumen")]
    @hookimpl
    def tagbridge_accept_asset(self, asset):
        return False
plugin = Plugin()
"""
    plugins = load_plugins([install("lumen", code, attribute=":plugin")])
    assert list(plugins.providers) == ["lumen"]
    assert plugins.accepts(asset) is False


def test_what_comes_with_tagbridge_is_bundled_whatever_the_spelling(install: Install) -> None:
    point = install("lumen", PROVIDER.format(name="lumen"), distribution="TagBridge")
    assert load_plugins([point]).loaded[0].bundled


def test_only_keyless_providers_that_are_bundled_work_unasked(install: Install) -> None:
    ours = install("a", PROVIDER.format(name="ours"), distribution="tagbridge")
    keyed = "@hookimpl\ndef tagbridge_register_providers():\n    return [provider('keyed')]\n"
    points = [
        ours,
        install("b", keyed, distribution="tagbridge"),
        install("c", PROVIDER.format(name="theirs")),
    ]
    plugins = load_plugins(points)
    assert set(plugins.providers) == {"ours", "keyed", "theirs"}
    assert list(plugins.default_providers) == ["ours"]


@pytest.mark.parametrize(
    ("pin", "names"),
    [("b", ["b"]), (" c , a ", ["a", "c"]), ("", []), (",", []), (None, ["a", "b", "c"])],
)
def test_the_variable_pins_which_plugins_load(
    install: Install, monkeypatch: pytest.MonkeyPatch, pin: str | None, names: list[str]
) -> None:
    points = [install(name, PROVIDER.format(name=name)) for name in "abc"]
    if pin is not None:
        monkeypatch.setenv("TAGBRIDGE_PLUGINS", pin)
    plugins = load_plugins(points)
    assert [plugin.name for plugin in plugins.loaded] == names
    assert plugins.failures == ()


def test_a_plugin_that_is_not_chosen_is_not_even_imported(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAGBRIDGE_PLUGINS", "")
    point = install("lumen", "raise SystemExit('imported')")
    assert load_plugins([point]).failures == ()
    assert point.module not in sys.modules


@pytest.mark.parametrize(
    ("pin", "remedy"), [("lumenn", "did you mean lumen?"), ("zzz", "install it")]
)
def test_a_chosen_plugin_that_is_not_installed_is_told(
    install: Install, monkeypatch: pytest.MonkeyPatch, pin: str, remedy: str
) -> None:
    monkeypatch.setenv("TAGBRIDGE_PLUGINS", pin)
    plugins = load_plugins([install("lumen", PROVIDER.format(name="lumen"))])
    assert "TAGBRIDGE_PLUGINS" in reason(plugins, pin)
    assert remedy in reason(plugins, pin)
