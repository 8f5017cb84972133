"""What the user decided about everything that is written beside keywords."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeRules:
    """What is written beside keywords; see the README for what each stands for.

    Attributes:
        people: Names of persons, and where their faces are.
        person_confidence: From 0 to 1; a name that is less sure, or has no confidence, is left out.
        person_keywords: Names are keywords as well.
        faces: Where faces without a name are.
        object_regions: Where the things are that the keywords name.
        alt_text: A caption, as the alternative text.
        description: A caption, as the description, which usually is the photographer's own field.
        title: A title.
        text: Text that can be read in the picture.
        colors: The dominant colours.
        color_keywords: Names of colours are keywords as well.
    """

    people: bool = True
    person_confidence: float = 0.9
    person_keywords: bool = False
    faces: bool = False
    object_regions: bool = False
    alt_text: bool = True
    description: bool = False
    title: bool = False
    text: bool = True
    colors: bool = True
    color_keywords: bool = False
