"""`tagbridge service`: the daemon as a service of the user's systemd."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tagbridge.cli.place import Place

_LINGER = "To run it while you are not logged in: loginctl enable-linger"


@click.group()
def service() -> None:
    """Let the daemon run by itself, as a service of your systemd."""


@service.command()
@click.pass_context
def install(ctx: click.Context) -> None:
    """Install the service and start it, now and at each login.

    It watches the folders of the settings, with this tagbridge and these settings. It is started
    anew when it fails or stands still. Once more replaces it.

    Exit status: 0 it runs, 1 it could not be started.
    """
    from tagbridge.service import service as ours  # noqa: PLC0415 - quick --help
    from tagbridge.service.systemctl import NoSystemdError  # noqa: PLC0415 - quick --help
    from tagbridge.service.unit import NAME, unit_of  # noqa: PLC0415 - quick --help
    from tagbridge_hooks.errors import ConfigError  # noqa: PLC0415 - quick --help

    place: Place = ctx.obj
    if not place.settings().watch.folders:
        raise ConfigError("watch.folders is not set; the service watches the folders named there")
    ours.write(unit_of(ours.command_of(place.config, place.state)))
    click.echo(f"{ours.unit_file()} is written.")
    if names := ours.unheard(os.environ):
        said = ", ".join(names)
        click.echo(f"The service knows nothing of {said}: use the settings file.", err=True)
    try:
        ours.start()
    except NoSystemdError as error:
        click.echo(f"It could not be started: {error}", err=True)
        click.echo(f"Where systemd runs: systemctl --user enable --now {NAME}", err=True)
        click.echo("Elsewhere let your supervisor run: tagbridge watch", err=True)
        ctx.exit(1)
    click.echo(f"It runs. Its log: journalctl --user --unit {NAME}")
    click.echo(_LINGER)


@service.command()
@click.pass_context
def uninstall(ctx: click.Context) -> None:
    """Stop the service and remove it; photos on their way arrive first.

    Exit status: 0 it is gone, 1 it could not be stopped.
    """
    from tagbridge.service import service as ours  # noqa: PLC0415 - quick --help
    from tagbridge.service.systemctl import NoSystemdError, tell  # noqa: PLC0415 - quick --help
    from tagbridge.service.unit import NAME  # noqa: PLC0415 - quick --help

    trouble = ""
    if ours.unit_file().exists():
        try:
            tell("disable", "--now", NAME)
        except NoSystemdError as error:
            trouble = str(error)
    click.echo("The service is removed." if ours.remove() else "There is no service.")
    if trouble:
        click.echo(f"If it still runs, stop it yourself ({trouble})", err=True)
        ctx.exit(1)


@service.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def status(ctx: click.Context, *, as_json: bool) -> None:
    """Say whether the service is installed and runs.

    With --json: unit, installed, current: whether it is the one of this tagbridge and these
    settings, enabled and active: what systemd says, or "unknown".

    Exit status: 0 it runs, 1 it does not.
    """
    from tagbridge.cli.report import say_json  # noqa: PLC0415 - quick --help
    from tagbridge.service import service as ours  # noqa: PLC0415 - quick --help

    place: Place = ctx.obj
    found = ours.look(place.config, place.state)
    if as_json:
        say_json({**asdict(found), "unit": os.fspath(found.unit)})
    elif not found.installed:
        click.echo('There is no service; "tagbridge service install" makes it.')
    else:
        click.echo(f"{found.unit}: {found.enabled}, {found.active}")
        if not found.current:
            click.echo('It is not the one of these settings: "tagbridge service install" again.')
    ctx.exit(0 if found.active == "active" else 1)
