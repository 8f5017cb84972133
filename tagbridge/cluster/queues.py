"""Which queue a job goes through: a host fetches nothing of a root that it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagbridge.ledger.paths import Paths

_QUEUE = "tagbridge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """The queues of one host.

    Attributes:
        names: As Procrastinate knows them.
        prefixes: With which the keys begin that go through them.
    """

    names: tuple[str, ...]
    prefixes: tuple[bytes, ...]


def queues_of(paths: Paths) -> Queues:
    """Return the queues of a host, by the roots that it has."""
    heads = [key for key, _, _ in paths.below(Path("/")) if paths.is_shared(key)]
    return Queues(
        names=(_QUEUE, *(_of_root(head) for head in heads)),
        prefixes=(b"/", *(head + b"/" for head in heads)),
    )


def queue_of(key: bytes) -> str:
    """Return the queue through which the job of an asset goes."""
    return _of_root(key.partition(b"/")[0]) if key.startswith(b"@") else _QUEUE


def _of_root(head: bytes) -> str:
    # Procrastinate makes a channel of the name, and PostgreSQL's channels have 63 bytes.
    return f"{_QUEUE}@{blake2b(head, digest_size=8).hexdigest()}"
