"""Distances in an Exif block that lead out of it.

Some cameras keep a preview behind the picture and note its distance from the Exif block (Minolta,
Sony, Casio). Whatever we insert between the two would break it, and no reader would say so.
Source: JEITA CP-3451, section 4.6.2; ExifTool's notes on maker note previews.
"""

from __future__ import annotations

import struct

_ORDERS = {b"II": "<", b"MM": ">"}


def refers_to(exif: bytes, distance: int) -> bool:
    """Return whether an Exif block holds a distance, counted from its first byte (the TIFF header).

    A number that only happens to be the same counts too: then a sidecar is written without need,
    which harms nobody.
    """
    order = _ORDERS.get(exif[:2])
    if order is None or not 0 < distance <= 0xFFFFFFFF:  # noqa: PLR2004 - a 32-bit distance
        return False
    return struct.pack(order + "I", distance) in exif
