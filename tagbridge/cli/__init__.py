"""The command line. Every command imports what it needs when it runs: `--help` must be quick."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import click

from tagbridge import __version__
from tagbridge.cli.check import check
from tagbridge.cli.keywords import keywords
from tagbridge.cli.ledger import ledger
from tagbridge.cli.place import Place
from tagbridge.cli.plugin_commands import group_of
from tagbridge.cli.providers import providers
from tagbridge.cli.remap import remap
from tagbridge.cli.retry import retry
from tagbridge.cli.review import review
from tagbridge.cli.service import service
from tagbridge.cli.show import show
from tagbridge.cli.similar import similar
from tagbridge.cli.status import status
from tagbridge.cli.tag import tag
from tagbridge.cli.undo import undo
from tagbridge.cli.watch import watch
from tagbridge.cli.work import work

_PATH = click.Path(path_type=Path)


class _Group(click.Group):
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Look among the plugins for what is no command of ours."""
        return super().get_command(ctx, cmd_name) or group_of(cmd_name)

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


@click.group(cls=_Group)
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


for _command in (
    *(tag, watch, review, show, undo, remap, check, keywords, similar),
    *(status, retry, work, service, ledger, providers),
):
    main.add_command(_command)
