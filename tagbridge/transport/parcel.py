"""Orders that travel together, and what each of them is told in the end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from uuid import uuid4

from tagbridge.ledger.terms import Busy, Full
from tagbridge.transport.orders import Report

if TYPE_CHECKING:
    from tagbridge.transport.joining import Line
    from tagbridge.transport.orders import Order

Outcome: TypeAlias = Report | Busy | Full


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One order in a parcel; the token names this attempt in the ledger and in the request."""

    order: Order
    token: str = field(default_factory=lambda: uuid4().hex)
    outcome: asyncio.Future[Outcome] = field(default_factory=asyncio.Future)

    def tell(self, outcome: Outcome) -> None:
        """Let whoever waits for the order know; only the first time counts."""
        if not self.outcome.done():
            self.outcome.set_result(outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Orders that travel together.

    Attributes:
        line: What they have in common; None for one that travels alone.
        items: The orders.
        ready: Set when it need not wait for more.
    """

    line: Line | None
    items: list[Item] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, item: Item) -> bool:
        """Put an order in, and return whether there is room for another."""
        self.items.append(item)
        batch = item.order.batch
        has_room = batch is not None and len(self.items) < batch.max_records
        if not has_room:
            self.ready.set()
        return has_room

    def tell_all(self, outcome: Outcome) -> None:
        """Let whoever waits for one of the orders know."""
        for item in self.items:
            item.tell(outcome)
