"""`tagbridge review`: the page on which people see and decide."""

from __future__ import annotations

import logging
import signal
import threading
import webbrowser
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge.cli.place import Place
    from tagbridge.config_web import WebSettings
    from tagbridge.ledger import Ledger
    from tagbridge.web.serving import Serving


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), help="Serve on this port.", metavar="N")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.pass_context
def review(
    ctx: click.Context, paths: tuple[Path, ...], *, port: int | None, no_browser: bool
) -> None:
    """Open a page that shows what was done, what would be, and how the daemon fares.

    It is served on this machine alone, for these folders or photos, or for those that the settings
    watch, until SIGTERM or SIGINT. The address opens it once. Where the daemon serves it already,
    and no path is named, that page is opened.
    """
    from tagbridge.cli.place import log_to_stderr  # noqa: PLC0415 - quick --help
    from tagbridge.web.notice import served_by_daemon  # noqa: PLC0415 - quick --help
    from tagbridge.web.serving import opening  # noqa: PLC0415 - quick --help

    place: Place = ctx.obj
    log_to_stderr(logging.WARNING)
    if not paths and port is None and (noted := served_by_daemon(place.folder())):
        said = opening(noted.address, noted.token)
        click.echo(said)
        if not no_browser:
            _open_in_browser(said)
        return
    _serve(place, _roots(place, paths), port=port, browser=not no_browser)


def _roots(place: Place, paths: Sequence[Path]) -> tuple[Path, ...]:
    from tagbridge_hooks.errors import ConfigError  # noqa: PLC0415 - quick --help

    for path in paths:
        if not path.exists():
            raise ConfigError(f"there is no {str(path)!r}")
    roots = tuple(path.absolute() for path in paths or place.settings().watch.folders)
    if not roots:
        raise ConfigError("watch.folders is not set; name a folder here or in the settings")
    return roots


def _serve(place: Place, roots: tuple[Path, ...], *, port: int | None, browser: bool) -> None:
    import asyncio  # noqa: PLC0415 - quick --help

    settings = place.settings()
    web = settings.web
    if port is not None:
        web = web.model_copy(update={"port": port, "socket": ""})
    with closing(place.open_ledger()) as ledger:
        asyncio.run(_shown(place, ledger, roots, web, browser=browser))


async def _shown(
    place: Place, ledger: Ledger, roots: tuple[Path, ...], web: WebSettings, *, browser: bool
) -> None:
    """Show the page; what was not asked yet is not asked for it, and costs nothing."""
    from tagbridge.equipment import equipped  # noqa: PLC0415 - quick --help
    from tagbridge.web.house import House  # noqa: PLC0415 - quick --help
    from tagbridge.web.serving import Serving  # noqa: PLC0415 - quick --help

    settings, state = place.settings(), place.folder()
    async with equipped(settings, ledger, place.courier(dry_run=True)) as equipment:
        house = House(
            settings=settings, ledger=ledger, roots=roots, state=state, equipment=equipment
        )
        await _until_a_signal(Serving(house, web), browser=browser)


async def _until_a_signal(serving: Serving, *, browser: bool) -> None:
    from asyncio import get_running_loop  # noqa: PLC0415 - quick --help

    loop = get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, serving.stop)
    said = serving.opening
    click.echo(said)
    if browser:  # it may take a while, and need not outlive us
        threading.Thread(target=_open_in_browser, args=(said,), daemon=True).start()
    await serving.run()


def _open_in_browser(said: str) -> None:
    if said.startswith("http") and not webbrowser.open(said):
        click.echo("No browser was found: open the address yourself.", err=True)
