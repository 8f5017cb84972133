"""Whether what we wrote still stands in a file as we wrote it. Pure.

What somebody has removed or changed since is decided: our record of it stays, so that it is never
written again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.metadata.keywords import rejected_keywords
from tagbridge.metadata.results import RECORD_ALONE
from tagbridge.metadata.traces import further_traces
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.packet import Packet
    from tagbridge.metadata.results import Result


def keyword_of(result: Result) -> str | None:
    """Return the `spelling_key` of the keyword that a record is about; None if it is none."""
    if result.kind == "keyword":
        return spelling_key(result.value)
    return spelling_key(result.value.rpartition("|")[2]) if result.kind == "hierarchy" else None


def still_there(existing: Existing, packet: Packet) -> tuple[Result, ...]:
    """Return our records of what still stands as we wrote it.

    Args:
        existing: What the file says.
        packet: Its packet.

    Raises:
        EmbeddingRefusedError: A property of ours has a form that is not understood.
    """
    rejected = rejected_keywords(existing)
    return tuple(r for r in existing.results if _stands(r, packet, rejected))


def _stands(result: Result, packet: Packet, rejected: set[str]) -> bool:
    if result.kind in RECORD_ALONE:
        return True
    keyword = keyword_of(result)
    if keyword is not None:
        return keyword not in rejected
    return any(True for _ in further_traces(packet, [result]))
