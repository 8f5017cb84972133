"""The smallest file that can hold metadata blocks, to show them to a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.metadata.jpeg import JPEG
from tagbridge.metadata.png import PNG

if TYPE_CHECKING:
    from tagbridge.metadata.layout import Blocks

# A grey JPEG of 8 x 8 pixels, baseline, one component.
_PICTURE = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300100b0c0e0c0a100e0d0e1211101318"
    "281a181616183123251d283a333d3c3933383740485c4e404457453738506d51575f626768673e4d"
    "71797064785c656763ffc0000b080008000801011100ffc400140001000000000000000000000000"
    "00000000ffc40014100100000000000000000000000000000000ffda0008010100003f003fffd9"
)
# A black PNG of one pixel, which has room for a packet of any size.
_LARGE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a494441"
    "5478da6360000000020001e527defc0000000049454e44ae426082"
)
_MAX_PACKET = 60_000


def carrier_of(blocks: Blocks) -> bytes:
    """Return a tiny JPEG that holds the blocks, or a PNG if the packet is too large for that.

    Raises:
        EmbeddingRefusedError: The IPTC block is larger than a JPEG can hold.
    """
    if blocks.iim is None and len(blocks.xmp) > _MAX_PACKET:
        return b"".join(PNG.splice(_LARGE, blocks))
    return b"".join(JPEG.splice(_PICTURE, blocks))
