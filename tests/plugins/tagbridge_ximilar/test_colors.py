from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tagbridge_hooks import Color, MalformedAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagbridge_hooks import Recognition

    Answered = Callable[..., Recognition]
    Enveloped = Callable[..., bytes]

COLORS = {"services": ["colors"]}
LISTS: dict[str, list[Any]] = {
    "rgb_colors": [[241, 240, 241], [10, 20, 30]],
    "rgb_hex_colors": ["#F1F0F1", "#0a141e"],
    "luv_colors": [[94.9, 0.3, -0.6], [6.0, -1.0, -4.0]],
    "percentages": [0.75, 0.2],
    "color_names": ["WhiteSmoke", "Black"],
    "color_names_pantone": ["Bright White", "Black Beauty"],
}


def colors_of(answered: Answered, enveloped: Enveloped, **lists: object) -> tuple[Color, ...]:
    said = enveloped({"_dominant_colors": {**LISTS, **lists}})
    return answered(200, said, **COLORS).colors


def test_lists_that_belong_together_become_colours(
    answered: Answered, enveloped: Enveloped
) -> None:
    recognition = answered(200, enveloped({"_dominant_colors": LISTS}), **COLORS)
    assert recognition.model == "colors-generic-v2"
    assert recognition.keywords == ()
    assert recognition.colors == (
        Color(hex="#f1f0f1", fraction=0.75, name="WhiteSmoke"),
        Color(hex="#0a141e", fraction=0.2, name="Black"),
    )


@pytest.mark.parametrize(
    ("percentages", "fractions"),
    [
        ([75, 20], [0.75, 0.2]),
        (["75", 20.0], [0.75, 0.2]),
        ([0.5, 0.5], [0.5, 0.5]),
        ([1.0, 0.0], [1.0, 0.0]),
        ([100, 0], [1.0, 0.0]),
        ([80, 120], [0.4, 0.6]),
        ([0.8, 0.8], [0.5, 0.5]),
        ([-0.1, 0.4], [0.0, 0.4]),
        ([99.5, 0.5], [0.995, 0.005]),
    ],
)
def test_shares_are_fractions_whose_sum_is_at_most_one(
    answered: Answered, enveloped: Enveloped, percentages: list[Any], fractions: list[float]
) -> None:
    found = colors_of(answered, enveloped, percentages=percentages)
    assert [color.fraction for color in found] == pytest.approx(fractions)


@pytest.mark.parametrize("share", [None, "much", float("nan"), float("inf"), True, [], 10**400])
def test_a_colour_without_a_share_does_not_cost_the_others(
    answered: Answered, enveloped: Enveloped, share: object
) -> None:
    (dark,) = colors_of(answered, enveloped, percentages=[share, 0.2])
    assert dark == Color(hex="#0a141e", fraction=0.2, name="Black")


@pytest.mark.parametrize("code", [None, "", "white", "#f1f0f", 7, "#f1f0f1\n"])
def test_a_broken_code_is_made_up_for_by_the_numbers(
    answered: Answered, enveloped: Enveloped, code: object
) -> None:
    found = colors_of(answered, enveloped, rgb_hex_colors=[code, "0A141E"])
    assert [color.hex for color in found] == ["#f1f0f1", "#0a141e"]


@pytest.mark.parametrize("rgb", [None, [], [1, 2], [1, 2, 300], [1, 2, -3], ["1", 2, 3], 7])
def test_a_colour_that_cannot_be_read_does_not_cost_the_others(
    answered: Answered, enveloped: Enveloped, rgb: object
) -> None:
    found = colors_of(
        answered, enveloped, rgb_hex_colors=[None, "#0a141e"], rgb_colors=[rgb, [10, 20, 30]]
    )
    assert [color.hex for color in found] == ["#0a141e"]


@pytest.mark.parametrize("names", [None, [], [None, 7], ["", " "]])
def test_a_colour_needs_no_name(answered: Answered, enveloped: Enveloped, names: object) -> None:
    found = colors_of(answered, enveloped, color_names=names)
    assert [color.name for color in found] == [None, None]


def test_lists_of_different_lengths_give_as_many_colours_as_are_whole(
    answered: Answered, enveloped: Enveloped
) -> None:
    assert len(colors_of(answered, enveloped, percentages=[0.75])) == 1
    assert len(colors_of(answered, enveloped, percentages=[0.7, 0.2, 0.1])) == 2


def test_no_colours_are_an_answer(answered: Answered, enveloped: Enveloped) -> None:
    empty = enveloped({"_dominant_colors": {name: [] for name in LISTS}})
    assert answered(200, empty, **COLORS).colors == ()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"_dominant_colors": None},
        {"_dominant_colors": ["#f1f0f1"]},
        {"_dominant_colors": {**LISTS, "percentages": None}},
        {"_dominant_colors": {"rgb_hex_colors": ["white"], "percentages": [1.0]}},
    ],
)
def test_colours_of_another_form_are_malformed(
    answered: Answered, enveloped: Enveloped, said: dict[str, Any]
) -> None:
    with pytest.raises(MalformedAnswerError, match="colours"):
        answered(200, enveloped(said), **COLORS)
