"""ExifTool, as users call it."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_READY = b"{ready}"


def arguments(keywords: Iterable[str]) -> list[str]:
    """Return the arguments that write keywords into XMP and IPTC."""
    fields = ("XMP-dc:Subject", "IPTC:Keywords")
    assigned = [f"-{field}={word}" for word in keywords for field in fields]
    return ["-IPTC:CodedCharacterSet=UTF8", *assigned]


def is_installed() -> bool:
    """Return whether it is there."""
    return shutil.which("exiftool") is not None


def write_once(path: Path, keywords: Iterable[str]) -> None:
    """Write by a process that does nothing else."""
    command = ["exiftool", "-q", "-overwrite_original", *arguments(keywords), str(path)]
    subprocess.run(command, check=True)


@contextmanager
def staying_open() -> Iterator[Callable[[Path, Iterable[str]], None]]:
    """Yield a function that writes by one process for many photos."""
    command = ["exiftool", "-stay_open", "True", "-@", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        into, out = process.stdin, process.stdout
        if into is None or out is None:
            raise RuntimeError("exiftool has no streams")

        def write(path: Path, keywords: Iterable[str]) -> None:
            said = [*arguments(keywords), "-overwrite_original", str(path), "-execute"]
            into.write("".join(f"{one}\n" for one in said).encode())
            into.flush()
            while not out.readline().startswith(_READY):
                pass

        try:
            yield write
        finally:
            into.write(b"-stay_open\nFalse\n")
            into.flush()
