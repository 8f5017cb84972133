"""What is shown of a photo: each thing that it says, with our record of it if it is ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tagbridge.metadata.results import Result
    from tagbridge_hooks import Color

Whose: TypeAlias = Literal["user", "ours", "confirmed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownText:
    """A keyword, a name or a sentence of a photo.

    Attributes:
        text: As it stands in the file.
        result: Our record of it, or None for the user's.
    """

    text: str
    result: Result | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownKeyword(ShownText):
    """A keyword of a photo.

    Attributes:
        whose: `confirmed` is one of ours that the user kept in an edit: theirs since.
    """

    whose: Whose


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownColor:
    """A colour of a photo.

    Attributes:
        color: As it stands in the file.
        result: Our record of it, or None for the user's.
    """

    color: Color
    result: Result | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a photo says.

    Attributes:
        path: The photo.
        files: The files that were read: the photo, its sidecar.
        keywords: All flat keywords, each once.
        rejected: Our records of keywords that people removed, here or from a copy of the picture.
        hierarchies: Hierarchical keywords, levels joined by `|`.
        warning: Our record of the adult content warning, or None.
        flagged: Whether the warning is set, by whomever.
        persons: Who is in it.
        sentences: Alternative text, title and description, by `prefix:name` of the property.
        text: What can be read in it, or None.
        colors: The dominant ones.
        judgements: Our records of warnings in detail and of its quality.
        problems: Blocks that are not understood, with the reason.
    """

    path: Path
    files: tuple[Path, ...]
    keywords: tuple[ShownKeyword, ...]
    rejected: tuple[Result, ...]
    hierarchies: tuple[str, ...]
    warning: Result | None
    flagged: bool
    persons: tuple[ShownText, ...]
    sentences: Mapping[str, ShownText]
    text: ShownText | None
    colors: tuple[ShownColor, ...]
    judgements: tuple[Result, ...]
    problems: tuple[str, ...]
