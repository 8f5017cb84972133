"""`tagbridge vize status`."""

from __future__ import annotations

import asyncio
import re
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from tagbridge_hooks import TransientError
from tagbridge_vize.commands import asking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge_hooks import CommandContext
    from tagbridge_vize.account import Account
    from tagbridge_vize.things import Task

_FAILED = re.compile(r"fail|error", re.IGNORECASE)


async def run(arguments: Sequence[str], context: CommandContext) -> int:
    """Say which version is in production and what became of the last training."""
    parser = asking.parser("status")
    parser.add_argument("task", metavar="TASK", help="id or name")
    parser.add_argument("--follow", action="store_true", help="wait until a training has ended")
    parser.add_argument(
        "--after", type=int, metavar="VERSION", help="wait for a later one than this"
    )
    parser.add_argument(
        "--every", type=_seconds, default=60.0, metavar="SECONDS", help="ask that often; 60"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    options = asking.read(parser, arguments)
    if isinstance(options, int):
        return options
    where = asking.account(context)
    task = await asking.chosen(where, options.task)
    _print(task, as_json=options.json)
    after = task.version if options.after is None else options.after
    while options.follow and not _ended(task, after):
        await asyncio.sleep(options.every)
        changed = await _looked_up(where, task)
        if changed != task:
            _print(changed, as_json=options.json)
        task = changed
    return 1 if _FAILED.search(task.training) else 0


async def _looked_up(where: Account, task: Task) -> Task:
    """Return a task as it is now; a training outlasts a bad hour of the service."""
    try:
        return await where.task(task.id)
    except TransientError:
        return task


def _ended(task: Task, after: int | None) -> bool:
    """Return whether a training has ended; nothing but these two says so."""
    risen = task.version is not None and (after is None or task.version > after)
    return risen or bool(_FAILED.search(task.training))


def _print(task: Task, *, as_json: bool) -> None:
    fields = {
        "task": task.id,
        "name": task.name,
        "production_version": task.version,
        "training": task.training,
    }
    said = f"  last training: {task.training}" if task.training else ""
    asking.say(fields, f"{task.name}: {asking.version_words(task)}{said}", as_json=as_json)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.0 < seconds < float("inf"):
        raise ArgumentTypeError("it must be a number of seconds above 0")
    return seconds
