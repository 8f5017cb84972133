from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tagbridge_hooks import Color
from tagbridge_local.colors import NAMES, dominant, greyness, lab, nearest_name, thumbnail


@pytest.mark.parametrize("name", NAMES)
def test_a_named_colour_gets_its_name(name: str) -> None:
    assert nearest_name(np.array(NAMES[name], np.uint8)) == name


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((255, 0, 0), "red"),
        ((0, 0, 255), "blue"),
        ((0, 128, 0), "green"),
        ((20, 20, 22), "black"),
        ((250, 250, 245), "white"),
        ((135, 206, 235), "light blue"),
        ((139, 90, 43), "brown"),
    ],
)
def test_a_colour_gets_the_name_a_person_would_give(rgb: tuple[int, int, int], name: str) -> None:
    assert nearest_name(np.array(rgb, np.uint8)) == name


def test_lab_puts_white_at_the_top_and_grey_in_the_middle() -> None:
    white, grey = lab(np.array([[255, 255, 255], [119, 119, 119]], np.uint8))

    assert white == pytest.approx([100, 0, 0], abs=0.1)
    assert grey == pytest.approx([50, 0, 0], abs=0.2)


def halves() -> Image.Image:
    picture = Image.new("RGB", (60, 40), (200, 30, 30))
    picture.paste((40, 80, 190), (0, 0, 45, 40))
    return picture


def test_colours_come_with_the_part_they_cover_the_largest_first() -> None:
    blue, red = dominant(halves())

    assert blue == Color(hex="#2850be", fraction=0.75, name="blue")
    assert red == Color(hex="#c81e1e", fraction=0.25, name="red")


def test_a_small_spot_is_no_dominant_colour() -> None:
    picture = Image.new("RGB", (60, 60), (200, 30, 30))
    picture.paste((40, 80, 190), (0, 0, 15, 15))

    assert [one.name for one in dominant(picture)] == ["red"]


def test_tones_of_one_name_are_one_colour() -> None:
    picture = Image.new("RGB", (60, 40), (200, 30, 30))
    picture.paste((185, 25, 28), (0, 0, 30, 40))

    (red,) = dominant(picture)

    assert (red.name, red.fraction) == ("red", 1.0)


def test_a_grey_picture_is_black_and_white() -> None:
    assert greyness(Image.linear_gradient("L").convert("RGB")) > 0.95


def test_a_coloured_picture_is_not_black_and_white() -> None:
    assert greyness(halves()) == 0.0


def test_a_single_red_coat_keeps_a_picture_from_being_black_and_white() -> None:
    picture = Image.new("RGB", (64, 64), (128, 128, 128))
    picture.paste((200, 30, 30), (0, 0, 64, 4))

    assert greyness(picture) < 0.5


def test_colours_are_taken_from_few_pixels() -> None:
    assert max(thumbnail(Image.new("RGB", (640, 480))).size) <= 64
