"""Look at what the files of an asset say of what we wrote, without writing anything."""

from __future__ import annotations

from functools import partial
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
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.write import Source


def observe(source: Source, memory: Memory) -> Observed:
    """Return what an asset and its sidecars say; what is not understood says nothing."""
    found = []
    for path, read in _readers(source):
        try:
            found.append((path, recalled(read(), path, memory)))
        except (EmbeddingRefusedError, UnreadableAssetError, AssetChangedError):
            continue
    return observed(found, memory)


def _readers(source: Source) -> Iterator[tuple[Path, Callable[[], Existing]]]:
    path = source.snapshot.path
    if source.layout is not None:
        yield path, partial(_embedded, source)
    known = formats.format_of(source.media_type)
    raw = known is not None and known.decoder == "raw"
    for sidecar in existing_sidecars(path, raw=raw):
        yield sidecar, partial(_sidecar, sidecar)


def _embedded(source: Source) -> Existing:
    layout = source.layout
    if layout is None:
        raise EmbeddingRefusedError("its parts are not known")
    return read_existing(
        parsed_or_empty(layout.xmp),
        layout.iim,
        carries_iim=CONTAINERS[source.media_type].carries_iim,
        extended=layout.extended,
    )


def _sidecar(path: Path) -> Existing:
    return read_existing(parsed_or_empty(take_snapshot(path).data), None, carries_iim=False)
