"""The command line. Every command imports what it needs when it runs: `--help` must be quick."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import click

from tagbridge import __version__
from tagbridge.cli.later import Later
from tagbridge.cli.place import Place

_PATH = click.Path(path_type=Path)
_COMMANDS = {
    "tag": "Recognize photos and write their keywords now; folders are walked.",
    "watch": "Tag what arrives in the folders, until SIGTERM or SIGINT.",
    "show": "Show what photos say: the user's words, and ours with provider, confidence and time.",
    "undo": "Take back exactly what we added; folders are walked.",
    "remap": (
        "Apply today's thresholds, vocabulary and language to stored answers; folders are walked."
    ),
    "review": "Open a page that shows what was done, what would be, and how the daemon fares.",
    "check": (
        "Say which keywords other programs show, where they disagree, and what to do about it."
    ),
    "keywords": "List the keywords of photos, the user's and ours, as Lightroom imports them.",
    "similar": (
        "List similar pictures, with their addresses and how near they are; nothing is written."
    ),
    "status": "Show what is done, what waits and why, what it costs, and who is at work.",
    "retry": "Take up again what was parked, is missing or waits, at once and below these paths.",
    "work": "Help to tag what others watch, until SIGTERM or SIGINT.",
    "service": "Let the daemon run by itself, as a service of your systemd.",
    "ledger": "Look after the ledger: check it, copy it, move it, make it small.",
    "providers": "List the providers that are installed, and what is missing.",
}


class _Group(click.Group):
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Look among the plugins for what is no command of ours."""
        ours = super().get_command(ctx, cmd_name)
        if ours is not None:
            return ours
        from tagbridge.cli.plugin_commands import group_of  # noqa: PLC0415 - quick --help

        return group_of(cmd_name)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        if not isinstance(self.commands, Later):
            raise TypeError("the commands are not those of this group")
        names = sorted(self.commands)
        limit = formatter.width - 6 - max(map(len, names))
        short = [click.Command(n, help=self.commands.sentence(n)) for n in names]
        with formatter.section("Commands"):
            formatter.write_dl([(str(s.name), s.get_short_help_str(limit)) for s in short])

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Turn a wrong setting into a message and exit status 2, as for a wrong option."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            # Not imported for this: whoever raised a ConfigError has done so.
            hooks = sys.modules.get("tagbridge_hooks")
            if hooks is None or not isinstance(error, hooks.ConfigError):
                raise
            raise click.UsageError(str(error)) from error


@click.group(cls=_Group, commands=Later(_COMMANDS))
@click.option(
    "--config", type=_PATH, envvar="TAGBRIDGE_CONFIG", help="The settings file.", metavar="FILE"
)
@click.option(
    "--state",
    type=_PATH,
    envvar="TAGBRIDGE_STATE",
    help="The folder that remembers what was done.",
    metavar="FOLDER",
)
@click.version_option(__version__, message="tagbridge %(version)s")
@click.pass_context
def main(ctx: click.Context, config: Path | None, state: Path | None) -> None:
    """Give photographs keywords that every photo manager reads.

    Without any configuration an offline recognizer does the work: no account, no network.

    Some plugins bring commands of their own: `tagbridge providers` lists them.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name or keyword that the terminal's encoding lacks must not end the run.
        sys.stdout.reconfigure(errors="backslashreplace")
    ctx.obj = Place(config=config, state=state)
