"""Which job goes through which queue."""

from __future__ import annotations

from pathlib import Path

from tagbridge.cluster.queues import queue_of, queues_of
from tagbridge.ledger.paths import Paths

LONGEST_CHANNEL = 63  # of PostgreSQL, in bytes; Procrastinate puts `procrastinate_queue_v1#` before


def test_a_host_serves_the_queue_of_each_root_that_it_has() -> None:
    paths = Paths({"nas": Path("/mnt/nas"), "attic": Path("/mnt/nas/attic")})
    queues = queues_of(paths)
    ours = [Path("/home/a.jpg"), Path("/mnt/nas/a.jpg"), Path("/mnt/nas/attic/a.jpg")]
    keys = [paths.key(path) for path in ours]
    assert {queue_of(key) for key in keys} == set(queues.names)
    assert all(key.startswith(queues.prefixes) for key in keys)
    assert len(queues.names) == len(queues.prefixes) == 3


def test_a_host_does_not_serve_the_queue_of_a_root_that_it_lacks() -> None:
    queues = queues_of(Paths({"nas": Path("/mnt/nas")}))
    assert queue_of(b"@nas2/a.jpg") not in queues.names
    assert not b"@nas2/a.jpg".startswith(queues.prefixes)


def test_a_whole_machine_may_be_a_root() -> None:
    paths = Paths({"all": Path("/")})
    assert queue_of(paths.key(Path("/home/a.jpg"))) in queues_of(paths).names


def test_the_longest_name_of_a_root_makes_no_channel_too_long() -> None:
    queue = queue_of(b"@" + b"n" * 500 + b"/a.jpg")
    assert len(f"procrastinate_queue_v1#{queue}") <= LONGEST_CHANNEL
