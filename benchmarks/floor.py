"""The least that can be done for a photo: read, hash, decode small, ask nobody, copy verified.

Of one that carries a preview that is decoded, and believed.

`python -m benchmarks.floor THREADS FOLDER`
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image, JpegImagePlugin, MpoImagePlugin

_EDGE = 512
_ENOUGH = 0.95  # what tagbridge is content with as well


def least(path: Path) -> None:
    """Do it with one photo."""
    data = path.read_bytes()
    hashlib.sha256(data).digest()
    _rendition(data)
    copy(path, data, verified=True)


def copy(path: Path, data: bytes, *, verified: bool) -> None:
    """Put the same bytes in the place of a file, so that a power cut leaves one of both."""
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if verified and part.read_bytes() != data:
        raise RuntimeError(f"{path} was not written as intended")
    part.replace(path)


def _rendition(data: bytes) -> bytes:
    picture = _smallest(data)
    enough = int(_EDGE * _ENOUGH)
    picture.draft("RGB", (enough, enough * picture.height // picture.width))
    width = min(_EDGE, picture.width)
    size = (width, width * picture.height // picture.width)
    buffer = io.BytesIO()
    picture.resize(size, Image.Resampling.HAMMING).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def _smallest(data: bytes) -> JpegImagePlugin.JpegImageFile:
    picture = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    if "mp" not in picture.info:
        return picture
    pictures = MpoImagePlugin.MpoImageFile(io.BytesIO(data))
    pictures.seek(1)
    return pictures


if __name__ == "__main__":
    with ThreadPoolExecutor(int(sys.argv[1])) as threads:
        list(threads.map(least, sorted(Path(sys.argv[2]).iterdir())))
