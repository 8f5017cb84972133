"""What the pages show, and act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tagbridge.config import Settings
    from tagbridge.equipment import Equipment
    from tagbridge.ledger import Ledger
    from tagbridge.pulse import Pulse


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the pages show, and act on.

    Attributes:
        settings: The user's.
        ledger: Remembers what was done. Asking it may take as long as its database is away, so it
            is never asked on the event loop: Starlette runs a plain function on a thread.
        roots: The folders whose photos are shown; nothing outside them is, see `guard.inside`.
        state: The state folder.
        equipment: What it takes to look at photos and to decide about them; None shows no photos.
        pulse: Whether the daemon that serves the pages is well; None where no daemon does.
    """

    settings: Settings
    ledger: Ledger
    roots: tuple[Path, ...]
    state: Path
    equipment: Equipment | None = None
    pulse: Pulse | None = None
