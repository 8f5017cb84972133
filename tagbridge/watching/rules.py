"""What a watch is told by its caller."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence
    from pathlib import Path

Mode = Literal["auto", "events", "scan"]
Status: TypeAlias = "tuple[Path, os.stat_result]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How long to wait and what to ask; the three questions are asked on worker threads.

    Attributes:
        settle_seconds: How long an asset must have been left alone.
        mode: `auto` decides for every folder by its file system.
        scan_seconds: Time between two full scans of a folder.
        is_candidate: Whether we could handle a file, judged by its name only.
        are_known: Of which of these files there is nothing to do for exactly this one (our own
            echo, done before), in their order; asked for many at once.
        is_complete: Whether the file is structurally whole. It reads the file and may raise
            OSError, which means that the answer has to wait.
        foresee: Is told, on the event loop, of a file that begins to settle.
    """

    settle_seconds: float
    mode: Mode
    scan_seconds: float
    is_candidate: Callable[[Path], bool]
    are_known: Callable[[Sequence[Status]], Sequence[bool]]
    is_complete: Callable[[Path], bool]
    foresee: Callable[[Path], object] = lambda _path: None

    def __post_init__(self) -> None:
        if not 0.0 <= self.settle_seconds < math.inf:
            raise ValueError("settle_seconds must be zero or more")
        if not 0.0 < self.scan_seconds < math.inf:
            raise ValueError("scan_seconds must be more than zero")
        if self.mode not in {"auto", "events", "scan"}:
            raise ValueError("mode must be auto, events or scan")
