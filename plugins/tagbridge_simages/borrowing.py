"""Keywords that are borrowed from similar pictures. Pure: values in, values out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_hooks import Keyword

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge_hooks import Neighbour


def borrowed(neighbours: Iterable[Neighbour], min_images: int) -> tuple[Keyword, ...]:
    """Return what is seen in similar pictures, the surest first.

    The confidence of a keyword is the sum, over the pictures that show it, of their similarity
    times how sure it is there, divided by the number of all the pictures. A similarity or a
    confidence that is not told adds nothing.

    Args:
        neighbours: The similar pictures, also those that show nothing.
        min_images: Leave out what is seen in fewer pictures.
    """
    pictures = list(neighbours)
    witnesses: dict[str, list[float]] = {}
    for picture in pictures:
        for seen in picture.labels:
            sure = (picture.similarity or 0.0) * (seen.confidence or 0.0)
            witnesses.setdefault(seen.text, []).append(sure / len(pictures))
    found = [
        Keyword(text=text, confidence=min(1.0, sum(parts)), language="en", borrowed=True)
        for text, parts in witnesses.items()
        if len(parts) >= min_images
    ]
    return tuple(sorted(found, key=lambda k: -(k.confidence or 0.0)))
