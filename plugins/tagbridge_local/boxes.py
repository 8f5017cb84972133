"""Rectangles that a detector finds: how much they overlap, and which of them to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tagbridge_hooks import Region

if TYPE_CHECKING:
    from numpy.typing import NDArray


def overlaps(box: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return intersection over union of one box with each of the others, 0 to 1.

    Boxes are left, top, right and lower edge, in any unit. An empty box overlaps nothing.
    """
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[2:], others[:, 2:])
    shared = np.prod(np.clip(high - low, 0.0, None), axis=1)
    union = _area(box[np.newaxis]) + _area(others) - shared
    ratio: NDArray[np.float32] = shared / np.maximum(union, np.finfo(np.float32).tiny)
    return ratio


def _area(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    area: NDArray[np.float32] = np.prod(np.clip(boxes[:, 2:] - boxes[:, :2], 0.0, None), axis=1)
    return area


def strongest(
    boxes: NDArray[np.float32], confidences: NDArray[np.float32], most_overlap: float
) -> list[int]:
    """Return the indexes that are left after non-maximum suppression, best first.

    Args:
        boxes: n x 4.
        confidences: n.
        most_overlap: A box that overlaps a better one by more than this is the same object.
    """
    order = np.argsort(-confidences, kind="stable")
    kept: list[int] = []
    while order.size:
        best, rest = order[0], order[1:]
        kept.append(int(best))
        order = rest[overlaps(boxes[best], boxes[rest]) <= most_overlap]
    return kept


def region(box: NDArray[np.float32]) -> Region:
    """Return the part of a box (left, top, right, lower edge in fractions) inside the picture."""
    left, top, right, lower = (float(edge) for edge in box)
    return Region.clamped(left, top, right - left, lower - top)
