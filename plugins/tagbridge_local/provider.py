"""Put together what the models say about one picture."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge_hooks import Keyword, Recognition
from tagbridge_local import MAX_EDGE
from tagbridge_local.classify import Classifier, named
from tagbridge_local.colors import dominant, greyness, thumbnail
from tagbridge_local.corroborate import corroborated
from tagbridge_local.detect import Detector
from tagbridge_local.faces import FaceFinder
from tagbridge_local.people import figures, human, people_keywords
from tagbridge_local.picture import decode
from tagbridge_local.sensitivity import Censor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL import Image

    from tagbridge_hooks import Region, Rendition
    from tagbridge_local.concepts import Path
    from tagbridge_local.detect import Detection

# Changes whenever a picture could get another answer: a model, a threshold, a name.
MODEL = "local-1 (efficientnet-lite2, ssdlite-mobilenet-v3, yunet-2023mar, open-nsfw)"

_ANIMAL: Path = ("Animal",)
_GREY: Path = ("Black and white",)
_GREYNESS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """The embedded provider; many pictures may be recognized at once."""

    classifier: Classifier
    detector: Detector
    face_finder: FaceFinder
    censor: Censor
    colors: bool

    @classmethod
    def open(cls, *, colors: bool) -> Local:
        """Load the four models; about 0.4 seconds of one core."""
        return cls(
            classifier=Classifier.open(),
            detector=Detector.open(),
            face_finder=FaceFinder.open(),
            censor=Censor.open(),
            colors=colors,
        )

    async def recognize(self, rendition: Rendition) -> Recognition:
        """Say what the picture shows.

        Raises:
            RejectedError: The rendition cannot be decoded.
        """
        return await asyncio.to_thread(self._recognize, rendition)

    async def aclose(self) -> None:
        """Do nothing: the models go when the provider goes."""

    def _recognize(self, rendition: Rendition) -> Recognition:
        picture = decode(rendition, MAX_EDGE)
        sums = self.classifier.look(picture)
        found = self.detector.find(picture)
        faces = human(self.face_finder.find(picture), found, sums[_ANIMAL])
        bodies = figures(found)
        small = thumbnail(picture)
        terms = (
            named(sums, self.classifier.concepts)
            | people_keywords(faces, bodies)
            | _without_color(small)
        )
        return Recognition(
            provider="local",
            model=MODEL,
            keywords=keywords(terms, corroborated(found, sums)),
            persons=(*faces, *bodies),
            colors=dominant(small) if self.colors else (),
            sensitivities=(self.censor.judge(picture),),
        )


def _without_color(small: Image.Image) -> dict[Path, float]:
    grey = greyness(small)
    return {_GREY: grey} if grey >= _GREYNESS else {}


def keywords(terms: Mapping[Path, float], things: Mapping[Path, Detection]) -> tuple[Keyword, ...]:
    """Return all terms as keywords, best first.

    A thing that was detected makes its term and its broader terms as certain as itself; its own
    keyword also says where it is.
    """
    confidences = dict(terms)
    for path, thing in things.items():
        for depth in range(1, len(path) + 1):
            broader = path[:depth]
            confidences[broader] = max(confidences.get(broader, 0.0), thing.confidence)
    regions = {path: thing.region for path, thing in things.items()}
    ranked = sorted(confidences.items(), key=lambda term: (-term[1], term[0]))
    return tuple(_keyword(path, value, regions.get(path)) for path, value in ranked)


def _keyword(path: Path, confidence: float, region: Region | None) -> Keyword:
    return Keyword(
        text=path[-1], confidence=confidence, language="en", broader=path[:-1], region=region
    )
