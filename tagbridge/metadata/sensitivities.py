"""Whether a picture is flagged, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_hooks import Sensitivity, Source, Sourced

if TYPE_CHECKING:
    from tagbridge_hooks import TagSet


def raised(tagset: TagSet, kind: str, threshold: float) -> Sourced[Sensitivity] | None:
    """Return a warning with its highest confidence and everybody who raises it, or None."""
    found = [
        s for s in tagset.sensitivities if s.value.kind == kind and s.value.confidence >= threshold
    ]
    if not found:
        return None
    sources: dict[str, Source] = {}
    for sensitivity in found:
        sure = (s for s in sensitivity.sources if _is_sure(s, threshold))
        # Several may be sure only together.
        sources.update(
            {s.provider: s for s in sure} or {s.provider: s for s in sensitivity.sources}
        )
    best = max((s.value for s in found), key=lambda value: value.confidence)
    return Sourced(value=best, sources=tuple(sources[name] for name in sorted(sources)))


def _is_sure(source: Source, threshold: float) -> bool:
    return source.confidence is None or source.confidence >= threshold
