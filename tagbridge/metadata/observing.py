"""Look at what the files of an asset say of what we wrote, without writing anything."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from tagbridge import formats
from tagbridge.metadata.decisions import Memory, Observed, observed, recalled
from tagbridge.metadata.edit import parsed_or_empty
from tagbridge.metadata.embed import CONTAINERS
from tagbridge.metadata.existing import read_existing
from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.sidecar import existing_sidecars
from tagbridge.metadata.snapshot import take_snapshot
from tagbridge_hooks import AssetChangedError, UnreadableAssetError

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.layout import Layout
    from tagbridge.metadata.write import Source


def observe(source: Source, memory: Memory) -> Observed:
    """Return what an asset and its sidecars say; what is not understood says nothing."""
    path, found = source.snapshot.path, []
    if source.layout is not None:
        with suppress(EmbeddingRefusedError):
            embedded = _embedded(source.layout, source.media_type)
            found.append((path, recalled(embedded, path, memory)))
    return _with_sidecars(found, path, source.media_type, memory)


def observe_sidecars(path: Path, media_type: str, memory: Memory) -> Observed:
    """Return what the sidecars of an asset say, without a look at the asset itself."""
    return _with_sidecars([], path, media_type, memory)


def _with_sidecars(
    found: list[tuple[Path, Existing]], path: Path, media_type: str, memory: Memory
) -> Observed:
    known = formats.format_of(media_type)
    raw = known is not None and known.decoder == "raw"
    read: list[tuple[Path, os.stat_result]] = []
    for sidecar in existing_sidecars(path, raw=raw):
        with suppress(EmbeddingRefusedError, UnreadableAssetError, AssetChangedError):
            snapshot = take_snapshot(sidecar)
            read.append((sidecar, snapshot.status))
            existing = read_existing(parsed_or_empty(snapshot.data), None, carries_iim=False)
            found.append((sidecar, recalled(existing, sidecar, memory)))
    return replace(observed(found, memory), sidecars=tuple(read))


def _embedded(layout: Layout, media_type: str) -> Existing:
    return read_existing(
        parsed_or_empty(layout.xmp),
        layout.iim,
        carries_iim=CONTAINERS[media_type].carries_iim,
        extended=layout.extended,
    )
