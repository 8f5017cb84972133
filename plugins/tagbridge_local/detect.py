"""Find things and where they are: SSDLite MobileNetV3 trained on COCO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tagbridge_local.boxes import region, strongest
from tagbridge_local.picture import planes, scaled
from tagbridge_local.sessions import MODELS, Model

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    from tagbridge_hooks import Region

_EDGE = 320  # pixels of the input; the model was trained on pictures squeezed into the square
_CONFIDENCE = 0.4  # nothing below it is ever used
_OVERLAP = 0.6  # as the model was trained

# The model's coding of a box against its anchor: shift of the centre in tenths of the anchor's
# edges, logarithm of the growth of the edges in fifths.
_CENTRE_SCALE = 10.0
_EDGE_SCALE = 5.0
_MOST_GROWTH = 10.0  # keeps `exp` finite for boxes that mean nothing

_BOXES = "raw_outputs/box_encodings:0"
_CONFIDENCES = "raw_outputs/class_predictions:0"
_ANCHORS = "anchors:0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """One thing in the picture.

    Attributes:
        kind: Number of its class, as in `DETECTABLES`.
        confidence: 0 to 1.
        region: Where it is.
    """

    kind: int
    confidence: float
    region: Region


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """The detector; it may be used from many threads at once."""

    model: Model

    @classmethod
    def open(cls) -> Detector:
        """Load the model."""
        return cls(model=Model.open(MODELS / "ssdmbv3_w16.onnx"))

    def find(self, picture: Image.Image) -> tuple[Detection, ...]:
        """Return all things, best first."""
        pixels = scaled(picture, (_EDGE, _EDGE))
        outputs = self.model.run(planes((pixels - 127.5) / 127.5))
        boxes = decode_boxes(outputs[_BOXES][0], outputs[_ANCHORS])
        return detections(np.clip(boxes, 0.0, 1.0), outputs[_CONFIDENCES][0])


def decode_boxes(
    encodings: NDArray[np.float32], anchors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return boxes as left, top, right and lower edge in fractions; they may leave the picture.

    Args:
        encodings: n x 4: shift down, shift right, growth in height, growth in width.
        anchors: n x 4: centre from the top, centre from the left, height, width, in fractions.
    """
    centres = anchors[:, :2] + encodings[:, :2] / _CENTRE_SCALE * anchors[:, 2:]
    growth = np.minimum(encodings[:, 2:] / _EDGE_SCALE, _MOST_GROWTH)
    halves = np.exp(growth) * anchors[:, 2:] / 2
    # The model counts down before right; everybody else the other way round.
    boxes: NDArray[np.float32] = np.hstack(
        [(centres - halves)[:, ::-1], (centres + halves)[:, ::-1]]
    )
    return boxes


def detections(
    boxes: NDArray[np.float32], confidences: NDArray[np.float32]
) -> tuple[Detection, ...]:
    """Return what is left of raw boxes after non-maximum suppression kind by kind, best first.

    Args:
        boxes: n x 4, inside the picture.
        confidences: n x kinds, 0 to 1; the first kind means "nothing here".
    """
    kinds = (confidences[:, 1:].max(axis=0) >= _CONFIDENCE).nonzero()[0] + 1
    found = [one for kind in kinds for one in _of_kind(int(kind), boxes, confidences[:, kind])]
    return tuple(sorted(found, key=lambda one: -one.confidence))


def _of_kind(
    kind: int, boxes: NDArray[np.float32], confidences: NDArray[np.float32]
) -> list[Detection]:
    certain = (confidences >= _CONFIDENCE).nonzero()[0]
    boxes, confidences = boxes[certain], confidences[certain]
    return [
        Detection(
            kind=kind, confidence=min(1.0, float(confidences[one])), region=region(boxes[one])
        )
        for one in strongest(boxes, confidences, _OVERLAP)
    ]
