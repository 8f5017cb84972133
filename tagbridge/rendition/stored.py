"""How a picture is stored: its size before it is turned upright, and which way it is turned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.formats import format_of
from tagbridge_hooks import Region

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

_UPRIGHT = 1
_WIDTH, _HEIGHT, _ORIENTATION = 0x0100, 0x0101, 0x0112  # tags of TIFF
# From a point of the upright picture to the same point of the stored one, by EXIF orientation.
_BACK: dict[int, Callable[[float, float], tuple[float, float]]] = {
    1: lambda x, y: (x, y),
    2: lambda x, y: (1.0 - x, y),
    3: lambda x, y: (1.0 - x, 1.0 - y),
    4: lambda x, y: (x, 1.0 - y),
    5: lambda x, y: (y, x),
    6: lambda x, y: (y, 1.0 - x),
    7: lambda x, y: (1.0 - y, 1.0 - x),
    8: lambda x, y: (1.0 - y, x),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPicture:
    """A picture as it lies in its file.

    Attributes:
        width: Pixels, before it is turned.
        height: Likewise.
        orientation: EXIF orientation, 1 to 8.
    """

    width: int
    height: int
    orientation: int = _UPRIGHT

    def place(self, region: Region) -> Region:
        """Return where a region of the upright picture lies in the stored one."""
        back = _BACK[self.orientation]
        right, bottom = region.x + region.width, region.y + region.height
        (x1, y1), (x2, y2) = back(region.x, region.y), back(right, bottom)
        return Region.clamped(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))

    def upright(self, region: Region) -> Region:
        """Return where a region of the stored picture lies in the upright one."""
        turned_back = {6: 8, 8: 6}.get(self.orientation, self.orientation)
        return StoredPicture(width=self.width, height=self.height, orientation=turned_back).place(
            region
        )


def stored_picture(data: bytes, media_type: str) -> StoredPicture | None:
    """Return how a picture is stored, or None where that cannot be said reliably.

    A RAW file holds several pictures, and which of them a region would refer to depends on the
    reader. A HEIC is upright for all who read it.
    """
    known = format_of(media_type)
    if known is None or known.decoder not in ("pillow", "heif"):
        return None
    # The decoders take long to import, and few assets have regions.
    from tagbridge.rendition.picture import open_picture  # noqa: PLC0415 - see above

    try:
        return _stored(open_picture(data, known), media_type)
    # The asset was decoded before; a header that fails now only costs the regions.
    except Exception:  # noqa: BLE001 - the decoders raise nearly everything on broken files
        return None


def _stored(source: Image.Image, media_type: str) -> StoredPicture | None:
    from tagbridge.rendition.picture import stored_orientation  # noqa: PLC0415 - as above

    size, orientation = source.size, stored_orientation(source) or _UPRIGHT
    tags = getattr(source, "tag_v2", None)
    if tags is not None and media_type == "image/tiff":
        size, orientation = (tags[_WIDTH], tags[_HEIGHT]), tags.get(_ORIENTATION, _UPRIGHT)
    if orientation not in _BACK:
        orientation = _UPRIGHT
    # Readers turn an AVIF themselves, so that stored means two things.
    if media_type == "image/avif" and orientation != _UPRIGHT:
        return None
    return StoredPicture(width=size[0], height=size[1], orientation=orientation)
