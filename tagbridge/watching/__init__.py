"""From file-system events and scans to settled assets.

Events are hints, the scan is the truth: a full scan follows once the watches stand, after every
loss of events, and periodically. A path is handed out when it has been left alone for a while.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagbridge.watching.rules import Mode
    from tagbridge.watching.watch import Watch

__all__ = ["Mode", "Watch"]


def __getattr__(name: str) -> object:
    """Load what is asked for: who only wants the rules for names needs no watching library."""
    if name == "Watch":
        from tagbridge.watching.watch import Watch  # noqa: PLC0415 - see above

        return Watch
    if name == "Mode":
        from tagbridge.watching.rules import Mode  # noqa: PLC0415 - see above

        return Mode
    raise AttributeError(name)
