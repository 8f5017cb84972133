"""Judgements that are kept in our own record and nowhere else: warnings in detail, and quality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.metadata.additions.addition import Addition
from tagbridge.metadata.results import Result, result_of
from tagbridge.metadata.sensitivities import raised
from tagbridge.spelling import name_of, spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagbridge.metadata.existing import Existing
    from tagbridge_hooks import TagSet


def plan_judgements(
    existing: Existing, tagset: TagSet, threshold: float, when: str
) -> Iterator[Addition]:
    """Yield what is worth a warning, by kind, and how good the picture is.

    Args:
        existing: What the file says.
        tagset: What was found.
        threshold: Confidence from which a warning counts.
        when: Time of the write.
    """
    results = (*_warnings(existing, tagset, threshold, when), *_qualities(existing, tagset, when))
    if results:
        yield Addition(part="other", results=results)


def _warnings(existing: Existing, tagset: TagSet, threshold: float, when: str) -> Iterator[Result]:
    known = existing.recorded("sensitivity")
    kinds = dict.fromkeys(s.value.kind for s in tagset.sensitivities if s.value.kind != "nsfw")
    for kind in kinds:
        warning = raised(tagset, kind, threshold)
        if warning is not None and kind not in known:
            yield result_of("sensitivity", kind, warning, when)


def _qualities(existing: Existing, tagset: TagSet, when: str) -> Iterator[Result]:
    """Yield each quality once for each who judged it; two services' measures are not one."""
    known = {_key(r) for r in existing.results if r.kind == "quality"}
    for quality in tagset.qualities:
        judged = name_of(quality.value.kind)
        result = result_of("quality", judged, quality, when)
        if judged and _key(result) not in known:
            known.add(_key(result))
            yield result


def _key(result: Result) -> tuple[str, str]:
    return spelling_key(result.value), result.provider
