"""All that a person who says "once more" wants to happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.ledger.below import pictures_in_doubt

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tagbridge.ledger.ledger import Ledger


def retry_below(ledger: Ledger, paths: Sequence[Path] | None) -> tuple[int, int]:
    """Take up again what was set aside or waits, below some paths or everywhere (None).

    Calls in doubt may be sent again, and providers that pause are asked again. The photos come
    last: a daemon that takes one up at once must find all else as it should be.

    Returns:
        How many photos are taken up again, and how many calls may be sent again.
    """
    ledger.calls.settle_dead()
    identities = None if paths is None else pictures_in_doubt(ledger, paths)
    calls = ledger.calls.resend_held(identities)
    ledger.pauses.clear()
    return ledger.jobs.retry(paths), calls
