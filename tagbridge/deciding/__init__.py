"""What somebody decides about our keywords on the page: written, and remembered for ever."""

from tagbridge.deciding.desk import Desk
from tagbridge.deciding.verdict import Decided, NotDecidedError

__all__ = ["Decided", "Desk", "NotDecidedError"]
