"""Turn the answers of several services into one recognition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_everypixel.palette import read_colors
from tagbridge_everypixel.readings import (
    read_caption,
    read_faces,
    read_keywords,
    read_quality,
)
from tagbridge_hooks import Recognition, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge_everypixel.settings import EverypixelSettings, ServiceName
    from tagbridge_hooks import Rendition

# The service does not say which model answered; the version is part of its address.
_VERSION = "v1"
_NAME = "everypixel"


def recognized(
    service: ServiceName, answer: object, rendition: Rendition, settings: EverypixelSettings
) -> Recognition:
    """Return what the answer of one service says.

    Raises:
        MalformedAnswerError: It has another form.
    """
    match service:
        case "keywords":
            colors = read_colors(answer) if settings.colors else ()
            keywords = read_keywords(answer, settings.language)
            return Recognition(provider=_NAME, model=service, keywords=keywords, colors=colors)
        case "video_keywords":
            keywords = read_keywords(answer, settings.language)
            return Recognition(provider=_NAME, model=service, keywords=keywords)
        case "faces":
            persons = read_faces(answer, rendition)
            return Recognition(provider=_NAME, model=service, persons=persons)
        case "captions":
            return Recognition(provider=_NAME, model=service, captions=read_caption(answer))
        case "quality" | "quality_ugc":
            kind = "stock photo" if service == "quality" else "user photo"
            qualities = read_quality(answer, kind)
            return Recognition(provider=_NAME, model=service, qualities=qualities)


def joined(parts: Sequence[Recognition]) -> Recognition:
    """Return one recognition of all parts; its model names their services and the version."""
    model = "+".join(part.model for part in parts) + f"-{_VERSION}"
    return together.joined(_NAME, model, parts)
