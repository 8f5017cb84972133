"""A courier that makes no calls: it has only the answers that are stored, and leaves no trace."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tagbridge.ledger.terms import CallKey
    from tagbridge.transport.orders import Order, Report, Verdict


class StoredAnswers:
    """A `Deliverer` for a dry run."""

    is_planning = True

    def __init__(self, folder: Path, url: str) -> None:
        """Take note of the ledger, which need not exist.

        Args:
            folder: Of the state.
            url: Of the database; empty for the one in the folder.
        """
        self._folder = folder
        self._url = url

    def prepare(self) -> None:
        """Do nothing: nothing is to be started."""

    async def deliver(self, order: Order) -> Report:
        """Return the stored answer, or that there is none.

        Raises:
            ConfigError: The ledger cannot be read.
        """
        return await asyncio.to_thread(self._look_up, order.key)

    async def verdict(self, keys: Iterable[CallKey], verdict: Verdict) -> None:
        """Do nothing: what is stored stays as it is."""

    async def aclose(self) -> None:
        """Do nothing: nothing was kept open."""

    def _look_up(self, key: CallKey) -> Report:
        from tagbridge.ledger.calls import stored_answer  # noqa: PLC0415 - most runs are none
        from tagbridge.ledger.errors import NoLedgerError  # noqa: PLC0415 - likewise
        from tagbridge.ledger.onlooker import ask_quietly  # noqa: PLC0415 - likewise
        from tagbridge.transport.orders import Report  # noqa: PLC0415 - likewise
        from tagbridge.transport.parcels import not_sent  # noqa: PLC0415 - likewise

        try:
            found = ask_quietly(self._folder, self._url, lambda c: stored_answer(c, key))
        except NoLedgerError:
            found = None
        return Report(outcome="not stored") if found is None else not_sent(found)
