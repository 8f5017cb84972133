"""`tagbridge status`: what is done, what is not and why, what it costs, and who is at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tagbridge.cli.place import Place


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def status(ctx: click.Context, *, as_json: bool) -> None:
    """Show what is done, what waits and why, what it costs, and who is at work.

    With --json each line is an object with a "kind". Times are ISO 8601 in UTC, money is in whole
    units of the currency, and null means none, or no limit.

    \b
    queue     fresh, backlog (both: now), running, waiting, parked, missing, review,
              done
    waiting   reason, count, next: when the first of them goes on; the backlog is among them
              while all providers pause
    parked    reason, count, paths: the first few
    throughput
              seconds: the length of each of its periods, the last of which is not over:
              at, photos, parked: set aside, among them
    provider  name, configured, requests_per_second, calls_today, daily_calls,
              cost_today, calls, total_calls, cost, currency, in_flight, in_doubt,
              in_doubt_policy, remaining: null, or its calls, at: what the service
              said is left, pause: null, or its until, kind, reason, since,
              resets: when the next day begins, keywords_written,
              keywords_kept, keywords_removed: by people
    unwanted  text, removed, kept, providers: a keyword that was removed from many
              photos, and blocked: what the settings stop already
    budget    calls_today, daily_calls, cost_today: by currency, daily_cost,
              calls, total_calls, cost: by currency, total_cost, resets
    worker    id, role, host, pid, alive, since, doing
    nothing   reason: there is no state yet; then only providers and budget follow

    Reasons are sorted by frequency. Where very many assets are parked or wait, the reasons of
    some thousands are counted.
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    from tagbridge.cli.report import say_json  # noqa: PLC0415 - quick --help
    from tagbridge.status.objects import status_objects  # noqa: PLC0415 - quick --help
    from tagbridge.status.words import lines  # noqa: PLC0415 - quick --help

    place: Place = ctx.obj
    objects = list(status_objects(place.folder(), place.settings()))
    if as_json:
        for found in objects:
            say_json(found)
        return
    for line in lines(objects):
        click.echo(line)
