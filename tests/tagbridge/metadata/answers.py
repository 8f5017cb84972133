"""A tag set that says everything, and the options to write all of it."""

from __future__ import annotations

from typing import Any

from tagbridge.metadata.additions import DescribeRules
from tagbridge.metadata.plan import WriteRules
from tagbridge.metadata.write import WriteOptions
from tagbridge_hooks import (
    Caption,
    Color,
    Keyword,
    Person,
    Quality,
    Region,
    Sensitivity,
    Source,
    Sourced,
    TagSet,
    TextLine,
)

EVERYTHING = DescribeRules(
    person_keywords=True,
    faces=True,
    object_regions=True,
    description=True,
    title=True,
    color_keywords=True,
)
OPTIONS = WriteOptions(rules=WriteRules(root="auto", describe=EVERYTHING))
FACE = Region(x=0.1, y=0.2, width=0.2, height=0.4)
STRANGER = Region(x=0.7, y=0.2, width=0.1, height=0.2)
CAT = Region(x=0.25, y=0.5, width=0.5, height=0.25)
NAME = 'J\u00f6rg <O\'Neil> & "Co"'
LINES = 'OPEN 24 "hours" <&>\nlang="x-default" type=Bag'


def said(value: Any, *providers: str) -> Sourced[Any]:  # noqa: ANN401 - any item
    names = providers or ("local",)
    return Sourced(value=value, sources=tuple(Source(provider=n, model="m1") for n in names))


TAGSET = TagSet(
    keywords=(
        said(Keyword(text="cat", confidence=0.9, region=CAT)),
        said(Keyword(text="harbour", confidence=0.6, borrowed=True)),
    ),
    persons=(
        said(Person(name=NAME, confidence=0.95, region=FACE, face=True), "a", "b"),
        said(Person(name="Nobody", confidence=0.5)),
        said(Person(confidence=0.8, region=STRANGER, face=True)),
    ),
    text=tuple(said(TextLine(text=line, confidence=0.7)) for line in LINES.split("\n")),
    colors=(
        said(Color(hex="#102030", fraction=0.5, name="dark blue")),
        said(Color(hex="#ffffff", fraction=0.25)),
    ),
    captions=(
        said(Caption(text="A cat.", confidence=0.3)),
        said(Caption(text="A cat & a\nboat.", confidence=0.6)),
        said(Caption(text="Harbour", kind="title")),
    ),
    sensitivities=(said(Sensitivity(kind="violence", confidence=0.9)),),
    qualities=(said(Quality(kind="stock photo", value=0.75)),),
)
