"""PNG and WebP, with what programs put between and behind their chunks."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageCms

from tests.journey.formats.jpegs import PICTURE, packet

FRAMES = [Image.new("RGBA", PICTURE.size, (0, 80 * n, 99, 150)) for n in range(3)]
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
EXIF = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x0f\x01\x02\0\4\0\0\0Ann\0\0\0\0\0"


def saved(kind: str, of: Image.Image = PICTURE, **options: object) -> bytes:
    file = io.BytesIO()
    of.save(file, kind, **options)
    return file.getvalue()


def animated(kind: str) -> bytes:
    return saved(kind, save_all=True, append_images=FRAMES, duration=90)


def chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def itxt() -> bytes:
    return chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet())


def png(*chunks: bytes, end: bytes = b"", of: Image.Image = PICTURE, **options: object) -> bytes:
    """Return a PNG with these chunks behind its header."""
    plain = saved("PNG", of, **options)
    return plain[:33] + b"".join(chunks) + plain[33:] + end


def xmp_behind_pixels() -> bytes:
    plain = png()
    return plain[:-12] + itxt() + plain[-12:]


def sixteen_bits() -> bytes:
    return png(of=Image.radial_gradient("L").convert("I").point(lambda v: v * 257).convert("I;16"))


def webp(*chunks: bytes, end: bytes = b"", of: Image.Image = PICTURE, **options: object) -> bytes:
    """Return a WebP with these chunks behind its pixels."""
    body = saved("WEBP", of, **options)[8:] + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body + end


def riff_chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
