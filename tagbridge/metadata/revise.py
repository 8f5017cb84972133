"""Change the files of an asset into which we have written, and no other."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tagbridge import formats
from tagbridge.metadata.edit import parsed_or_empty
from tagbridge.metadata.embed import CONTAINERS, embedded_target
from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.results import read_results
from tagbridge.metadata.sidecar import existing_sidecars, sidecar_target
from tagbridge.metadata.target import LeftAloneError
from tagbridge.metadata.targets import write_to
from tagbridge_hooks import VerificationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tagbridge.metadata.decisions import Memory
    from tagbridge.metadata.layout import Container, Layout
    from tagbridge.metadata.target import Target, WriteTools
    from tagbridge.metadata.targets import Decided, Outcome
    from tagbridge.metadata.write import Source


def revise(
    source: Source, decide: Decided, tools: WriteTools, memory: Memory, *, dry_run: bool
) -> tuple[Outcome, ...]:
    """Change the files of an asset into which we have written; no new one is made.

    Args:
        source: The asset.
        decide: What becomes of each of its files.
        tools: What it takes.
        memory: What is remembered of the picture.
        dry_run: Prepare and check everything, write nothing.

    Returns:
        What became of each file. The outcome is `parked` for one that had to be left alone.

    Raises:
        WriteError: The system refused; what was not yet written is as it was.
        AssetChangedError: Somebody else changed it meanwhile; it is as they left it.
    """
    openings = list(_openings(source, tools))
    return write_to(openings, decide=decide, memory=memory, tools=tools, dry_run=dry_run)


def _openings(source: Source, tools: WriteTools) -> Iterator[Callable[[], Target]]:
    path, layout = source.snapshot.path, source.layout
    if layout is not None and _is_ours(layout):
        yield partial(_embedded, source, CONTAINERS[source.media_type], layout, tools)
    known = formats.format_of(source.media_type)
    raw = known is not None and known.decoder == "raw"
    for sidecar in existing_sidecars(path, raw=raw):
        yield partial(_sidecar, source, sidecar, tools, raw=raw)


def _is_ours(layout: Layout) -> bool:
    """Return whether we have written into a photo, as far as it can be told."""
    try:
        return bool(read_results(parsed_or_empty(layout.xmp)))
    except EmbeddingRefusedError:
        return False


def _embedded(source: Source, container: Container, layout: Layout, tools: WriteTools) -> Target:
    try:
        target = embedded_target(source.snapshot, container, layout, tools)
    except EmbeddingRefusedError as error:
        raise LeftAloneError(source.snapshot.path, error) from error
    return replace(target, refusals=(EmbeddingRefusedError, VerificationError))


def _sidecar(source: Source, sidecar: Path, tools: WriteTools, *, raw: bool) -> Target:
    target = sidecar_target(source.snapshot, sidecar, tools, raw=raw)
    return replace(target, refusals=(EmbeddingRefusedError, VerificationError))
