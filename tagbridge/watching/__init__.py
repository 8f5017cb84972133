"""From file-system events and scans to settled assets.

Events are hints, the scan is the truth: a full scan follows once the watches stand, after every
loss of events, and periodically. A path is handed out when it has been left alone for a while.
"""

from tagbridge.watching.rules import Mode
from tagbridge.watching.watch import Watch

__all__ = ["Mode", "Watch"]
