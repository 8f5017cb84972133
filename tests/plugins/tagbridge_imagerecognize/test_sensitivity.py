from __future__ import annotations

import pytest

from tagbridge_hooks import MalformedAnswerError
from tagbridge_imagerecognize.findings import Finding
from tagbridge_imagerecognize.sensitivity import kinds_of, sensitivities_of


def sensitive(**categories: float | None) -> dict[str, float]:
    """Return what categories with these confidences warn of; `_` stands for a blank."""
    found = [
        Finding(name=name.replace("_", " "), confidence=confidence, regions=())
        for name, confidence in categories.items()
    ]
    return {one.kind: one.confidence for one in sensitivities_of(found)}


@pytest.mark.parametrize(
    ("category", "kinds"),
    [
        ("Explicit Nudity", {"nudity"}),
        ("Non-Explicit Nudity of Intimate parts and Kissing", {"nudity"}),
        ("Female Swimwear Or Underwear", {"nudity"}),
        ("Suggestive", {"nudity"}),
        ("Sexual Activity", {"nudity"}),
        ("Barechested Male", {"nudity"}),
        ("porn", {"nudity"}),
        ("racy", {"nudity"}),
        ("Graphic Violence Or Gore", {"violence"}),
        ("Self-Harm", {"violence"}),
        ("Visually Disturbing", {"violence"}),
        ("WEAPONS", {"violence"}),
        ("Emaciated Bodies", {"violence"}),
        ("Drugs & Tobacco Paraphernalia & Use", {"drugs"}),
        ("Alcoholic Beverages", {"drugs"}),
        ("Pills", {"drugs"}),
        ("Hate Symbols", {"hate"}),
        ("White Supremacy", {"hate"}),
        ("medical", {"medical"}),
        ("Gambling", set()),
        ("Rude Gestures", set()),
        ("", set()),
    ],
)
def test_a_category_warns_in_general_and_of_what_its_name_says(
    category: str, kinds: set[str]
) -> None:
    assert set(kinds_of(category)) == {"nsfw"} | kinds


@pytest.mark.parametrize("category", ["neutral", "Drawing", "SFW", " safe "])
def test_a_harmless_category_warns_of_nothing(category: str) -> None:
    assert kinds_of(category) == ()


def test_the_strongest_category_counts_in_all_and_for_each_kind() -> None:
    told = sensitive(Explicit_Nudity=0.9, Violence=0.97, Suggestive=0.95)
    assert told == {"nsfw": 0.97, "nudity": 0.95, "violence": 0.97}


def test_a_harmless_picture_says_so() -> None:
    assert sensitive() == {"nsfw": 0.0}
    assert sensitive(neutral=0.99, porn=0.01) == {"nsfw": 0.01, "nudity": 0.01}


def test_a_category_without_a_confidence_does_not_cost_the_others() -> None:
    assert sensitive(Violence=None, Suggestive=0.5) == {"nsfw": 0.5, "nudity": 0.5}
    with pytest.raises(MalformedAnswerError):
        sensitive(Violence=None)
