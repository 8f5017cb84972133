"""`tagbridge providers`: which recognizers there are, and what each still needs."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagbridge.cli.place import Place
    from tagbridge.config import Settings
    from tagbridge.plugins import Plugins


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def providers(ctx: click.Context, *, as_json: bool) -> None:
    """List the providers that are installed, and what is missing."""
    from tagbridge.cli.report import say_json  # noqa: PLC0415 - quick --help
    from tagbridge.plugins import load_plugins  # noqa: PLC0415 - quick --help

    place: Place = ctx.obj
    plugins = load_plugins()
    for line in _lines(plugins, place.settings()):
        if as_json:
            say_json(line)
        else:
            _say(line)


def _lines(plugins: Plugins, settings: Settings) -> Iterator[dict[str, Any]]:
    for plugin in plugins.loaded:
        for name in plugin.providers:
            info = plugins.providers[name]
            state, missing = _state(name, plugins, settings)
            yield {
                "name": name,
                "title": info.title,
                "capabilities": sorted(info.capabilities),
                "homepage": info.homepage,
                "plugin": plugin.name,
                "distribution": plugin.distribution,
                "version": plugin.version,
                "commands": [command.name for command in plugins.commands(plugin.name)],
                "state": state,
                "missing": missing,
            }
    left_out = {failure.name for failure in plugins.failures}
    for name in settings.providers.keys() - plugins.providers.keys() - left_out:
        yield {"name": name, "state": "not installed", "missing": _remedy(name, plugins)}
    for failure in plugins.failures:
        yield {
            "name": failure.name,
            "distribution": failure.distribution,
            "state": "left out",
            "missing": failure.reason,
        }


def _remedy(name: str, plugins: Plugins) -> str:
    near = difflib.get_close_matches(name, plugins.providers, n=1)
    return f"did you mean {near[0]}?" if near else f"the plugin that brings {name}"


def _state(name: str, plugins: Plugins, settings: Settings) -> tuple[str, str]:
    from tagbridge.config_provider import provider_settings  # noqa: PLC0415 - quick --help
    from tagbridge_hooks.errors import ConfigError  # noqa: PLC0415 - quick --help

    info = plugins.providers[name]
    if name not in settings.providers:
        if name in plugins.default_providers:
            return ("off", "") if settings.providers else ("in use", "")
        return "off", f"a table [providers.{name}] in the settings"
    try:
        provider_settings(info, settings)
    except ConfigError as error:
        return "wrongly configured", str(error)
    return "in use", ""


def _say(line: dict[str, Any]) -> None:
    click.echo(f"{line['name']:16} {line['state']:18} {line.get('title', '')}")
    if "capabilities" in line:
        click.echo(f"{'':16} {', '.join(line['capabilities'])}")
    for command in line.get("commands", ()):
        click.echo(f"{'':16} tagbridge {line['plugin']} {command}")
    if line["missing"]:
        click.echo(f"{'':16} missing: {line['missing']}")
