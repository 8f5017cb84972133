"""Read what a photo and its sidecars say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tagbridge import formats
from tagbridge.metadata import iim
from tagbridge.metadata.compatibility.lists import digest_of, lists_of, two_languages
from tagbridge.metadata.compatibility.photo import Digest, Photo, Place, Said
from tagbridge.metadata.edit import parsed_or_empty
from tagbridge.metadata.embed import CONTAINERS
from tagbridge.metadata.existing import read_existing
from tagbridge.metadata.exiv2 import Exiv2, UnknownFormError
from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.sidecar import appended_name, existing_sidecars, replaced_name
from tagbridge.metadata.snapshot import Snapshot, take_snapshot
from tagbridge.metadata.video import packet_of_video
from tagbridge_hooks import AssetError, UnreadableAssetError

if TYPE_CHECKING:
    from pathlib import Path


def read_photo(path: Path, exiv2: Exiv2) -> Photo:
    """Read a photo and both sidecars that it may have.

    Raises:
        UnreadableAssetError: It cannot be read, or is no photo.
        AssetChangedError: It changes just now.
    """
    snapshot = take_snapshot(path)
    media_type = formats.sniff(snapshot.data[: formats.SNIFF_BYTES], path.suffix) or ""
    if not media_type:
        raise UnreadableAssetError("its content is that of no photo")
    names = _names(path)
    said: dict[Place, Said] = {"photo": Said(path=path)}
    problems = []
    for place, file in names.items():
        try:
            if place == "photo":
                said[place] = _embedded(snapshot, media_type, exiv2)
            else:
                said[place] = _said(file, take_snapshot(file).data)
        except (EmbeddingRefusedError, AssetError) as error:
            problems.append(f"{file.name}: {error}")
    known = formats.format_of(media_type)
    owned = existing_sidecars(path, raw=known is not None and known.decoder == "raw")
    return Photo(
        path=path,
        media_type=media_type,
        said=said,
        owns_short=names.get("short", path) in (path, *owned),
        problems=tuple(problems),
    )


def _names(path: Path) -> dict[Place, Path]:
    """Return the files that there are, whomever they belong to: programs go by the name."""
    sidecars: dict[Place, Path] = {"short": replaced_name(path), "long": appended_name(path)}
    present = {place: file for place, file in sidecars.items() if os.path.lexists(file)}
    return {"photo": path, **present}


def _embedded(snapshot: Snapshot, media_type: str, exiv2: Exiv2) -> Said:
    container = CONTAINERS.get(media_type)
    if container is not None:
        layout = container.read(snapshot.data)
        digest = digest_of(layout.iim, layout.iim_digest)
        return _said(snapshot.path, layout.xmp, layout.iim, digest)
    if formats.kind_of(media_type) == "video":
        return _said(snapshot.path, packet_of_video(snapshot) or None)
    try:
        reading = exiv2.read_file(snapshot.path)
    except UnknownFormError:  # a format that exiv2 does not know has no keywords for it
        return Said(path=snapshot.path)
    # Character set and digest of a TIFF are not asked for: its block is taken as it is meant.
    block = iim.with_keywords(None, reading.iim_keywords) if reading.iim_keywords else None
    return _said(snapshot.path, reading.packet or None, block)


def _said(
    path: Path, xmp: bytes | None, block: bytes | None = None, digest: Digest = "none"
) -> Said:
    packet = parsed_or_empty(xmp)
    existing = read_existing(packet, block, carries_iim=False)
    return Said(
        path=path,
        lists=lists_of(existing, packet, digest),
        digest=digest,
        two_languages=two_languages(packet),
    )
