"""What an account at Vize consists of: tasks, labels, training images.

A label is what the service calls a keyword that a task can give. It has an id of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tagbridge_hooks import MalformedAnswerError

UNTRAINED = -1
# The documentation does not name it; the vendor's client reads the first.
_COUNTS = ("imagesCount", "images_count", "training_images_count")
_ID = re.compile(r"[0-9A-Za-z-]{1,64}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A classifier.

    Attributes:
        version: Of the model in production; -1 when it was never trained, None when the service
            does not say.
        training: What the service says of the last training; empty when it says nothing.
    """

    id: str
    name: str
    version: int | None
    training: str = ""

    @property
    def trained(self) -> bool:
        """Return whether it can classify."""
        return self.version != UNTRAINED


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A keyword that tasks can give.

    Attributes:
        images: How many training images have it; None when the service does not say.
    """

    id: str
    name: str
    images: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture to train with.

    Attributes:
        path: Where the service keeps it, which may end with the name under which it was sent.
        labels: Ids of what it shows; None when the service does not say.
    """

    id: str
    path: str = ""
    labels: frozenset[str] | None = None


def task_of(row: object) -> Task:
    """Return a task from its JSON.

    Raises:
        MalformedAnswerError: It has another form.
    """
    given = _row(row)
    return Task(
        id=_id(given),
        name=_text(given, "name"),
        version=_number(given.get("production_version")),
        training=str(given.get("last_train_status") or ""),
    )


def label_of(row: object) -> Label:
    """Return a label from its JSON.

    Raises:
        MalformedAnswerError: It has another form.
    """
    given = _row(row)
    counts = (_number(given.get(name)) for name in _COUNTS)
    images = next((count for count in counts if count is not None), None)
    return Label(id=_id(given), name=_text(given, "name"), images=images)


def image_of(row: object) -> Image:
    """Return a training image from its JSON.

    Raises:
        MalformedAnswerError: It has another form.
    """
    given = _row(row)
    labels = given.get("labels")
    ids = None
    if isinstance(labels, list):
        ids = frozenset(str(one.get("id") if isinstance(one, dict) else one) for one in labels)
    return Image(id=_id(given), path=str(given.get("img_path") or ""), labels=ids)


def _row(row: object) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise MalformedAnswerError("vize: a row of the answer has another form")
    return row


def _id(row: dict[str, Any]) -> str:
    """Return the id of a row; it becomes a part of addresses, so it must not be any text."""
    found = _text(row, "id")
    if not _ID.match(found):
        raise MalformedAnswerError("vize: an id of the answer has another form")
    return found


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedAnswerError(f"vize: a row of the answer has no {name}")
    return value


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
