"""The colours of the pages can be told apart, in light and in dark (WCAG 2.2, AA)."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

CSS = files("tagbridge.web").joinpath("static", "base.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
)
WORDS = ["text", "quiet", "accent", "good", "bad", "warn"]
FILLS = ["fill", "good-fill", "bad-fill", "warn-fill", "focus"]


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["card", "ground"])
@pytest.mark.parametrize("word", WORDS)
def test_words_can_be_read(scheme: dict[str, str], ground: str, word: str) -> None:
    assert contrast(scheme[word], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_on_a_button_can_be_read(scheme: dict[str, str]) -> None:
    assert contrast(scheme["on-accent"], scheme["accent"]) >= 4.5
    assert contrast(scheme["ground"], scheme["text"]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("fill", FILLS)
def test_drawings_can_be_seen(scheme: dict[str, str], fill: str) -> None:
    assert contrast(scheme[fill], scheme["card"]) >= 3.0


def test_both_schemes_have_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()
