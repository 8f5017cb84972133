"""What all commands have in common: reading arguments, finding the task, printing."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING
from uuid import UUID

from tagbridge_hooks import ConfigError
from tagbridge_vize import COMMANDS
from tagbridge_vize.account import Account
from tagbridge_vize.settings import VizeSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagbridge_hooks import CommandContext
    from tagbridge_vize.things import Task


def parser(name: str) -> ArgumentParser:
    """Return a parser for the arguments of a command."""
    return ArgumentParser(prog=f"tagbridge vize {name}", description=COMMANDS[name])


def read(known: ArgumentParser, arguments: Sequence[str]) -> Namespace | int:
    """Return the options, or the exit status when there is nothing to do any more."""
    try:
        return known.parse_args(arguments)
    except SystemExit as end:  # it has printed the help, or what is wrong
        return end.code if isinstance(end.code, int) else 0


def account(context: CommandContext) -> Account:
    """Return the account of the settings.

    Raises:
        ConfigError: Vize is not configured.
    """
    settings = context.settings("vize")
    if not isinstance(settings, VizeSettings):
        raise ConfigError("providers.vize is not configured")
    return Account(settings, context.client)


async def chosen(where: Account, wanted: str) -> Task:
    """Return the task that has an id or a name.

    Raises:
        ProviderError: There is none with this id.
        ConfigError: There is none with this name, or more than one.
    """
    try:
        return await where.task(str(UUID(wanted)))
    except ValueError:
        named = [task for task in await where.tasks() if task.name == wanted]
    if len(named) != 1:
        how_many = "no task" if not named else f"{len(named)} tasks"
        raise ConfigError(
            f"vize: there is {how_many} of this name; `tagbridge vize tasks` lists all"
        )
    return named[0]


def say(fields: Mapping[str, object], words: str, *, as_json: bool) -> None:
    """Print a line for a program, or for a person."""
    sys.stdout.write((json.dumps(fields) if as_json else plain(words)) + "\n")


def plain(text: str) -> str:
    """Return somebody else's words in a form that does nothing to a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def version_words(task: Task) -> str:
    """Return which version of a task is in production."""
    if task.version is None:
        return "unknown version"
    return f"version {task.version}" if task.trained else "not trained"
