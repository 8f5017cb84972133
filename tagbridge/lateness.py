"""Answers that come too late: the same provider has said something else since. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.ledger import Entry
    from tagbridge.questions import Answer


def is_late(answer: Answer, entries: Iterable[Entry]) -> bool:
    """Return whether another model of the same provider was asked later and written already.

    Args:
        answer: What was said.
        entries: What was written about the picture.
    """
    said = answer.recognition
    if said is None:
        return False
    return any(
        answer.provider in entry.provider.split("+")
        and said.model not in entry.model  # of several providers it names the models of all
        and entry.at > answer.asked
        for entry in entries
    )
