"""The last decisions of this run, so that each can be taken back."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagbridge.deciding import Decided

_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was decided at once.

    Attributes:
        batch: Tells it from what was decided before; a page sends a large selection in parts.
        decided: Of each photo.
        blocked: The keyword that was put into the settings as never wanted; empty for none.
    """

    batch: str
    decided: tuple[Decided, ...]
    blocked: str = ""


class Past:
    """What can be taken back, the last one first; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._steps: deque[Step] = deque(maxlen=_MOST)

    def add(self, step: Step) -> None:
        """Remember what was decided; parts of one batch become one step."""
        if not (step.decided or step.blocked):
            return
        with self._lock:
            if self._steps and self._steps[-1].batch == step.batch:
                last = self._steps.pop()
                step = Step(
                    batch=step.batch,
                    decided=last.decided + step.decided,
                    blocked=last.blocked or step.blocked,
                )
            self._steps.append(step)

    def pop(self) -> Step | None:
        """Return the last step, which is no longer remembered then; None if there is none."""
        with self._lock:
            return self._steps.pop() if self._steps else None
