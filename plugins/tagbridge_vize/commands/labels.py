"""`tagbridge vize labels`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_vize.commands import asking
from tagbridge_vize.labelling import ensured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge_hooks import CommandContext
    from tagbridge_vize.things import Label


async def run(arguments: Sequence[str], context: CommandContext) -> int:
    """List the labels, or make one unless there is one of that name; with a task, connect it."""
    parser = asking.parser("labels")
    parser.add_argument("--task", metavar="TASK", help="id or name; those of this task only")
    parser.add_argument("--create", metavar="NAME", help="make this label, unless it exists")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    options = asking.read(parser, arguments)
    if isinstance(options, int):
        return options
    where = asking.account(context)
    task = (await asking.chosen(where, options.task)).id if options.task else None
    if options.create:
        found = list((await ensured(where, [options.create], task)).values())
    else:
        found = await where.labels(task)
    for label in found:
        _print(label, as_json=options.json)
    return 0


def _print(label: Label, *, as_json: bool) -> None:
    fields = {"label": label.id, "name": label.name, "images": label.images}
    images = "?" if label.images is None else label.images
    asking.say(fields, f"{label.id}  {images} pictures  {label.name}", as_json=as_json)
