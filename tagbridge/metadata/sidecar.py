"""Sidecars: which file is the sidecar of an asset, and what it is given.

Two names live in the wild: `IMG.xmp` (Adobe, Capture One, Photo Mechanic) and `IMG.CR2.xmp`
(darktable, digiKam, Immich). An existing one is adopted under whichever name it has. `IMG.xmp`
belongs to the RAW of that name, never to the JPEG beside it, and never to a video beside a photo.
"""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from functools import partial
from typing import TYPE_CHECKING, Literal

from tagbridge.formats import FORMATS, SUFFIXES, kind_of, sniff
from tagbridge.metadata import iim
from tagbridge.metadata.edit import PropertyEdit, edited, empty_sidecar
from tagbridge.metadata.existing import read_existing, trace_of
from tagbridge.metadata.exiv2 import Exiv2Error, Reading
from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.packet import Packet, read_packet
from tagbridge.metadata.properties import SIDECAR_FOR_EXTENSION
from tagbridge.metadata.replace import NewContent, create, refuse_replacing, remove, replace
from tagbridge.metadata.revision import held
from tagbridge.metadata.snapshot import take_snapshot
from tagbridge.metadata.target import LeftAloneError, Target
from tagbridge.metadata.video import packet_of_video
from tagbridge_hooks import AssetChangedError, UnreadableAssetError, VerificationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagbridge.metadata.layout import Blocks
    from tagbridge.metadata.snapshot import Snapshot
    from tagbridge.metadata.target import WriteTools

SidecarName = Literal["adopt", "replace", "append"]

_MAX_BYTES = 16 << 20
_SUFFIXES = (".xmp", ".XMP", ".Xmp")
_RAW_SUFFIXES = frozenset(s for known in FORMATS if known.decoder == "raw" for s in known.suffixes)
_NOTHING = Reading(packet=b"", subject=(), iim_values=(), iim_keywords=())


def appended_name(asset: Path) -> Path:
    """Return `IMG.CR2.xmp` for `IMG.CR2`, in the spelling that exists."""
    return _as_spelled([asset.with_name(asset.name + suffix) for suffix in _SUFFIXES])


def replaced_name(asset: Path) -> Path:
    """Return `IMG.xmp` for `IMG.CR2`, in the spelling that exists."""
    return _as_spelled([asset.with_suffix(suffix) for suffix in _SUFFIXES])


def existing_sidecars(asset: Path, *, raw: bool) -> list[Path]:
    """Return the sidecars that an asset already has, the one that Adobe's programs read first.

    Args:
        asset: The photo.
        raw: True for a RAW file, which owns the short name.
    """
    short, long = replaced_name(asset), appended_name(asset)
    found = [short] if os.path.lexists(short) and _owns_short_name(asset, short, raw=raw) else []
    return [*found, long] if os.path.lexists(long) else found


def is_sidecar(path: Path) -> bool:
    """Return whether a file is a sidecar, by its name alone."""
    return path.suffix in _SUFFIXES


def is_sidecar_of(sidecar: Path, asset: Path) -> bool:
    """Return whether a sidecar that exists belongs to an asset, as far as its name tells."""
    raw = asset.suffix.lower() in _RAW_SUFFIXES
    return sidecar in existing_sidecars(asset, raw=raw)


def sidecars_of(asset: Path, *, raw: bool, habit: SidecarName) -> list[Path]:
    """Return the sidecars that an asset already has, or the one it would get.

    Args:
        asset: The photo.
        raw: True for a RAW file, which owns the short name.
        habit: What a new one is called: `replace`, `append`, or `adopt` (the short name for RAW,
            the long one for everything else).
    """
    found = existing_sidecars(asset, raw=raw)
    if found:
        return found
    short, long = replaced_name(asset), appended_name(asset)
    wants_short = habit == "replace" or (habit == "adopt" and raw)
    # A short name that exists belongs to somebody else: it was not found above.
    free = not os.path.lexists(short) and _owns_short_name(asset, short, raw=raw)
    return [short if wants_short and free else long]


def sidecar_target(
    asset: Snapshot, path: Path, tools: WriteTools, *, raw: bool, reason: str = ""
) -> Target:
    """Return a sidecar as a target, whether it exists or not.

    Raises:
        LeftAloneError: It exists and is not understood, or it is read-only.
    """
    if os.path.lexists(path):
        return _existing_target(path, tools, reason)
    return _new_target(asset, path, tools, raw=raw, reason=reason)


def _existing_target(path: Path, tools: WriteTools, reason: str) -> Target:
    try:
        snapshot = take_snapshot(path, max_bytes=_MAX_BYTES)
        refuse_replacing(snapshot)
        packet = read_packet(snapshot.data)
        existing = read_existing(packet, None, carries_iim=False)
        blocks = held(packet)
    except (UnreadableAssetError, EmbeddingRefusedError) as error:
        raise LeftAloneError(path, error) from error
    return Target(
        path=path,
        existing=existing,
        held=blocks,
        reread=lambda blocks: read_existing(blocks.packet, None, carries_iim=False),
        prepare=partial(_prepared, path, tools),
        commit=partial(_replaced, snapshot),
        refusals=(EmbeddingRefusedError,),
        status=snapshot.status,
        reason=reason,
    )


def _replaced(snapshot: Snapshot, content: NewContent) -> None:
    try:
        if any(content.pieces):
            replace(snapshot, content)
        else:
            remove(snapshot, content)
    except EmbeddingRefusedError as error:
        raise LeftAloneError(snapshot.path, error) from error


def _new_target(
    asset: Snapshot, path: Path, tools: WriteTools, *, raw: bool, reason: str
) -> Target:
    """Begin with what is embedded: digiKam reads only the sidecar once there is one."""
    reading = _embedded(asset, tools)
    packet = _begun(reading.packet)
    if raw and path.stem == asset.path.stem:
        extension = asset.path.suffix.removeprefix(".").upper()
        edit = PropertyEdit(target=SIDECAR_FOR_EXTENSION, text=extension)
        packet = read_packet(edited(packet, [edit]))
    keywords = iim.with_keywords(None, reading.iim_keywords)
    return Target(
        path=path,
        existing=read_existing(packet, keywords, carries_iim=False),
        held=held(packet, exists=False),
        reread=lambda blocks: read_existing(blocks.packet, keywords, carries_iim=False),
        prepare=partial(_prepared, path, tools),
        commit=partial(create, path, like=asset.status),
        refusals=(EmbeddingRefusedError,),
        reason=reason,
    )


def _embedded(asset: Snapshot, tools: WriteTools) -> Reading:
    if kind_of(sniff(asset.data) or "") == "video":  # which exiv2 would read into memory
        return Reading(packet=packet_of_video(asset), subject=(), iim_values=(), iim_keywords=())
    try:
        return tools.exiv2.read_file(asset.path)
    except Exiv2Error:  # a format that exiv2 does not know has nothing to copy
        return _NOTHING


def _begun(embedded: bytes) -> Packet:
    try:
        packet = read_packet(_declared(embedded))
        read_existing(packet, None, carries_iim=False)
    except EmbeddingRefusedError:
        return read_packet(empty_sidecar())
    return packet


def _declared(embedded: bytes) -> bytes:
    """Return a packet that begins as exiv2 wants a file to begin, or it would not know it."""
    if embedded.startswith((b"<?xpacket", b"<?xml", b"<x:xmpmeta")):
        return embedded
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + embedded.removeprefix(BOM_UTF8).lstrip()


def _prepared(
    path: Path, tools: WriteTools, blocks: Blocks, check: Callable[[], None]
) -> NewContent:
    def check_file(read_back: bytes) -> None:
        if read_back != blocks.xmp:
            raise VerificationError("the sidecar did not read back as written")
        check()

    announce = partial(tools.announce_sidecar, path)
    return NewContent(
        pieces=[blocks.xmp], check=check_file, announce=announce, trace=trace_of(blocks.xmp, None)
    )


def _as_spelled(names: list[Path]) -> Path:
    return next((name for name in names if os.path.lexists(name)), names[0])


def _owns_short_name(asset: Path, short: Path, *, raw: bool) -> bool:
    """Return whether `IMG.xmp` is, or would be, the sidecar of this asset."""
    named = _extension_in(short)
    if named is not None:
        return named.casefold() == asset.suffix.removeprefix(".").casefold()
    suffix = asset.suffix.lower()
    suffixes = _RAW_SUFFIXES if raw else SUFFIXES["image"]
    if suffix in SUFFIXES["video"]:
        suffixes |= SUFFIXES["video"]
    rivals = (s for known in suffixes - {suffix} for s in (known, known.upper()))
    return not any(os.path.lexists(asset.with_suffix(rival)) for rival in rivals)


def _extension_in(sidecar: Path) -> str | None:
    """Return the extension that an existing sidecar says it is for, or None."""
    try:
        return read_packet(take_snapshot(sidecar).data).simple(SIDECAR_FOR_EXTENSION)
    except (UnreadableAssetError, AssetChangedError, EmbeddingRefusedError):
        return None
