"""What a request turns out to be while a service looks at it, and its line in the log."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tests.servers.limits import Account
    from tests.servers.wire import Answer, Request


@dataclass(slots=True, kw_only=True)
class Visit:
    """One request at one service; the service fills in what it finds.

    Attributes:
        at: When it arrived, in monotonic seconds.
        pictures: The SHA-256 of each picture in it, also of those that are refused.
        statuses: The status of each record of a batch; None when it is no batch.
        kind: What was asked for, where the address does not tell it.
        cost: For how many pictures a full answer is charged.
    """

    request: Request
    account: Account
    at: float
    pictures: list[str] = field(default_factory=list)
    statuses: list[int] | None = None
    kind: str = ""
    cost: int = 0

    def shown(self, data: bytes) -> str:
        """Note a picture, or what stands for one; return its digest."""
        self.pictures.append(sha256(data).hexdigest())
        return self.pictures[-1]


class Service(Protocol):
    """A service: everything it answers, by one function that waits for nothing.

    Attributes:
        name: Selects its account and its faults.
        full: The score that stands for certainty, 1 or 100.
    """

    @property
    def name(self) -> str: ...

    @property
    def full(self) -> int: ...

    def answer(self, visit: Visit) -> Answer:
        """Serve one request, or raise RefusedError."""
        ...


def line(visit: Visit, status: int, charged: int, **more: str) -> dict[str, object]:
    """Return what the log tells of a request; `more` is left out where it is empty."""
    picture = visit.pictures[0] if visit.pictures else ""
    note: dict[str, object] = {"at": visit.at, "path": visit.request.path}
    note |= {"picture": picture, "status": status}
    note |= {name: text for name, text in {"kind": visit.kind, **more}.items() if text}
    if visit.statuses is not None:
        note |= {"pictures": visit.pictures, "statuses": visit.statuses}
    if visit.statuses is not None or charged != int(status == 200 and bool(picture)):
        note["charged"] = charged
    return note


def write_line(log: int, note: dict[str, object]) -> None:
    """Append to the log in one piece, so that a reader never sees half a line."""
    os.write(log, json.dumps(note).encode() + b"\n")
