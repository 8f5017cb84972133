"""How one photo is to be dealt with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge_hooks import AssetError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """How one photo is to be dealt with this time.

    Attributes:
        only_new: Skip a photo that was tagged under this name before, even if somebody edited
            its metadata since.
        patient: Write nothing while one of the providers may answer soon; then all is written
            at once.
        hurry: For how many seconds the quick providers wait for slow ones: what those say is added
            another time. None to wait for all.
        accepted: What somebody has reviewed and accepted, by kind and value, see `Result`: it is
            written, if nothing else has come to it. None where nobody has.
        confirmed: `spelling_key` of the keywords of which they said that they are right.
        holds: Asked right before the write: whether the photo is still ours to write. Another
            worker may have taken it over.
    """

    only_new: bool = False
    patient: bool = False
    hurry: float | None = None
    accepted: Collection[tuple[str, str]] | None = None
    confirmed: frozenset[str] = frozenset()
    holds: Callable[[], bool] = lambda: True


class SupersededError(AssetError):
    """Report that another worker has taken the photo over; nothing was written."""
