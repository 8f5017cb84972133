"""Editors that save a file at a chosen step of what we do to it.

`sys.setprofile` reports every call and return inside the modules that replace a file; at the k-th
of them an editor strikes, for every k. So each interleaving is reached for certain, none by luck.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tagbridge.metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType
    from typing import Self

    Editor = Callable[[Path, bytes], None]

HOUSE = str(Path(tagbridge.metadata.__file__).parent)


def save_by_renaming(path: Path, content: bytes) -> None:
    new = path.with_name("editor.tmp")
    new.write_bytes(content)
    new.rename(path)


def save_in_place(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def save_anew(path: Path, content: bytes) -> None:
    path.unlink()
    with path.open("xb") as file:
        file.write(content)


EDITORS: Mapping[str, Editor] = {
    "renaming": save_by_renaming,
    "in-place": save_in_place,
    "anew": save_anew,
}


class Strikes:
    """Counts the steps of a replacement, and calls an editor at some of them."""

    def __init__(self, plan: Mapping[int, Callable[[], None]]) -> None:
        self.steps = 0
        self.struck = 0
        self._plan = plan

    def __enter__(self) -> Self:
        sys.setprofile(self._step)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _step(self, frame: FrameType, _event: str, _argument: Any) -> None:  # noqa: ANN401
        if not frame.f_code.co_filename.startswith(HOUSE):
            return
        self.steps += 1
        if strike := self._plan.get(self.steps):
            self.struck += 1
            strike()
