"""The commands `tagbridge vize ...`: making a task, giving it pictures, training it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_vize.commands import labels, status, tasks, train, upload

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from tagbridge_hooks import CommandContext

COMMANDS: Mapping[str, Callable[[Sequence[str], CommandContext], Awaitable[int]]] = {
    "tasks": tasks.run,
    "labels": labels.run,
    "upload": upload.run,
    "train": train.run,
    "status": status.run,
}
