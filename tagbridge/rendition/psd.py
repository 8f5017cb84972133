"""Open the merged picture that a Photoshop document holds beside its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, PsdImagePlugin

from tagbridge.rendition.limits import check_size
from tagbridge_hooks import UnreadableAssetError

if TYPE_CHECKING:
    import io

_WIDTH, _DEPTH = slice(18, 22), slice(22, 24)  # of the header
_BITS, _DEEP = 8, 16  # of a sample; single bits are fine as well
_VERSION_INFO = 1057  # the image resource that says whether the merged picture is a real one
_IS_MERGED_AT = 4


def merged_picture(file: io.BytesIO) -> Image.Image:
    """Return the merged picture of a document, decoded only where it has 16 bits a channel.

    Raises:
        UnreadableAssetError: It holds none, or one of 32 bits a channel or too many pixels.
    """
    depth = int.from_bytes(file.getbuffer()[_DEPTH], "big")
    if depth > _DEEP:
        raise UnreadableAssetError(
            f"it has {depth} bits a channel, and of Photoshop documents only those with {_BITS} and"
            f" {_DEEP} are decoded; export the picture as JPEG"
        )
    if depth == _DEEP:
        _take_for_shallow(file)
    source = PsdImagePlugin.PsdImageFile(file)
    for number, _name, content in source.resources:
        # Photoshop then writes plain white where the picture should be.
        if number == _VERSION_INFO and content[_IS_MERGED_AT : _IS_MERGED_AT + 1] == b"\0":
            raise UnreadableAssetError(
                "it holds its layers and no merged picture; save it with maximized compatibility"
            )
    return _upper_bytes(source) if depth == _DEEP else source


def _take_for_shallow(file: io.BytesIO) -> None:
    """Let the header say that the two bytes of a sample are two samples, which Pillow decodes."""
    with file.getbuffer() as header:
        width = int.from_bytes(header[_WIDTH], "big")
        header[_WIDTH] = (2 * width).to_bytes(4, "big")
        header[_DEPTH] = _BITS.to_bytes(2, "big")


def _upper_bytes(source: Image.Image) -> Image.Image:
    size = source.width // 2, source.height
    check_size(size)
    bands = [Image.frombytes("L", size, band.tobytes()[::2]) for band in source.split()]
    picture = Image.merge(source.mode, bands)
    picture.info = source.info
    return picture
