"""Turn the answers to several types into one recognition."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tagbridge_hooks import Recognition, together
from tagbridge_imagerecognize.findings import (
    celebrities_of,
    faces_of,
    lines_of,
    objects_of,
    read_findings,
)
from tagbridge_imagerecognize.sensitivity import sensitivities_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge_imagerecognize.answers import Data
    from tagbridge_imagerecognize.settings import ImagerecognizeSettings, TypeName

_NAME = "imagerecognize"
_VERSION = re.compile(r"/(v\d{1,3})/\Z")


def recognized(kind: TypeName, data: Data, settings: ImagerecognizeSettings) -> Recognition:
    """Return what the answer to one type says.

    Raises:
        MalformedAnswerError: It has another form.
    """
    said = Recognition(provider=_NAME, model=kind, remaining=data.quota)
    match kind:
        case "objects":
            found = read_findings(data, kind, settings.label_confidence)
            return replace(said, keywords=objects_of(found))
        case "celebrities":
            return replace(said, persons=celebrities_of(read_findings(data, kind)))
        case "detect_faces":
            return replace(said, persons=faces_of(read_findings(data, kind)))
        case "detect_text":
            return replace(said, text=lines_of(read_findings(data, kind)))
        case "nsfw":
            found = read_findings(data, kind, settings.nsfw_confidence)
            return replace(said, sensitivities=sensitivities_of(found))


def joined(parts: Sequence[Recognition], base_url: str) -> Recognition:
    """Return one recognition of all parts; its model names their types and the version.

    The service tells no version but the one in its address.
    """
    version = _VERSION.search(base_url)
    model = "+".join(part.model for part in parts) + (f"-{version[1]}" if version else "")
    return together.joined(_NAME, model, parts)
