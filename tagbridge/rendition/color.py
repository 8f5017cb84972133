"""Bring any picture that Pillow reads to 8-bit sRGB."""

from __future__ import annotations

import functools
import io
import math
from typing import cast

from PIL import Image, ImageCms

_WHITE = 255
# The largest values that a picture of large whole numbers or fractions may mean by white.
_WHITES = {"I": (255.0, 65535.0), "F": (1.0, 255.0, 65535.0)}


def resizable(picture: Image.Image) -> Image.Image:
    """Return a picture as L, LA, RGB, RGBA or CMYK, 8 bits, without interpreting its colours.

    Palettes and single bits cannot be interpolated, and deep pictures become pale or black when
    Pillow converts them, which only cuts off what is above 255.
    """
    if "transparency" in picture.info or picture.mode in ("P", "PA"):
        return picture.convert("RGBA")
    if picture.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return picture
    if picture.mode == "1" or picture.mode.startswith(("I", "F")):
        return _grey(picture)
    return picture.convert({"La": "LA", "RGBa": "RGBA"}.get(picture.mode, "RGB"))


def _grey(picture: Image.Image) -> Image.Image:
    if picture.mode == "1":
        return picture.convert("L")
    low, high = (0.0, 65535.0) if picture.mode.startswith("I;16") else _range(picture)
    scale = _WHITE / (high - low)
    return picture.point(lambda value: value * scale - low * scale).convert("L")


def _range(picture: Image.Image) -> tuple[float, float]:
    """Return what black and white mean in a picture whose mode does not say it."""
    low, high = cast("tuple[float, float]", picture.getextrema())  # one channel
    whites = _WHITES[picture.mode]
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, whites[0]
    for white in whites:
        if low >= 0.0 and high <= white:
            return 0.0, white
    return (low, high) if high > low else (low, low + 1.0)


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a picture as opaque sRGB.

    A profile that is broken or made for something else is left out of account: then the picture
    is taken for sRGB, as every viewer does.

    Args:
        picture: L, LA, RGB, RGBA or CMYK.
        profile: Its ICC profile, or None for sRGB.
    """
    opaque = _on_white(picture)
    if profile:
        try:
            return _converted(opaque, profile)
        except Exception:  # noqa: BLE001, S110 - a stranger's bytes in a stranger's parser; see above
            pass
    return opaque.convert("RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode not in ("LA", "RGBA"):
        return picture
    mode = picture.mode.removesuffix("A")
    ground = Image.new(mode, picture.size, "white")
    ground.paste(picture.convert(mode), mask=picture.getchannel("A"))
    return ground


def _converted(picture: Image.Image, profile: bytes) -> Image.Image:
    mode, transform = _transform(profile, picture.mode)
    fitting = picture if picture.mode == mode else picture.convert(mode)
    return fitting if transform is None else transform.apply(fitting)


# The pictures of one camera have one profile, and its transform takes longer to build than to use.
@functools.lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> tuple[str, ImageCms.ImageCmsTransform | None]:
    """Return which mode a picture needs, and what then brings it to sRGB; None when it is that."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if (source.profile.profile_description or "").startswith("sRGB"):
        return "RGB", None
    # Black-and-white pictures often keep the RGB profile that they were edited in.
    if (mode, source.profile.xcolor_space.strip()) == ("L", "RGB"):
        mode = "RGB"
    return mode, ImageCms.buildTransform(
        source,
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        # Several threads may use it at once: without the cache for a pixel it has no state.
        ImageCms.Flags.BLACKPOINTCOMPENSATION | ImageCms.Flags.NOCACHE,
    )
