from __future__ import annotations

from io import BytesIO
from typing import cast

import pytest
from PIL import Image, ImageCms

from tagbridge.rendition import renditions

DARK, BRIGHT = 60, 195


def saved(kind: str, picture: Image.Image, **options: object) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def render(data: bytes, media_type: str) -> Image.Image:
    rendition = renditions(data, media_type, [1024])[1024]
    return Image.open(BytesIO(rendition.data), formats=["JPEG"])


def color(picture: Image.Image, x: float, y: float = 0.5) -> tuple[int, int, int]:
    """Return the colour at a place, in fractions of the picture."""
    found = picture.getpixel((int(x * picture.width), int(y * picture.height)))
    return cast("tuple[int, int, int]", found)


def dark_then_bright(mode: str, dark: float, bright: float) -> Image.Image:
    picture = Image.new(mode, (64, 48), dark)
    picture.paste(bright, (32, 0, 64, 48))
    return picture


def grey(mode: str = "L") -> Image.Image:
    return dark_then_bright("L", 20, 235).convert(mode)


DEEP = dark_then_bright("I", 5_000, 60_000).convert("I;16")


@pytest.mark.parametrize(
    ("kind", "picture"),
    [
        pytest.param("JPEG", grey(), id="grey JPEG"),
        pytest.param("JPEG", grey("CMYK"), id="CMYK JPEG, inverted as Adobe does"),
        pytest.param("JPEG", grey("YCbCr"), id="YCbCr JPEG"),
        pytest.param("PNG", grey("1"), id="one bit"),
        pytest.param("PNG", grey("P"), id="palette"),
        pytest.param("PNG", grey("LA"), id="grey with alpha"),
        pytest.param("PNG", grey("RGBA"), id="colour with alpha"),
        pytest.param("PNG", DEEP, id="16-bit PNG"),
        pytest.param("TIFF", grey("1"), id="one-bit TIFF"),
        pytest.param("TIFF", grey("P"), id="palette TIFF"),
        pytest.param("TIFF", grey("CMYK"), id="CMYK TIFF"),
        pytest.param("TIFF", grey("RGBX"), id="RGBX TIFF"),
        pytest.param("TIFF", grey("RGB").convert("LAB"), id="Lab TIFF"),
        pytest.param("TIFF", DEEP, id="16-bit TIFF"),
        pytest.param("TIFF", dark_then_bright("I", 5_000, 60_000), id="32-bit TIFF"),
        pytest.param("TIFF", dark_then_bright("I", 4_000_000, 9_000_000), id="32-bit, any range"),
        pytest.param("TIFF", dark_then_bright("F", 0.05, 0.95), id="fractions to 1"),
        pytest.param("TIFF", dark_then_bright("F", 20.0, 235.0), id="fractions to 255"),
        pytest.param("WEBP", grey("RGBA"), id="WebP with alpha"),
        pytest.param("GIF", grey(), id="GIF"),
        pytest.param("AVIF", grey("RGBA"), id="AVIF with alpha"),
        pytest.param("BMP", grey("1"), id="one-bit BMP"),
        pytest.param("BMP", grey("P"), id="palette BMP"),
        pytest.param("BMP", grey("RGBA"), id="BMP with alpha"),
        pytest.param("JPEG2000", grey(), id="grey JPEG 2000"),
        pytest.param("JPEG2000", grey("LA"), id="grey JPEG 2000 with alpha"),
        pytest.param("JPEG2000", grey("YCbCr"), id="YCbCr JPEG 2000"),
        pytest.param("JPEG2000", DEEP, id="16-bit JPEG 2000"),
    ],
)
def test_dark_stays_dark_and_bright_stays_bright(kind: str, picture: Image.Image) -> None:
    media_type = "image/jp2" if kind == "JPEG2000" else f"image/{kind.lower()}"
    made = render(saved(kind, picture), media_type)

    assert made.mode == "RGB"
    assert max(color(made, 0.25)) < DARK
    assert min(color(made, 0.75)) > BRIGHT


def test_fractions_that_are_no_numbers_do_not_stop_it() -> None:
    picture = dark_then_bright("F", 0.05, 0.95)
    picture.putpixel((0, 0), float("nan"))
    picture.putpixel((1, 0), float("inf"))

    made = render(saved("TIFF", picture), "image/tiff")
    assert max(color(made, 0.25)) < DARK
    assert min(color(made, 0.75)) > BRIGHT


def test_a_picture_of_one_unusual_value_is_rendered() -> None:
    made = render(saved("TIFF", Image.new("I", (8, 8), -70_000)), "image/tiff")

    assert made.size == (8, 8)


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "LA"), ("WEBP", "RGBA")])
def test_what_is_transparent_becomes_white(kind: str, mode: str) -> None:
    picture = Image.new("RGBA", (64, 48), (0, 0, 0, 255))
    picture.paste((0, 0, 0, 0), (32, 0, 64, 48))

    made = render(saved(kind, picture.convert(mode), lossless=True), f"image/{kind.lower()}")
    assert max(color(made, 0.25)) < DARK
    assert min(color(made, 0.75)) > BRIGHT


@pytest.mark.parametrize(("mode", "key"), [("P", 0), ("RGB", (0, 0, 0)), ("L", 0)])
def test_a_colour_that_stands_for_transparent_becomes_white(mode: str, key: object) -> None:
    picture = dark_then_bright("L", 0, 128).convert("P" if mode == "P" else mode)

    made = render(saved("PNG", picture, transparency=key), "image/png")
    assert min(color(made, 0.25)) > BRIGHT
    assert 100 < color(made, 0.75)[0] < 150


def test_a_cmyk_picture_keeps_its_colours() -> None:
    cyan = Image.new("CMYK", (32, 32), (255, 0, 0, 0))

    red, green, blue = color(render(saved("JPEG", cyan), "image/jpeg"), 0.5)
    assert red < DARK
    assert min(green, blue) > BRIGHT


def exchanged_profile() -> bytes:
    """Return an RGB profile whose red is green and whose green is red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for one, other in ((b"rXYZ", b"gXYZ"), (b"s\0R\0G\0B", b"s\0w\0a\0p")):
        profile = profile.replace(one, b"....", 1).replace(other, one, 1)
        profile = profile.replace(b"....", other, 1)
    return profile


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_an_embedded_profile_is_applied(kind: str) -> None:
    picture = Image.new("RGB", (32, 32), (230, 20, 20))

    data = saved(kind, picture, icc_profile=exchanged_profile())
    red, green, _ = color(render(data, f"image/{kind.lower()}"), 0.5)
    assert green > BRIGHT
    assert red < DARK


def test_a_black_and_white_picture_may_carry_a_profile_for_colours() -> None:
    gamma, linear = b"para\0\0\0\0\0\3\0\0\0\2ff", b"para\0\0\0\0\0\3\0\0\0\1\0\0"
    profile = exchanged_profile()
    assert gamma in profile
    picture = Image.new("L", (32, 32), 128)

    made = render(saved("JPEG", picture, icc_profile=profile.replace(gamma, linear)), "image/jpeg")
    assert min(color(made, 0.5)) > 170


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize(
    "profile",
    [
        pytest.param(b"no profile at all", id="rubbish"),
        pytest.param(exchanged_profile()[:200], id="cut"),
        pytest.param(exchanged_profile()[:128] + bytes(range(230)) * 2, id="only a header"),
        pytest.param(
            ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(), id="for Lab"
        ),
    ],
)
def test_a_broken_or_unfitting_profile_is_left_out_of_account(profile: bytes, mode: str) -> None:
    plain = render(saved("JPEG", grey(mode)), "image/jpeg")
    odd = render(saved("JPEG", grey(mode), icc_profile=profile), "image/jpeg")

    assert odd.tobytes() == plain.tobytes()


def test_an_srgb_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = Image.effect_noise((64, 48), 60).convert("RGB")

    plain = render(saved("PNG", picture), "image/png")
    assert render(saved("PNG", picture, icc_profile=profile), "image/png").tobytes() == (
        plain.tobytes()
    )
