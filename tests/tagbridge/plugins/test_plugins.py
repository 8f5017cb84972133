from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from tagbridge.plugins import Plugins, load_plugins
from tagbridge_hooks import (
    Asset,
    Keyword,
    Receipt,
    Rendition,
    Source,
    Sourced,
    TagSet,
    specs,
)

RECEIPT = Receipt(outcome="written", target=Path("beach.jpg"), keywords_added=("Dog",))
Install = Callable[..., EntryPoint]


def tagset(*words: str) -> TagSet:
    source = Source(provider="lumen", model="1")
    return TagSet(
        keywords=tuple(Sourced(value=Keyword(text=word), sources=(source,)) for word in words)
    )


def words(revised: TagSet) -> list[str]:
    return [item.value.text for item in revised.keywords]


def test_every_hook_of_the_contract_has_a_test_here() -> None:
    hooks = [name for name, value in vars(specs).items() if inspect.isfunction(value)]
    hooks = [name.removeprefix("tagbridge_") for name in hooks if name.startswith("tagbridge_")]
    tests = " ".join(name for name in globals() if name.startswith("test_hook_"))
    assert len(hooks) >= 5
    assert [hook for hook in hooks if f"test_hook_{hook}_" not in tests] == []


def loaded(install: Install, **codes: str) -> Plugins:
    """Load one plugin for each code, in the order of the keywords, which is not theirs."""
    points = [install(name, f"@hookimpl\n{code}") for name, code in codes.items()]
    plugins = load_plugins(points)
    assert plugins.failures == ()
    return plugins


def test_hook_register_providers_may_declare_several_or_none(install: Install) -> None:
    several = "def tagbridge_register_providers(): yield provider('x'); yield provider('y')"
    none = "def tagbridge_register_providers(): return ()"
    plugins = loaded(install, several=several, none=none)
    assert set(plugins.providers) == {"x", "y"}
    assert {plugin.name: plugin.providers for plugin in plugins.loaded} == {
        "none": (),
        "several": ("x", "y"),
    }


def test_hook_accept_asset_takes_every_asset_when_nobody_decides(
    install: Install, asset: Asset
) -> None:
    assert loaded(install).accepts(asset) is True
    assert loaded(install, a="def tagbridge_accept_asset(asset): return None").accepts(asset)


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True)])
def test_hook_accept_asset_is_decided_by_the_first_name_that_decides(
    install: Install, asset: Asset, first: object, second: object
) -> None:
    plugins = loaded(
        install,
        c=f"def tagbridge_accept_asset(asset): return {second}",
        b=f"def tagbridge_accept_asset(asset): return {first}",
        a="def tagbridge_accept_asset(asset): return None",
    )
    assert plugins.accepts(asset) is first


@pytest.mark.parametrize("body", ["1 / 0", "raise SystemExit", "return 'no'", "return later()"])
def test_hook_accept_asset_goes_on_after_a_faulty_plugin(
    install: Install, asset: Asset, caplog: pytest.LogCaptureFixture, body: str
) -> None:
    plugins = loaded(
        install,
        a=f"def tagbridge_accept_asset(asset): {body}\nasync def later(): return True\n",
        b="def tagbridge_accept_asset(asset): return False",
    )
    assert plugins.accepts(asset) is False
    assert "plugin a of stranger: tagbridge_accept_asset" in caplog.text


def test_hook_accept_asset_is_given_the_asset(install: Install, asset: Asset) -> None:
    code = "def tagbridge_accept_asset(asset): return asset.path.suffix == '.jpg'"
    plugins = loaded(install, a=code)
    assert plugins.accepts(asset) is True
    assert plugins.accepts(replace(asset, path=Path("beach.png"))) is False


COMMANDS = """def tagbridge_register_commands():
    async def run(arguments, context): return 0
    return [Command(name=name, help="Do it.", run=run) for name in {0}]
"""


def test_hook_register_commands_gives_those_of_the_plugin_that_is_named(install: Install) -> None:
    plugins = loaded(install, a=COMMANDS.format(["x", "y"]), b=COMMANDS.format(["z"]))
    assert [command.name for command in plugins.commands("a")] == ["x", "y"]
    assert [command.name for command in plugins.commands("b")] == ["z"]
    assert plugins.commands("c") == ()


@pytest.mark.parametrize("body", ["1 / 0", "return 7", "return ['x']", "return later()"])
def test_hook_register_commands_gives_none_of_a_faulty_plugin(
    install: Install, caplog: pytest.LogCaptureFixture, body: str
) -> None:
    code = f"def tagbridge_register_commands(): {body}\nasync def later(): return ()\n"
    plugins = loaded(install, a=code, b=COMMANDS.format(["x", "x"]))
    assert plugins.commands("a") == plugins.commands("b") == ()
    assert "plugin a of stranger: tagbridge_register_commands" in caplog.text


RENDER = """def tagbridge_render_asset(asset, max_edge):
    return Rendition(data=b'{0}', media_type='image/jpeg', width=max_edge, height=1)
"""


def test_hook_render_asset_returns_the_first_rendition_by_name(
    install: Install, asset: Asset
) -> None:
    plugins = loaded(
        install,
        c=RENDER.format("c"),
        b=RENDER.format("b"),
        a="def tagbridge_render_asset(asset): return None",
    )
    expected = Rendition(data=b"b", media_type="image/jpeg", width=640, height=1)
    assert plugins.render(asset, 640) == expected


def test_hook_render_asset_leaves_it_to_the_core_when_nobody_can(
    install: Install, asset: Asset
) -> None:
    assert loaded(install).render(asset, 640) is None


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("b'\\xff\\xd8'", "returned bytes, not a Rendition"),
        ("Rendition(data=b'', media_type='image/jpeg', width=1, height=1)", "without data"),
        ("Rendition(data=b'x', media_type='image/jpeg', width=0, height=1)", "0 x 1 pixels"),
        ("1 / 0", "raised ZeroDivisionError: division by zero"),
    ],
)
def test_hook_render_asset_goes_on_after_a_faulty_plugin(
    install: Install, asset: Asset, caplog: pytest.LogCaptureFixture, answer: str, complaint: str
) -> None:
    plugins = loaded(
        install,
        a=f"def tagbridge_render_asset(asset, max_edge): return {answer}",
        b=RENDER.format("b"),
    )
    rendition = plugins.render(asset, 640)
    assert rendition is not None
    assert rendition.data == b"b"
    assert complaint in caplog.text


APPEND = """def tagbridge_revise_tagset(tagset, asset):
    from dataclasses import replace
    item = Sourced(value=Keyword(text={0!r}), sources=(Source(provider='me', model='1'),))
    return replace(tagset, keywords=(*tagset.keywords, item))
"""


def test_hook_revise_tagset_goes_from_plugin_to_plugin_by_name(
    install: Install, asset: Asset
) -> None:
    plugins = loaded(install, c=APPEND.format("C"), a=APPEND.format("A"), b=APPEND.format("B"))
    assert words(plugins.revise(tagset("Dog"), asset)) == ["Dog", "A", "B", "C"]


def test_hook_revise_tagset_changes_nothing_by_none(install: Install, asset: Asset) -> None:
    plugins = loaded(install, a="def tagbridge_revise_tagset(tagset): return None")
    assert plugins.revise(tagset("Dog"), asset) == tagset("Dog")


def test_hook_revise_tagset_may_take_everything_away(install: Install, asset: Asset) -> None:
    plugins = loaded(install, a="def tagbridge_revise_tagset(): return TagSet()")
    assert plugins.revise(tagset("Dog"), asset) == TagSet()


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("1 / 0", "raised ZeroDivisionError"),
        ("['Dog']", "returned list, not a TagSet"),
        ("TagSet(keywords=['Dog'])", "whose keywords are not a tuple but list"),
        ("TagSet(keywords=('Dog',))", "not all a Sourced Keyword"),
        ("TagSet(keywords=(Keyword(text='Dog'),))", "not all a Sourced Keyword"),
        ("TagSet(colors=(Sourced(value=1, sources=()),))", "not all a Sourced Color"),
        ("TagSet(text=(Sourced(value=TextLine(text='a'), sources=()),))", "with its sources"),
    ],
)
def test_hook_revise_tagset_leaves_a_faulty_change_out(
    install: Install, asset: Asset, caplog: pytest.LogCaptureFixture, answer: str, complaint: str
) -> None:
    plugins = loaded(
        install,
        a=APPEND.format("A"),
        b=f"def tagbridge_revise_tagset(tagset): return {answer}",
        c=APPEND.format("C"),
    )
    assert words(plugins.revise(tagset("Dog"), asset)) == ["Dog", "A", "C"]
    assert "plugin b of stranger: tagbridge_revise_tagset" in caplog.text
    assert complaint in caplog.text


def test_hook_asset_finished_is_told_to_everybody_even_after_a_fault(
    install: Install, asset: Asset, caplog: pytest.LogCaptureFixture
) -> None:
    observe = "def tagbridge_asset_finished(asset, tagset, receipt): seen.append(receipt)\nseen=[]"
    points = [
        install("a", f"@hookimpl\n{observe}"),
        install("b", "@hookimpl\ndef tagbridge_asset_finished(): raise OSError('disk full')"),
        install("c", f"@hookimpl\n{observe}"),
    ]
    load_plugins(points).finished(asset, tagset("Dog"), RECEIPT)
    assert [sys.modules[points[place].module].seen for place in (0, 2)] == [[RECEIPT], [RECEIPT]]
    assert "plugin b of stranger: tagbridge_asset_finished raised OSError: disk full" in caplog.text


def test_hook_asset_finished_ignores_what_it_returns(
    install: Install, asset: Asset, caplog: pytest.LogCaptureFixture
) -> None:
    plugins = loaded(install, a="def tagbridge_asset_finished(): return 'obey me'")
    plugins.finished(asset, tagset("Dog"), RECEIPT)
    assert caplog.text == ""
