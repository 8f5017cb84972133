"""How answers and lists are stored: compressed."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def packed(body: bytes) -> bytes:
    """Compress an answer; the digits of many confidences take least space with this strategy."""
    packer = zlib.compressobj(level=9, strategy=zlib.Z_FILTERED)
    return packer.compress(body) + packer.flush()


def unpacked(stored: bytes) -> bytes:
    """Return what was compressed.

    Raises:
        zlib.error: It is damaged.
    """
    return zlib.decompress(stored)


def packed_list(texts: Sequence[str]) -> bytes:
    """Compress a list of texts."""
    return zlib.compress(json.dumps(list(texts), separators=(",", ":")).encode())


def unpacked_list(stored: bytes) -> list[str]:
    """Return a list that was compressed.

    Raises:
        zlib.error: It is damaged.
        ValueError: Likewise.
    """
    texts: list[str] = json.loads(unpacked(stored))
    return texts
