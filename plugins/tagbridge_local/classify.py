"""Name the picture as a whole: an ImageNet classifier, summed up the hierarchy of terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tagbridge_local.concepts import FAMILIES, TEXTURES, Concepts, Path
from tagbridge_local.picture import central_square, planes, scaled
from tagbridge_local.sessions import MODELS, Model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from PIL import Image

_EDGE = 260  # pixels of EfficientNet-Lite2's input

# Measured, see "what it cannot see" in plugins/README.md. A temperature below 1 sharpens the
# classifier, which was trained with smoothed labels and is too modest.
TEMPERATURE = 0.85
LEAF = 0.4  # a term that is a class itself
NODE = 0.5  # a term that only sums up narrower ones
MEMBER = 0.7  # one member of a family whose other members the classifier has never seen
TEXTURE = 0.7  # a class of concepts.TEXTURES
INSECT = 0.7  # insects pose on leaves and flowers, so leaves and flowers look like insects

# Terms that say nothing by themselves. An animal of no kind is foliage, in which the classifier
# sees a little of everything that lives there; a sport of no kind is bright synthetic fabric.
_VAGUE = ("Animal", "Sport")
_INSECT: Path = ("Animal", "Insect")


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    """EfficientNet-Lite2 and the terms its classes stand for."""

    model: Model
    concepts: Concepts

    @classmethod
    def open(cls) -> Classifier:
        """Load the model and the terms."""
        return cls(
            model=Model.open(MODELS / "efflite2_w16.onnx"),
            concepts=Concepts.load(MODELS / "imagenet_paths.json"),
        )

    def look(self, picture: Image.Image) -> Mapping[Path, float]:
        """Return the probability of every term, 0 to 1.

        It sees the largest square around the centre. That beat both the usual smaller crop and
        squeezing the whole picture into a square: as many main keywords, fewer wrong ones.
        """
        pixels = scaled(picture, (_EDGE, _EDGE), box=central_square(picture), bicubic=True)
        logits = self.model.run(planes((pixels - 127.0) / 128.0))["logits"][0]
        return self.concepts.sums(without_textures(softmax(logits, TEMPERATURE)))


def softmax(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Return the probabilities of logits divided by the temperature (above 0)."""
    powers = np.exp((logits - logits.max()) / temperature)
    probabilities: NDArray[np.float32] = powers / powers.sum()
    return probabilities


def without_textures(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the probabilities with uncertain textures set to 0, not shared among the others."""
    textures = np.zeros(probabilities.shape, bool)
    textures[sorted(TEXTURES)] = True
    return np.where(textures & (probabilities < TEXTURE), np.float32(0), probabilities)


def named(sums: Mapping[Path, float], concepts: Concepts) -> dict[Path, float]:
    """Return the terms that are certain enough to be keywords, with their probability."""
    terms = {
        path: confidence
        for path, confidence in sums.items()
        if confidence >= threshold(path, concepts)
    }
    specified = {path[0] for path in terms if len(path) > 1}
    for vague in _VAGUE:
        if vague not in specified:
            terms.pop((vague,), None)
    return terms


def threshold(path: Path, concepts: Concepts) -> float:
    """Return the probability from which a term is a keyword."""
    if len(path) > 1 and path[-2] in FAMILIES and path[-1] not in FAMILIES:
        return MEMBER
    if path == _INSECT:
        return INSECT
    return LEAF if path in concepts.named else NODE
