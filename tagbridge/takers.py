"""Which providers are asked about an asset: those that take its kind and its length. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge import formats
from tagbridge_hooks import RejectedError, UnreadableAssetError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.recognize import Recognizer
    from tagbridge_hooks import ProviderInfo


class NotTakenError(UnreadableAssetError):
    """Report a video that nobody is asked about.

    Attributes:
        refusals: On behalf of the providers that take others.
    """

    def __init__(self, message: str, refusals: Iterable[RejectedError] = ()) -> None:
        super().__init__(message)
        self.refusals = tuple(refusals)


def takers(recognizers: Iterable[Recognizer], media_type: str) -> list[Recognizer]:
    """Return the providers that take pictures, or videos, of whatever length."""
    kind = formats.kind_of(media_type)
    return [recognizer for recognizer in recognizers if kind in recognizer.media]


def refusal(info: ProviderInfo, seconds: float | None) -> RejectedError | None:
    """Return why a provider does not take a video of this length; None when it does.

    Args:
        info: What it declares.
        seconds: Length of the video; None for a picture.
    """
    limits = info.limits.video_seconds
    if seconds is None or limits is None or limits[0] <= seconds <= limits[1]:
        return None
    return RejectedError(
        f"the video lasts {round(seconds, 3):g} s; {info.name} takes {limits[0]:g} to"
        f" {limits[1]:g} s"
    )


def refuse_length(recognizers: Iterable[Recognizer], media_type: str, seconds: float) -> None:
    """Check that somebody takes a video of this length.

    Raises:
        NotTakenError: Nobody does.
    """
    asked = takers(recognizers, media_type)
    refusals = [refusal(recognizer.info, seconds) for recognizer in asked]
    given = [error for error in refusals if error is not None]
    if len(given) == len(asked):
        raise NotTakenError("; ".join(map(str, given)), given)
