"""`tagbridge PLUGIN COMMAND`: the commands that plugins bring, below their names."""

from __future__ import annotations

import logging
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tagbridge.cli.place import Place
    from tagbridge.plugins import LoadedPlugin, Plugins
    from tagbridge_hooks import Command


def group_of(name: str) -> click.Group | None:
    """Return the commands of a plugin as a group; None when there is no such plugin, or no command.

    All plugins are loaded for this, so it is asked only about what is no command of ours.
    """
    from tagbridge.cli.place import log_to_stderr  # noqa: PLC0415 - quick --help
    from tagbridge.plugins import load_plugins  # noqa: PLC0415 - quick --help

    log_to_stderr(logging.WARNING)
    plugins = load_plugins()
    plugin = next((one for one in plugins.loaded if one.name == name), None)
    commands = plugins.commands(name)
    if plugin is None or not commands:
        return None
    group = click.Group(name, help=f"What the plugin {name} can do besides recognizing.")
    for command in commands:
        group.add_command(_as_click(command, plugin, plugins))
    return group


class _Verbatim(click.Command):
    """A command that gets its arguments as they are, `--help` and `--` as well."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take all arguments for one."""
        ctx.params = {"arguments": tuple(args)}
        return []


def _as_click(command: Command, plugin: LoadedPlugin, plugins: Plugins) -> click.Command:
    run = click.pass_context(partial(_run, command, plugin, plugins))
    return _Verbatim(command.name, callback=run, help=command.help, add_help_option=False)


def _run(
    command: Command,
    plugin: LoadedPlugin,
    plugins: Plugins,
    ctx: click.Context,
    arguments: tuple[str, ...],
) -> None:
    import asyncio  # noqa: PLC0415 - quick --help

    from tagbridge_hooks import ConfigError, TagbridgeError  # noqa: PLC0415 - quick --help

    place: Place = ctx.obj
    try:
        status = asyncio.run(_ran(command, plugin, plugins, place, arguments))
    except ConfigError:
        raise
    except TagbridgeError as error:
        raise click.ClickException(str(error)) from error
    ctx.exit(status)


async def _ran(
    command: Command,
    plugin: LoadedPlugin,
    plugins: Plugins,
    place: Place,
    arguments: tuple[str, ...],
) -> int:
    from tagbridge.commanding import lent_to  # noqa: PLC0415 - quick --help

    settings = place.settings()
    with closing(place.open_ledger()) as ledger:
        async with lent_to(plugin, plugins, settings, ledger, place.courier()) as context:
            return await command.run(arguments, context)
