"""Text, colours and warnings of several providers."""

from __future__ import annotations

from typing import Any

from tagbridge.merge import KeywordRules, MergeRules, merge
from tagbridge_hooks import (
    Caption,
    Color,
    Quality,
    Recognition,
    Region,
    Sensitivity,
    Sourced,
    TagSet,
    TextLine,
)

BOX = Region(x=0.1, y=0.1, width=0.2, height=0.2)
RULES = MergeRules(
    providers={name: KeywordRules(min_confidence=0.5) for name in "abc"},
    max_count=9,
    blocked=frozenset(),
)


def who(*items: Sourced[Any]) -> list[list[str]]:
    return [[source.provider for source in item.sources] for item in items]


def texts(*answers: tuple[TextLine, ...]) -> TagSet:
    made = zip("abc", answers, strict=False)
    return merge([Recognition(provider=p, model="m", text=t) for p, t in made], RULES)


def test_what_two_read_is_one_line() -> None:
    first = TextLine(text="EXIT", confidence=0.5)
    second = TextLine(text="Exit ", confidence=0.5, region=BOX)

    (line,) = texts((first,), (second,)).text

    assert line.value == TextLine(text="EXIT", confidence=0.75, region=BOX)
    assert who(line) == [["a", "b"]]


def test_what_one_reads_at_two_places_is_two_lines() -> None:
    exits = (TextLine(text="EXIT"), TextLine(text="EXIT"))

    assert who(*texts(exits, (TextLine(text="exit"),)).text) == [["a", "b"], ["a"]]


def test_text_keeps_its_punctuation_and_line_breaks() -> None:
    (line,) = texts((TextLine(text="No. 7,\r\n\tclosed; see /shop\0\u202e|\n\n"),)).text

    assert line.value.text == "No. 7,\nclosed; see /shop|"


def test_colors_are_those_of_the_first_who_has_some() -> None:
    red, blue = Color(hex="#FF0000", fraction=0.9), Color(hex="#0000ff", fraction=0.8)
    answers = [
        Recognition(provider="c", model="m", colors=(red,)),
        Recognition(provider="b", model="m", colors=(blue, red)),
        Recognition(provider="a", model="m", colors=(Color(hex="red", fraction=0.5),)),
    ]

    colors = merge(answers, RULES).colors

    assert [c.value.hex for c in colors] == ["#0000ff", "#ff0000"]
    assert who(*colors) == [["b"], ["b"]]


def test_each_provider_warns_once_of_each_kind() -> None:
    warnings = (
        Sensitivity(kind="nsfw", confidence=0.2),
        Sensitivity(kind="nsfw", confidence=0.7),
        Sensitivity(kind="violence", confidence=0.1),
        Sensitivity(kind="boredom", confidence=1.0),  # type: ignore[arg-type] # a stranger's
    )
    answers = [
        Recognition(provider="b", model="m", sensitivities=warnings),
        Recognition(provider="a", model="m", sensitivities=warnings[:1]),
    ]

    found = merge(answers, RULES).sensitivities

    assert [(s.value.kind, s.value.confidence) for s in found] == [
        ("nsfw", 0.2),
        ("nsfw", 0.7),
        ("violence", 0.1),
    ]
    assert who(*found) == [["a"], ["b"], ["b"]]


def test_captions_and_qualities_stand_side_by_side() -> None:
    answers = [
        Recognition(
            provider=name,
            model="m",
            captions=(Caption(text="A sea,\nat night.", language="en"), Caption(text="\0")),
            qualities=(Quality(kind="stock photo", value=0.5), Quality(kind="\u202e", value=0.5)),
        )
        for name in "ba"
    ]

    tagset = merge(answers, RULES)

    assert [c.value.text for c in tagset.captions] == ["A sea, at night."] * 2
    assert who(*tagset.captions) == who(*tagset.qualities) == [["a"], ["b"]]
