"""What a provider says about a picture, and what all providers together said.

Every confidence is a fraction from 0 to 1, or None where the service gives none. Every region is
in fractions of the upright picture with the origin in its top left corner.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")

SensitivityKind = Literal["nsfw", "nudity", "violence", "drugs", "hate", "medical"]


def _check_fraction(name: str, value: float | None) -> None:
    if value is not None and not (math.isfinite(value) and 0.0 <= value <= 1.0):
        raise ValueError(f"{name} must be a fraction from 0 to 1 or None, not {value!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A rectangle of the upright picture, in fractions, origin top left.

    Attributes:
        x: Left edge, 0 to 1.
        y: Top edge, 0 to 1.
        width: 0 to 1; `x + width` is at most 1.
        height: 0 to 1; `y + height` is at most 1.

    Raises:
        ValueError: The rectangle leaves the picture; `clamped` makes one that does not.
    """

    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        for name in ("x", "y", "width", "height"):
            _check_fraction(name, getattr(self, name))
        tolerance = 1e-6
        if self.x + self.width > 1.0 + tolerance or self.y + self.height > 1.0 + tolerance:
            raise ValueError(f"{self} leaves the picture; Region.clamped cuts it to size")

    @classmethod
    def clamped(cls, x: float, y: float, width: float, height: float) -> Region:
        """Return the part of a rectangle that lies inside the picture.

        Args:
            x: Left edge as a fraction; may be negative.
            y: Top edge as a fraction; may be negative.
            width: Fraction; may reach beyond the right edge.
            height: Fraction; may reach beyond the lower edge.

        Raises:
            ValueError: A value is not a finite number. It must not pass: comparing with NaN is
                always false, so that it would come out as the edge of the picture.
        """
        if not all(math.isfinite(value) for value in (x, y, width, height)):
            raise ValueError(f"a region needs finite numbers, not {(x, y, width, height)}")
        left, top = max(0.0, min(1.0, x)), max(0.0, min(1.0, y))
        right, bottom = max(left, min(1.0, x + width)), max(top, min(1.0, y + height))
        return cls(x=left, y=top, width=right - left, height=bottom - top)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """A word or a short phrase that names what the picture shows.

    Attributes:
        text: The keyword as the service gave it. It is hostile input to the core, which cleans it.
        confidence: 0 to 1, or None where the service gives none.
        language: BCP 47 tag of `text`, or None when unknown.
        broader: Its ancestors from the most general to the nearest, `("Animal", "Mammal")`.
        region: Where it is in the picture, or None for the picture as a whole.
        borrowed: True when it was taken from similar pictures, not seen in this one.
    """

    text: str
    confidence: float | None = None
    language: str | None = None
    broader: tuple[str, ...] = ()
    region: Region | None = None
    borrowed: bool = False

    def __post_init__(self) -> None:
        _check_fraction("confidence", self.confidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person or a face.

    Attributes:
        name: Who it is, or None for somebody.
        confidence: 0 to 1, of the name if there is one, otherwise of the detection; or None.
        region: Where; of the face when `face` is true, otherwise of the whole figure.
        face: True when the region is a face.
        age: Estimated, in years; or None.
    """

    name: str | None = None
    confidence: float | None = None
    region: Region | None = None
    face: bool = False
    age: float | None = None

    def __post_init__(self) -> None:
        _check_fraction("confidence", self.confidence)
        if self.age is not None and not 0.0 <= self.age < math.inf:
            raise ValueError(f"age must be a number of years or None, not {self.age!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """A line of text that can be read in the picture.

    Attributes:
        text: What it says.
        confidence: 0 to 1, or None.
        region: Where it stands, or None.
    """

    text: str
    confidence: float | None = None
    region: Region | None = None

    def __post_init__(self) -> None:
        _check_fraction("confidence", self.confidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Color:
    """One of the dominant colours.

    Attributes:
        hex: `#rrggbb`, sRGB.
        fraction: Part of the picture it covers, 0 to 1.
        name: Its name, such as `light blue`, or None.
    """

    hex: str
    fraction: float
    name: str | None = None

    def __post_init__(self) -> None:
        _check_fraction("fraction", self.fraction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """A sentence that describes the picture, or a title for it.

    Attributes:
        text: The sentence, or the title.
        confidence: 0 to 1, or None.
        language: BCP 47 tag, or None when unknown.
        kind: Which of the two it is.
    """

    text: str
    confidence: float | None = None
    language: str | None = None
    kind: Literal["caption", "title"] = "caption"

    def __post_init__(self) -> None:
        _check_fraction("confidence", self.confidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """How sure a provider is that the picture shows something to be warned of.

    Attributes:
        kind: `nsfw` is the sum of what must not be shown at work; the others are its details.
        confidence: 0 to 1.
    """

    kind: SensitivityKind
    confidence: float

    def __post_init__(self) -> None:
        _check_fraction("confidence", self.confidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How good a picture is, as a service sees it; no rating, which is the user's own.

    Attributes:
        kind: What is judged, in the service's words, such as `stock photo`.
        value: 0 (worst) to 1 (best).
    """

    kind: str
    value: float

    def __post_init__(self) -> None:
        _check_fraction("value", self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A similar picture, somewhere else. Either measure may be missing.

    Attributes:
        url: Where it is; or what the service calls it, where it has no address.
        similarity: 0 to 1, more is nearer; or None.
        distance: 0 or more, less is nearer, in the service's own measure; or None.
        thumbnail: Address of a small copy; or None.
        labels: What the service says of it. Their regions would be those of that picture.
    """

    url: str
    similarity: float | None = None
    distance: float | None = None
    thumbnail: str | None = None
    labels: tuple[Keyword, ...] = ()

    def __post_init__(self) -> None:
        _check_fraction("similarity", self.similarity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """What one provider says about one picture; empty tuples mean that it found nothing.

    Attributes:
        provider: The name in its `ProviderInfo`.
        model: Which model or version answered; kept with every value that is written.
        remaining: Calls that are left of the account's allowance after this one, where the answer
            says so; `tagbridge status` shows it, and none left pauses the provider.
    """

    provider: str
    model: str
    keywords: tuple[Keyword, ...] = ()
    persons: tuple[Person, ...] = ()
    text: tuple[TextLine, ...] = ()
    colors: tuple[Color, ...] = ()
    captions: tuple[Caption, ...] = ()
    sensitivities: tuple[Sensitivity, ...] = ()
    qualities: tuple[Quality, ...] = ()
    remaining: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who said it.

    Attributes:
        provider: Name of the provider.
        model: Its model or version.
        confidence: 0 to 1, or None.
    """

    provider: str
    model: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced(Generic[T]):
    """A value together with everybody who said it.

    Attributes:
        value: The value; its confidence is the combined one.
        sources: At least one, ordered by provider name.
    """

    value: T
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TagSet:
    """What all providers together say about one asset: cleaned, merged, above the thresholds.

    Attributes:
        keywords: What was seen before what was borrowed, each best first. Ancestors are keywords
            of their own as well, but for the categories of the user's vocabulary.
    """

    keywords: tuple[Sourced[Keyword], ...] = ()
    persons: tuple[Sourced[Person], ...] = ()
    text: tuple[Sourced[TextLine], ...] = ()
    colors: tuple[Sourced[Color], ...] = ()
    captions: tuple[Sourced[Caption], ...] = ()
    sensitivities: tuple[Sourced[Sensitivity], ...] = ()
    qualities: tuple[Sourced[Quality], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one asset.

    Attributes:
        outcome: `written`, `unchanged` (everything was there already), `planned` (a dry run,
            or it awaits a review), `skipped` (by rule) or `parked` (set aside for a person).
        target: The file that was or would be written, or None.
        keywords_added: The keywords that were or would be added, as written.
        keywords_removed: Our earlier ones that were or would be taken out, because newer answers or
            settings supersede them.
        reason: Why it was skipped or parked, or why a sidecar was used; empty otherwise.
    """

    outcome: Literal["written", "unchanged", "planned", "skipped", "parked"]
    target: Path | None = None
    keywords_added: tuple[str, ...] = ()
    keywords_removed: tuple[str, ...] = ()
    reason: str = ""
