"""Ctrl-C ends a run in good order: photos are whole, nothing lies about, nobody stays behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journey.conftest import Program

ROUNDS = int(os.environ.get("TAGBRIDGE_TEST_ROUNDS", "3"))
PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
LONG_MS = 60_000


def have_ended(home: Path) -> bool:
    """Wait for every process whose home this is, and return whether all have ended."""
    mark = f"HOME={home}\0".encode()
    for entry in Path("/proc").iterdir():
        try:
            if not entry.name.isdigit() or mark not in (entry / "environ").read_bytes():
                continue
            descriptor = os.pidfd_open(int(entry.name))
        except OSError:  # it has ended, or is somebody else's
            continue
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        ended = poll.poll(LONG_MS)
        os.close(descriptor)
        if not ended:
            return False
    return True


def interrupt(process: subprocess.Popen[str]) -> tuple[int, str]:
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def test_it_does_not_wait_for_a_service_that_hangs(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path], leftovers: Callable[[Path], object]
) -> None:
    photos = [draw(tmp_path / "photos" / f"{n}.jpg", n) for n in range(3)]
    before = [photo.read_bytes() for photo in photos]
    os.mkfifo(tmp_path / "asked")
    env = puppet.environment(TAGBRIDGE_PROVIDERS__PUPPET__HANGS="true")
    process = puppet.start("tag", tmp_path / "photos", env=env, **PIPES)
    with (tmp_path / "asked").open() as asked:
        asked.readline()
        assert interrupt(process) == (1, "\nAborted!\n")
    assert [photo.read_bytes() for photo in photos] == before
    assert leftovers(tmp_path) == []
    assert have_ended(puppet.home)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_it_may_come_at_any_moment(
    puppet: Program,
    tmp_path: Path,
    draw: Callable[..., Path],
    leftovers: Callable[[Path], object],
    round_: int,
) -> None:
    photos = [draw(tmp_path / "photos" / f"{n}.{k}", n) for n in range(15) for k in ("jpg", "gif")]
    process = puppet.start("tag", "--json", tmp_path / "photos", **PIPES)
    assert process.stdout
    for _ in range(1 + 3 * round_ % 25):
        process.stdout.readline()
    status, err = interrupt(process)
    assert (status, "Traceback" in err) == (1, False)
    assert have_ended(puppet.home)
    assert leftovers(tmp_path) == []
    for photo in photos:
        with Image.open(photo) as picture:
            picture.load()
    done = puppet.tag(tmp_path / "photos")
    assert (done.status, done.err) == (0, "")
    assert set(done.summary) <= {"written", "unchanged"}
    assert puppet.tag(tmp_path / "photos").summary == {"unchanged": 30}
