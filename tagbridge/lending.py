"""What is lent to all providers: the way out, and what the ledger knows of their accounts."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.engine.clerk import Clerk
from tagbridge.engine.pausing import Pausing
from tagbridge.transport.client import LentClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tagbridge.ledger import Ledger
    from tagbridge.transport.orders import Deliverer


@dataclass(frozen=True, slots=True, kw_only=True)
class Lending:
    """What all providers share.

    Attributes:
        client: The HTTP client that is lent to them.
        courier: Makes their calls, and keeps the answers.
        pausing: Knows who is not to be asked now.
        ledger: Keeps tokens and what is left of allowances.
        clerk: Asks it.
        vocabulary: The words that the user wants to be used; none for any.
    """

    client: LentClient
    courier: Deliverer
    pausing: Pausing
    ledger: Ledger
    clerk: Clerk
    vocabulary: tuple[str, ...] = ()


@asynccontextmanager
async def lending(
    ledger: Ledger, courier: Deliverer, vocabulary: tuple[str, ...] = ()
) -> AsyncIterator[Lending]:
    """Make what is lent, and close it in the end, the courier as well."""
    client, clerk = LentClient(courier), Clerk()
    try:
        yield Lending(
            client=client,
            courier=courier,
            pausing=Pausing(ledger, clerk),
            ledger=ledger,
            clerk=clerk,
            vocabulary=vocabulary,
        )
    finally:
        await client.aclose()
        await courier.aclose()
        clerk.close()
