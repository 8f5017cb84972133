"""Open the merged picture that a Photoshop document holds beside its layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import PsdImagePlugin

from tagbridge_hooks import UnreadableAssetError

if TYPE_CHECKING:
    import io

_DEPTH_AT, _BITS = 22, 8  # bits of a sample; single bits are fine as well
_VERSION_INFO = 1057  # the image resource that says whether the merged picture is a real one
_IS_MERGED_AT = 4


def merged_picture(file: io.BytesIO) -> PsdImagePlugin.PsdImageFile:
    """Read the header of a document; its pixels are not decoded yet.

    Raises:
        UnreadableAssetError: It holds no merged picture, or one of more than 8 bits a sample.
    """
    depth = int.from_bytes(file.getbuffer()[_DEPTH_AT : _DEPTH_AT + 2], "big")
    if depth > _BITS:
        raise UnreadableAssetError(
            f"it has {depth} bits a channel, and of Photoshop documents only those with {_BITS} are"
            " decoded; export the picture as TIFF or JPEG"
        )
    source = PsdImagePlugin.PsdImageFile(file)
    for number, _name, content in source.resources:
        # Photoshop then writes plain white where the picture should be.
        if number == _VERSION_INFO and content[_IS_MERGED_AT : _IS_MERGED_AT + 1] == b"\0":
            raise UnreadableAssetError(
                "it holds its layers and no merged picture; save it with maximized compatibility"
            )
    return source
