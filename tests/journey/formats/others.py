"""Files of which we write the sidecar alone."""

from __future__ import annotations

import io
import struct
from random import Random

import av
import pillow_heif

from tests.journey.formats.jpegs import PICTURE, picture


def heic() -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(PICTURE).save(file)
    return file.getvalue()


def heif() -> bytes:
    """Return a HEIC that does not say in its brands how it is coded."""
    data = heic()
    size = int.from_bytes(data[:4], "big")
    return (
        struct.pack(">I4s", size, b"ftyp")
        + b"mif1".ljust(4)
        + data[12:16]
        + (b"mif1" * size)[: size - 16]
        + data[size:]
    )


def psd(depth: int = 8, version: int = 1) -> bytes:
    """Return a document of one uncompressed merged picture."""
    width, height = PICTURE.size
    header = struct.pack(">4sH6xHIIHH", b"8BPS", version, 3, height, width, depth, 3)
    planes = b"".join(band.tobytes() for band in PICTURE.split())
    return header + bytes(12) + b"\0\0" + planes * (depth // 8)


def film(kind: str) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as output:
        stream = output.add_stream("h264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(12):
            output.mux(stream.encode(av.VideoFrame(64, 48, "yuv420p")))
        output.mux(stream.encode(None))
    return file.getvalue()


def _noise(count: int) -> bytes:
    return Random(1).randbytes(count)  # noqa: S311 - to be the same in every run


def raf() -> bytes:
    preview, raw = picture(), _noise(3000)
    parts = (148, len(preview), 148 + len(preview), 100, 248 + len(preview), 2900)
    header = b"FUJIFILMCCD-RAW 0201".ljust(84, b"\0") + struct.pack(">6I", *parts)
    return header.ljust(148, b"\0") + preview + raw


def x3f() -> bytes:
    data = b"FOVb" + _noise(500)
    return data + b"SECd" + _noise(40) + struct.pack("<I", len(data))


def crw() -> bytes:
    header = struct.pack("<2sI8s", b"II", 26, b"HEAPCCDR").ljust(26, b"\0")
    return header + _noise(500) + struct.pack("<H", 2) + _noise(20) + struct.pack("<I", 500)


def mrw() -> bytes:
    return b"\0MRM" + struct.pack(">I", 100) + bytes(100) + _noise(5000)


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def cr3() -> bytes:
    start = box(b"ftyp", b"crx \0\0\0\1crx isom")
    return start + box(b"moov", box(b"mvhd", _noise(100))) + box(b"mdat", _noise(3000))
