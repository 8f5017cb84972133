"""A file that can take keywords: the asset itself, or its sidecar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge_hooks import WriteError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from pathlib import Path

    from tagbridge.metadata.change import Change
    from tagbridge.metadata.decisions import Observed
    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.exiv2 import Exiv2
    from tagbridge.metadata.layout import Blocks
    from tagbridge.metadata.replace import Announce, NewContent
    from tagbridge.metadata.revision import Held


class LeftAloneError(WriteError):
    """Report a file that is not understood or must not be replaced; a person must look.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path, error: Exception) -> None:
        sidecar = path.suffix.lower() == ".xmp"
        name = f"its sidecar {path.name!r}" if sidecar else "it"
        super().__init__(f"{name} is left alone: {error}")
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteTools:
    """What every write needs.

    Attributes:
        exiv2: The second reader.
        announce: Is told of a photo's new status before it takes its name.
        foresee: Is told what the files say of what we wrote, before anything is written.
        forget: Is told what will be taken out of a file, before that is written.
        observe: Is told what the files say of what we wrote, when all is written.
        announce_sidecar: Is told of a sidecar's new status before it takes its name.
        keep_mtime: Give a changed photo its old time of the last change.
    """

    exiv2: Exiv2
    announce: Announce
    foresee: Callable[[Observed], None] = lambda _observed: None
    forget: Callable[[Change], None] = lambda _change: None
    observe: Callable[[Observed], None] = lambda _observed: None
    announce_sidecar: Callable[[Path, os.stat_result], None] = lambda _path, _status: None
    keep_mtime: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A file that can take keywords.

    Attributes:
        path: The file that is written.
        existing: What it says now.
        held: Its blocks.
        reread: Returns what it would say with other blocks.
        prepare: Makes the new content in memory, of the blocks that the file shall have and of
            what is to be checked. Raises `EmbeddingRefusedError` or `WriteError`.
        commit: Puts the content in place. Raises `WriteError` or `AssetChangedError`.
        room: Bytes that its packet shall not exceed for anything but keywords; None for no limit.
        refusals: Errors for which this file is left alone, and the others are written all the same.
        status: How a sidecar was when it was read; None for the photo, and for a new one.
        reason: Why it is a sidecar although the format could be embedded; empty otherwise.
    """

    path: Path
    existing: Existing
    held: Held
    reread: Callable[[Held], Existing]
    prepare: Callable[[Blocks, Callable[[], None]], NewContent]
    commit: Callable[[NewContent], None]
    room: int | None = None
    refusals: tuple[type[Exception], ...] = ()
    status: os.stat_result | None = None
    reason: str = ""
