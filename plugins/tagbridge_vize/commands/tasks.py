"""`tagbridge vize tasks`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_vize.commands import asking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge_hooks import CommandContext
    from tagbridge_vize.account import Account
    from tagbridge_vize.things import Task


async def run(arguments: Sequence[str], context: CommandContext) -> int:
    """List the tasks, or make one unless there is one of that name."""
    parser = asking.parser("tasks")
    parser.add_argument("--create", metavar="NAME", help="make this task, unless it exists")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    options = asking.read(parser, arguments)
    if isinstance(options, int):
        return options
    where = asking.account(context)
    found = await where.tasks()
    if options.create:
        found = [await _made(where, options.create, found)]
    for task in found:
        _print(task, as_json=options.json)
    return 0


async def _made(where: Account, name: str, known: Sequence[Task]) -> Task:
    same = [task for task in known if task.name == name]
    return same[0] if same else await where.create_task(name)


def _print(task: Task, *, as_json: bool) -> None:
    fields = {
        "task": task.id,
        "name": task.name,
        "production_version": task.version,
        "training": task.training,
    }
    words = f"{task.id}  {asking.version_words(task)}  {task.name}"
    asking.say(fields, words, as_json=as_json)
