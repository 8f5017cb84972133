"""How large a picture may be."""

from __future__ import annotations

from tagbridge_hooks import UnreadableAssetError

# The largest cameras have 150 to 240 megapixels; decoded, this many take 1.2 GB.
MAX_PIXELS = 300_000_000
# OpenJPEG takes 20 bytes for a pixel, where the others take 4.
MOST_PIXELS = {"JPEG2000": 60_000_000}


def check_size(size: tuple[int, int], most: int = MAX_PIXELS) -> None:
    """Refuse a picture that would take too much memory; to be asked before decoding.

    Raises:
        UnreadableAssetError: It has more than `most` pixels.
    """
    width, height = size
    if width * height > most:
        raise UnreadableAssetError(
            f"it is {width} x {height} pixels ({width * height / 1e6:.0f} megapixels) and more than"
            f" {most / 1e6:.0f} are not decoded; export a smaller copy"
        )
