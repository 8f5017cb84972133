"""Find faces: YuNet (2023mar)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tagbridge_hooks import Person
from tagbridge_local.boxes import region, strongest
from tagbridge_local.picture import planes, scaled
from tagbridge_local.sessions import MODELS, Model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from PIL import Image

_EDGE = 640  # pixels of the input; the picture sits in its top left corner
_STRIDES = (8, 16, 32)  # pixels between the points at which the model looks for a face

# Measured: at .7 it finds faces in a squirrel (.72) and in a dandelion (.74).
_CONFIDENCE = 0.8
_OVERLAP = 0.3  # faces do not lie upon each other


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceFinder:
    """The face detector; it may be used from many threads at once."""

    model: Model

    @classmethod
    def open(cls) -> FaceFinder:
        """Load the model."""
        return cls(model=Model.open(MODELS / "face_detection_yunet_2023mar.onnx"))

    def find(self, picture: Image.Image) -> tuple[Person, ...]:
        """Return all faces, best first."""
        width, height = fitted(picture.size)
        canvas = np.zeros((_EDGE, _EDGE, 3), np.float32)
        canvas[:height, :width] = scaled(picture, (width, height))[:, :, ::-1]  # blue first
        boxes, confidences = decode_faces(self.model.run(planes(canvas)))
        extent = np.array([width, height, width, height], np.float32)
        boxes = np.divide(boxes, extent, dtype=np.float32)
        return tuple(
            Person(
                confidence=min(1.0, float(confidences[one])), region=region(boxes[one]), face=True
            )
            for one in strongest(boxes, confidences, _OVERLAP)
        )


def fitted(size: tuple[int, int]) -> tuple[int, int]:
    """Return the size with the same shape whose long edge is the model's, 1 pixel at least."""
    scale = _EDGE / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def decode_faces(
    outputs: Mapping[str, NDArray[np.float32]],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the boxes (left, top, right, lower edge in pixels) and their confidences."""
    found = [_of_stride(stride, outputs) for stride in _STRIDES]
    return np.vstack([boxes for boxes, _ in found]), np.hstack([values for _, values in found])


def _of_stride(
    stride: int, outputs: Mapping[str, NDArray[np.float32]]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    kind = np.clip(outputs[f"cls_{stride}"][0, :, 0], 0.0, 1.0)
    thing = np.clip(outputs[f"obj_{stride}"][0, :, 0], 0.0, 1.0)
    confidences = np.sqrt(kind * thing)
    certain = (confidences >= _CONFIDENCE).nonzero()[0]
    coded = outputs[f"bbox_{stride}"][0, certain]
    rows, columns = np.divmod(certain, _EDGE // stride)
    centres = (np.stack([columns, rows], axis=1) + coded[:, :2]) * stride
    halves = np.exp(coded[:, 2:]) * stride / 2
    return np.hstack([centres - halves, centres + halves]), confidences[certain]
