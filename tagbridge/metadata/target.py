"""A file that can take keywords: the asset itself, or its sidecar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tagbridge.metadata.decisions import Observed
    from tagbridge.metadata.existing import Existing
    from tagbridge.metadata.exiv2 import Exiv2
    from tagbridge.metadata.plan import WritePlan
    from tagbridge.metadata.replace import Announce, NewContent


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteTools:
    """What every write needs.

    Attributes:
        exiv2: The second reader.
        announce: Is told of a photo's new status before it takes its name.
        observe: Is told what the files say of what we wrote, when all is written.
        keep_mtime: Give a changed photo its old time of the last change.
    """

    exiv2: Exiv2
    announce: Announce
    observe: Callable[[Observed], None] = lambda _observed: None
    keep_mtime: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A file that can take keywords.

    Attributes:
        path: The file that is written.
        existing: What it says now.
        prepare: Makes the new content in memory. Raises `EmbeddingRefusedError` or `WriteError`.
        commit: Puts the content in place. Raises `WriteError` or `AssetChangedError`.
        fitted: Returns as much of a plan as there is room for.
        reason: Why it is a sidecar although the format could be embedded; empty otherwise.
    """

    path: Path
    existing: Existing
    prepare: Callable[[WritePlan], NewContent]
    commit: Callable[[NewContent], None]
    fitted: Callable[[WritePlan], WritePlan] = lambda plan: plan
    reason: str = ""
