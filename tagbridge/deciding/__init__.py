"""What somebody decides about our keywords on the page: written, and remembered for ever."""

from tagbridge.deciding.desk import Desk
from tagbridge.deciding.proposed import accept_proposed, propose_again, refuse_proposed
from tagbridge.deciding.verdict import Decided, NotDecidedError

__all__ = [
    "Decided",
    "Desk",
    "NotDecidedError",
    "accept_proposed",
    "propose_again",
    "refuse_proposed",
]
