"""Who may come in, and to what: decisions without any effect, and one place that obeys them."""

from tagbridge.web.guard.door import Door
from tagbridge.web.guard.guard import Guard
from tagbridge.web.guard.inside import OutsideError, inside
from tagbridge.web.guard.names import Names

__all__ = ["Door", "Guard", "Names", "OutsideError", "inside"]
