"""Get a picture out of a camera's RAW file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import rawpy
from PIL import Image, JpegImagePlugin

from tagbridge.rendition.geometry import shrunk, upright
from tagbridge.rendition.limits import check_size
from tagbridge.rendition.picture import finish, stored_orientation

if TYPE_CHECKING:
    from rawpy import ImageSizes, RawPy

# LibRaw's flip (bits: mirrored, upside down, sides exchanged) as EXIF orientation.
_ORIENTATIONS = (1, 2, 4, 3, 5, 8, 6, 7)
_FIRST_ON_ITS_SIDE = 5  # EXIF orientations from here on exchange width and height

# A preview of at least this part of the wanted edge serves; developing takes some 20 times longer.
_LARGE_ENOUGH = 0.5


def develop(data: bytes, edge: int) -> Image.Image:
    """Return the picture of a RAW, upright sRGB, from its preview if that is large enough.

    Raises:
        UnreadableAssetError: It has too many pixels. Anything else comes from LibRaw or Pillow.
    """
    with rawpy.imread(io.BytesIO(data)) as raw:
        preview = _preview(raw, edge)
        if preview is not None and max(preview.size) >= edge * _LARGE_ENOUGH:
            return preview
        try:
            return _demosaiced(raw, edge)
        except rawpy.LibRawError:
            # New compressions that LibRaw does not know yet: a small preview is better than none.
            if preview is None:
                raise
            return preview


def _preview(raw: RawPy, edge: int) -> Image.Image | None:
    try:
        thumb = raw.extract_thumb()
    except rawpy.LibRawError:
        return None  # none in the file, or in a format that LibRaw does not extract
    if isinstance(thumb.data, bytes):
        return _from_jpeg(thumb.data, raw.sizes, edge)
    picture = shrunk(Image.fromarray(thumb.data).convert("RGB"), edge)
    return upright(picture, _needed(picture.size, _ORIENTATIONS[raw.sizes.flip & 7], raw.sizes))


def _from_jpeg(data: bytes, sizes: ImageSizes, edge: int) -> Image.Image | None:
    try:
        source = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
        stored = stored_orientation(source) or _ORIENTATIONS[sizes.flip & 7]
        return finish(source, edge, _needed(source.size, stored, sizes))
    except (OSError, SyntaxError, ValueError):
        return None  # a broken preview; the picture itself may be whole


def _needed(preview: tuple[int, int], orientation: int, sizes: ImageSizes) -> int:
    """Return the orientation that a preview still needs.

    Some programs turn the preview's pixels and leave its orientation as it was. The sides of the
    sensor show that.
    """
    on_its_side = orientation >= _FIRST_ON_ITS_SIDE
    turned_already = (preview[0] > preview[1]) != (sizes.width > sizes.height)
    return 1 if on_its_side and turned_already else orientation


def _demosaiced(raw: RawPy, edge: int) -> Image.Image:
    check_size((raw.sizes.raw_width, raw.sizes.raw_height))
    # LibRaw turns it and converts it to sRGB by itself.
    pixels = raw.postprocess(half_size=True, use_camera_wb=True)
    return shrunk(Image.fromarray(pixels).convert("RGB"), edge)
