"""A folder that is mounted and unmounted while it is watched, in a namespace of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MOUNTED = """
import asyncio, json, subprocess, sys
from pathlib import Path
from tagbridge.watching import Watch

folder, found = Path(sys.argv[1]), []

def mount():
    subprocess.run(["mount", "-t", "tmpfs", "none", folder], check=True)

def unmount():
    subprocess.run(["umount", folder], check=True)

async def come(settled, watch, *names):
    for name in names:
        (folder / name).write_bytes(b"x")
        path = await anext(settled)
        watch.done(path)
        found.append(path.name)

async def main():
    watch = Watch(
        [folder], settle_seconds=0.1,
        is_candidate=lambda path: path.suffix == ".jpg",
        are_known=lambda files: [path.name in found for path, _ in files],
        is_complete=lambda path: True,
    )
    async with asyncio.timeout(60), watch:
        settled = watch.settled()
        await come(settled, watch, "below.jpg")
        mount()
        await come(settled, watch, "mounted.jpg", "by event.jpg")
        unmount()
        await come(settled, watch, "below again.jpg", "by event again.jpg")
    print(json.dumps(found))

asyncio.run(main())
"""
UNSHARE = ["unshare", "--user", "--map-root-user", "--mount"]


def can_mount(folder: Path) -> bool:
    try:
        probe = [*UNSHARE, "mount", "-t", "tmpfs", "none", str(folder)]
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def test_a_folder_is_watched_through_mounting_and_unmounting(folder: Path) -> None:
    if not can_mount(folder):
        pytest.skip("needs user and mount namespaces")

    result = subprocess.run(
        [*UNSHARE, sys.executable, "-c", MOUNTED, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )

    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == [
        "below.jpg",
        "mounted.jpg",
        "by event.jpg",
        "below again.jpg",
        "by event again.jpg",
    ]
