"""`tagbridge vize train`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_hooks import ConfigError
from tagbridge_vize.commands import asking
from tagbridge_vize.folder import lack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge_hooks import CommandContext
    from tagbridge_vize.account import Account
    from tagbridge_vize.things import Label


async def run(arguments: Sequence[str], context: CommandContext) -> int:
    """Start a training, after it is sure that the service has pictures enough."""
    parser = asking.parser("train")
    parser.add_argument("task", metavar="TASK", help="id or name")
    options = asking.read(parser, arguments)
    if isinstance(options, int):
        return options
    where = asking.account(context)
    task = await asking.chosen(where, options.task)
    counts = [(label.name, await _images(where, label)) for label in await where.labels(task.id)]
    if lacking := lack(counts):
        raise ConfigError(f"vize: {lacking}")
    await where.train(task.id)
    after = -1 if task.version is None else task.version
    words = (
        f"The training is queued; in production: {asking.version_words(task)}. It takes minutes to "
        f"hours:\n  tagbridge vize status {task.id} --follow --after {after}"
    )
    for line in words.splitlines():
        asking.say({}, line, as_json=False)
    return 0


async def _images(where: Account, label: Label) -> int:
    return len(await where.images(label.id)) if label.images is None else label.images
