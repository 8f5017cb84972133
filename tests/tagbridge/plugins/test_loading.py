from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

import pytest

from tagbridge.plugins import PluginFailure, Plugins, load_plugins

if TYPE_CHECKING:
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


HOOK = "@hookimpl\ndef tagbridge_register_providers():\n    "
FAULTS = {
    "syntax": ("def (", "SyntaxError"),
    "import-raises": ("1 / 0", "ZeroDivisionError: division by zero"),
    "import-exits": ("raise SystemExit(3)", "SystemExit: 3"),
    "import-missing": ("import no_such_module_x", "the module no_such_module_x is not installed"),
    "import-remedy": ("import no_such_module_x", "update or uninstall stranger"),
    "extra-missing": (
        "raise MissingExtraError('lumen needs torch: pip install tagbridge-lumen[torch]')",
        "pip install tagbridge-lumen[torch]",
    ),
    "no-hook": ("", "no function marked with @hookimpl"),
    "misspelt": (
        "@hookimpl\ndef tagbridge_register_provider(): return []",
        "did you mean tagbridge_register_providers?",
    ),
    "misspelt-unmarked": (
        "def tagbridge_acept_asset(asset): return False",
        "did you mean tagbridge_accept_asset?",
    ),
    "unknown-marked": ("@hookimpl\ndef launch(): pass", "its launch is not a hook"),
    "unmarked": ("def tagbridge_accept_asset(asset): return False", "not marked with @hookimpl"),
    "argument": (
        "@hookimpl\ndef tagbridge_accept_asset(asset, mood): return None",
        "asks for mood, but the hook gives asset",
    ),
    "async": (
        "@hookimpl\nasync def tagbridge_accept_asset(asset): return False",
        "hooks never wait",
    ),
    "async-generator": (
        "@hookimpl\nasync def tagbridge_register_providers():\n    yield provider('x')",
        "hooks never wait",
    ),
    "wrapper": (
        "@hookimpl(wrapper=True)\ndef tagbridge_accept_asset(asset):\n    return (yield)",
        "nothing to wrap",
    ),
    "twice": (
        (
            "@hookimpl\ndef tagbridge_accept_asset(asset): pass\n"
            "@hookimpl(specname='tagbridge_accept_asset')\ndef other(asset): pass"
        ),
        "more than once",
    ),
    "raises": (f"{HOOK}raise ValueError('no luck')", "raised ValueError: no luck"),
    "raises-midway": (f"{HOOK}yield provider('x')\n    1 / 0", "raised ZeroDivisionError"),
    "none": (f"{HOOK}pass", "returned NoneType; return a list"),
    "not-a-list": (f"{HOOK}return provider('x')", "returned ProviderInfo; return a list"),
    "coroutine": (
        f"async def later(): return []\n{HOOK}return later()",
        "returned coroutine; return a list",
    ),
    "not-an-info": (f"{HOOK}return ['lumen']", "'lumen', which is not a ProviderInfo"),
    "bad-name": (f"{HOOK}return [provider('Lu Men')]", "provider name 'Lu Men'"),
    "bad-settings": (
        f"{HOOK}return [provider('x', settings=dict)]",
        "`settings` must be a subclass of ProviderSettings",
    ),
    "same-provider-twice": (
        f"{HOOK}return [provider('x'), provider('x')]",
        "declares the provider x twice",
    ),
}


@pytest.mark.parametrize(("code", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_faulty_plugin_is_left_out_with_a_reason_and_the_others_work(
    install: Install, code: str, sentence: str
) -> None:
    faulty = install("faulty", code)
    sound = install("sound", PROVIDER.format(name="sound"), distribution="other")
    plugins = load_plugins([faulty, sound])
    assert list(plugins.providers) == ["sound"]
    assert [plugin.name for plugin in plugins.loaded] == ["sound"]
    assert [(failure.name, failure.distribution) for failure in plugins.failures] == [
        ("faulty", "stranger")
    ]
    assert sentence in reason(plugins, "faulty")


def test_a_plugin_that_is_left_out_takes_part_in_no_hook(install: Install, asset: Asset) -> None:
    code = f"{HOOK}raise ValueError\n@hookimpl\ndef tagbridge_accept_asset(asset): return False"
    assert load_plugins([install("faulty", code)]).accepts(asset) is True


def test_an_attribute_that_does_not_exist_takes_only_that_plugin_out(install: Install) -> None:
    plugins = load_plugins([install("lumen", "", attribute=":absent")])
    assert "has no attribute 'absent'" in reason(plugins, "lumen")


def test_a_class_in_place_of_an_object_is_refused(install: Install) -> None:
    code = "class Plugin:\n    @hookimpl\n    def tagbridge_accept_asset(self, asset): pass\n"
    plugins = load_plugins([install("lumen", code, attribute=":Plugin")])
    assert "the class Plugin; name an instance" in reason(plugins, "lumen")


def test_a_plugin_name_of_ours_cannot_be_taken(install: Install) -> None:
    theirs = install("local", PROVIDER.format(name="theirs"), distribution="aaa")
    ours = install("local", PROVIDER.format(name="local"), distribution="tagbridge")
    plugins = load_plugins([theirs, ours])
    assert list(plugins.providers) == ["local"]
    assert plugins.loaded[0].bundled
    assert plugins.failures == (
        PluginFailure(
            name="local",
            distribution="aaa",
            reason="the plugin name local belongs to tagbridge, which is tagbridge itself, "
            "already; uninstall one, or ask for a rename",
        ),
    )


def test_a_provider_name_of_ours_cannot_be_taken(install: Install) -> None:
    theirs = install("aaa", PROVIDER.format(name="local"), distribution="aaa")
    ours = install("zzz", PROVIDER.format(name="local"), distribution="tagbridge")
    plugins = load_plugins([theirs, ours])
    assert [plugin.name for plugin in plugins.loaded] == ["zzz"]
    assert "the provider name local belongs to tagbridge" in reason(plugins, "aaa")


def test_of_two_strangers_with_one_name_the_first_by_package_stays(install: Install) -> None:
    second = install("lumen", PROVIDER.format(name="second"), distribution="bbb")
    first = install("lumen", PROVIDER.format(name="first"), distribution="aaa")
    plugins = load_plugins([second, first])
    assert list(plugins.providers) == ["first"]
    assert "belongs to aaa already" in reason(plugins, "lumen")


def test_a_hook_of_a_later_contract_may_be_implemented_already(install: Install) -> None:
    code = PROVIDER.format(name="lumen") + (
        "@hookimpl(optionalhook=True)\ndef tagbridge_of_the_future(weather): return None\n"
    )
    plugins = load_plugins([install("lumen", code)])
    assert (list(plugins.providers), plugins.failures) == (["lumen"], ())


@pytest.mark.parametrize(("level", "shown"), [(logging.DEBUG, True), (logging.INFO, False)])
def test_a_plugin_left_out_is_logged_by_name_with_a_traceback_only_for_debugging(
    install: Install, caplog: pytest.LogCaptureFixture, level: int, shown: object
) -> None:
    with caplog.at_level(level, logger="tagbridge.plugins"):
        load_plugins([install("faulty", "1 / 0")])
    assert "plugin faulty of stranger is left out" in caplog.text
    assert ("Traceback" in caplog.text) is shown
