"""Decode one picture with Pillow or libheif."""

from __future__ import annotations

import io
import math
import warnings
from typing import TYPE_CHECKING

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from tagbridge.rendition.color import resizable, to_srgb
from tagbridge.rendition.geometry import CLOSE_ENOUGH, exif_orientation, fitted, shrunk, upright
from tagbridge.rendition.limits import MAX_PIXELS, MOST_PIXELS, check_size
from tagbridge.rendition.psd import merged_picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from tagbridge.formats import Format

# Pillow warns of odd metadata, which do not concern the pixels. Set once and for Pillow alone,
# because a filter around a call would not be safe with several threads.
warnings.filterwarnings("ignore", module=r"PIL\.")

# One class for each format, and not `Image.open`: no other parser is ever tried, and the size is
# checked by us, because Pillow's own limit is one for the whole process.
_READERS: dict[str, Callable[[io.BytesIO], Image.Image]] = {
    "AVIF": AvifImagePlugin.AvifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,
    "JPEG2000": Jpeg2KImagePlugin.Jpeg2KImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "PSD": merged_picture,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
}


def open_picture(data: bytes, known: Format) -> Image.Image:
    """Read the header of a picture; its pixels are not decoded yet, but for deep PSD."""
    if known.pillow is None:
        import pillow_heif  # noqa: PLC0415 - its libraries load slowly and HEIC is not everywhere

        reader: Callable[[io.BytesIO], Image.Image] = pillow_heif.HeifImageFile
        return reader(io.BytesIO(data))
    return _READERS[known.pillow](io.BytesIO(data))


def finish(source: Image.Image, edge: int, orientation: int | None = None) -> Image.Image:
    """Decode a picture to upright sRGB, no larger than needed.

    Args:
        source: From `open_picture`.
        edge: Longest edge that is wanted, in pixels.
        orientation: EXIF orientation, if known better than from the picture itself.

    Raises:
        UnreadableAssetError: It has too many pixels. Anything else comes from the decoder.
    """
    check_size(source.size, MOST_PIXELS.get(source.format or "", MAX_PIXELS))
    source.draft(None, fitted(source.size, math.ceil(edge * CLOSE_ENOUGH)))
    source.load()
    small = to_srgb(shrunk(resizable(source), edge), source.info.get("icc_profile"))
    return upright(small, orientation or stored_orientation(source))


def stored_orientation(source: Image.Image) -> int | None:
    """Return the orientation that is still to be applied, or None.

    Pillow turns a TIFF itself when it loads it and has no EXIF block for it; pillow-heif turns a
    HEIC and changes the block.
    """
    return exif_orientation(source.info.get("exif") or b"")
