"""Find the label of a keyword, or make it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge_vize.account import Account
    from tagbridge_vize.things import Label


async def ensured(where: Account, names: Iterable[str], task: str | None) -> dict[str, Label]:
    """Return the label of each name, made where it is missing, connected to a task if one is given.

    Labels live on their own. Of several with one name, the one that the task has already is taken.
    """
    connected = _by_name(await where.labels(task)) if task else {}
    known = _by_name(await where.labels()) | connected
    found: dict[str, Label] = {}
    for name in names:
        key = _key(name)
        label = known.get(key) or await where.create_label(name)
        if task and key not in connected:
            await where.connect(task, label.id)
        found[name] = label
    return found


def _by_name(labels: Iterable[Label]) -> dict[str, Label]:
    return {_key(label.name): label for label in labels}


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()
