"""Read one asset: what it is, whether it is whole, and which picture it is."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from tagbridge import formats
from tagbridge.completeness import IncompleteError, end_of_picture
from tagbridge.completeness.window import Window
from tagbridge.metadata.layout import identity_of
from tagbridge.metadata.snapshot import reopened, take_snapshot
from tagbridge.metadata.video import identity_of_video, seconds_of
from tagbridge.metadata.write import Source, look_into
from tagbridge.takers import NotTakenError
from tagbridge_hooks import Asset, UnreadableAssetError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path
    from typing import BinaryIO

    from tagbridge.metadata.snapshot import Snapshot
    from tagbridge_hooks.providers import MediaKind


def read_source(path: Path, kinds: Collection[MediaKind]) -> Source:
    """Read an asset once, of a video only its structure, and refuse what is not whole.

    Args:
        path: Where it is.
        kinds: What the chosen providers take; a video that nobody takes is not looked into.

    Raises:
        NotTakenError: It is such a video.
        UnreadableAssetError: It is nothing we know, damaged, or cannot be read.
        AssetChangedError: It changed meanwhile.
    """
    snapshot = take_snapshot(path)
    media_type = formats.sniff(snapshot.data[: formats.SNIFF_BYTES], path.suffix)
    if media_type is None or formats.format_of(media_type) is None:
        raise UnreadableAssetError(f"it is not a picture we know ({media_type or 'no format'})")
    if formats.kind_of(media_type) == "video":
        if "video" not in kinds:
            raise NotTakenError("no provider that is chosen takes videos")
        return _video(snapshot, media_type)
    end = _end_of_picture(BytesIO(snapshot.data), media_type)
    return look_into(snapshot, media_type, end)


def _video(snapshot: Snapshot, media_type: str) -> Source:
    with reopened(snapshot) as file:
        _end_of_picture(file, media_type)
        seconds = seconds_of(Window(file))
    return Source(
        snapshot=snapshot, media_type=media_type, layout=None, refusal="", seconds=seconds
    )


def _end_of_picture(file: BinaryIO, media_type: str) -> int | None:
    """Return where the picture ends if that is known, and refuse what is not whole."""
    try:
        return end_of_picture(file, media_type)
    except IncompleteError as lacking:
        raise UnreadableAssetError(f"it is damaged or incomplete: {lacking}") from None


def asset_of(source: Source) -> Asset:
    """Return an asset with its identity, for which a video is read whole.

    Raises:
        UnreadableAssetError: It cannot be read.
        AssetChangedError: It changed meanwhile.
    """
    snapshot = source.snapshot
    if formats.kind_of(source.media_type) == "video":
        identity = identity_of_video(snapshot)
    else:
        identity = identity_of(snapshot.data, source.layout)
    return Asset(
        path=snapshot.path,
        media_type=source.media_type,
        size=snapshot.status.st_size,
        mtime_ns=snapshot.status.st_mtime_ns,
        identity=identity,
    )
