"""An editor that saves one JPEG again and again, for tests that race with it.

    editor.py PHOTO SAVES SEED

Each save carries its number in a comment and is a whole new photo without keywords; most come when
somebody else is about to replace the photo. After some of the saves the editor looks whether the
photo under the name is that save or made from it; when it stays another one, a save was lost. It
prints the number of the last save and of the lost ones.
"""

from __future__ import annotations

import os
import random
import re
import struct
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 10.0  # seconds that a save may be out of sight while it is put back
LULL = 0.02  # seconds in which the other side can get as far as the exchange
NUMBER = re.compile(rb"save number (\d{6})")


def version(photo: bytes, number: int) -> bytes:
    comment = b"save number %06d" % number
    return photo[:2] + struct.pack(">BBH", 0xFF, 0xFE, len(comment) + 2) + comment + photo[2:]


def number_of(photo: bytes) -> int:
    found = NUMBER.search(photo[:64])
    return int(found[1]) if found else -1


def by_renaming(path: Path, content: bytes) -> None:
    """Save as careful programs do; waiting for the disk also gives the other side a chance."""
    new = path.with_name("editor.tmp")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def in_place(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def in_pieces(path: Path, content: bytes) -> None:
    """Overwrite without cutting the file first, and keep it open on the way."""
    with path.open("r+b", buffering=0) as file:
        for at in range(0, len(content), 4096):
            file.write(content[at : at + 4096])
        file.truncate()


def anew(path: Path, content: bytes) -> None:
    path.unlink()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


WAYS: tuple[Callable[[Path, bytes], None], ...] = (by_renaming, in_place, in_pieces, anew)


def is_there(path: Path, number: int) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if number_of(path.read_bytes()) == number:
                return True
        except FileNotFoundError:
            continue
    return False


def wait_for_the_worst_moment(path: Path, chance: random.Random) -> None:
    """Return when the new file stands ready for the exchange, or after a random while."""
    end = time.monotonic() + chance.uniform(0, LULL)
    while time.monotonic() < end:
        if any(found.suffix == ".swap" for found in path.parent.iterdir()):
            return


def main() -> None:
    path, saves, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    original = path.read_bytes()
    chance = random.Random(seed)  # noqa: S311 - a test must be repeatable
    lost = 0
    for number in range(1, saves + 1):
        wait_for_the_worst_moment(path, chance)
        chance.choice(WAYS)(path, version(original, number))
        if chance.random() < 0.5 or number == saves:
            lost += not is_there(path, number)
    sys.stdout.write(f"{saves} {lost}\n")


if __name__ == "__main__":
    main()
