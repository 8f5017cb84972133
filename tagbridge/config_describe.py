"""The settings for what is written beside keywords."""

from __future__ import annotations

from pydantic import BaseModel, Field


class DescribeSettings(BaseModel):
    """What is written beside keywords; a part of `[write]`.

    Attributes:
        people: Names of persons, and where their faces are.
        person_confidence: From 0 to 1; a name that is less sure is left out.
        person_keywords: Names are keywords as well.
        faces: Where faces without a name are.
        object_regions: Where the things are that the keywords name.
        alt_text: A caption, as the alternative text.
        description: A caption, as the description.
        title: A title.
        text: Text that can be read in the picture.
        colors: The dominant colours.
        color_keywords: Names of colours are keywords as well.
    """

    people: bool = True
    person_confidence: float = Field(default=0.9, ge=0.0, le=1.0)
    person_keywords: bool = False
    faces: bool = False
    object_regions: bool = False
    alt_text: bool = True
    description: bool = False
    title: bool = False
    text: bool = True
    colors: bool = True
    color_keywords: bool = False
