"""Errors of the way to a provider; the class says what to do, as everywhere."""

from __future__ import annotations

from tagbridge_hooks import MalformedAnswerError, ProviderError, QuotaError, TransientError


class InDoubtError(ProviderError):
    """Report a request that may have been charged, nobody knows; it is not sent again by itself.

    The user decides: `tagbridge retry`, or `in_doubt = "resend"` for the provider.
    """


class PlannedError(ProviderError):
    """Report a call that a run would make; nothing was sent, for this is a dry run."""


class CourierError(TransientError):
    """Report that the process which makes the calls could not do its work."""


class BadAnswerError(MalformedAnswerError):
    """Report an answer without sense, and how often this very request may have cost a call.

    Attributes:
        tries: How often, this time included.
    """

    def __init__(self, message: str, *, tries: int) -> None:
        super().__init__(message)
        self.tries = tries


class StillAskedError(TransientError):
    """Report that a provider has not answered yet; when it has, its answer is stored."""


class BudgetError(QuotaError):
    """Report that the user's own budget is used up; nothing was sent."""
