"""The dominant colours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from tagbridge.metadata.additions.addition import Addition
from tagbridge.metadata.edit import PropertyEdit
from tagbridge.metadata.properties import COLORS, OWN_URI, RDF_URI
from tagbridge.metadata.results import result_of
from tagbridge.spelling import cleaned
from tagbridge_hooks import Color, Keyword, Sourced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagbridge.metadata.existing import Existing
    from tagbridge_hooks import TagSet

LEVEL = "Colour"  # of the hierarchy, above the names of colours
_MOST = 16
_HEX = re.compile("#[0-9a-f]{6}")


def plan_colors(existing: Existing, tagset: TagSet, when: str) -> Iterator[Addition]:
    """Yield the colours, unless the file has some."""
    colors = _colors(tagset)
    if colors and not existing.has_decided("color", COLORS):
        items = "".join(_xml(color.value) for color in colors)
        yield Addition(
            part="other",
            edits=(PropertyEdit(target=COLORS, xml=f"<rdf:Bag>{items}</rdf:Bag>"),),
            results=tuple(result_of("color", c.value.hex, c, when) for c in colors),
        )


def color_keywords(tagset: TagSet) -> Iterator[Sourced[Keyword]]:
    """Yield the names of the colours as keywords."""
    for color in _colors(tagset):
        name = cleaned(color.value.name or "")
        if name is not None:
            yield Sourced(value=Keyword(text=name, broader=(LEVEL,)), sources=color.sources)


def _colors(tagset: TagSet) -> list[Sourced[Color]]:
    """Return the colours that one provider sees: those of several would cover it twice."""
    valid = [c for c in tagset.colors if _HEX.fullmatch(c.value.hex)]
    first = valid[0].sources[0].provider if valid else ""
    own = (c for c in valid if any(s.provider == first for s in c.sources))
    return list({c.value.hex: c for c in own}.values())[:_MOST]


def _xml(color: Color) -> str:
    """Return a list item for a colour; it declares all the prefixes that it uses."""
    name = cleaned(color.name or "")
    named = "" if name is None else f" tagbridge:Name={quoteattr(name)}"
    return (
        f'<rdf:li xmlns:rdf="{RDF_URI}" xmlns:tagbridge="{OWN_URI}" tagbridge:Hex="{color.hex}"'
        f' tagbridge:Fraction="{color.fraction:.3f}"{named}/>\n'
    )
