"""The token of an account: fetched once, shared by all, and never to be read in the state."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tagbridge.engine.clerk import Clerk
from tagbridge.ledger import open_ledger
from tagbridge.transport.context import Account
from tagbridge.transport.sealing import Seal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from tagbridge.ledger import Ledger

SECRETS = ("id", "a long secret")


class Service:
    """Gives tokens, and counts them."""

    def __init__(self) -> None:
        self.given = 0
        self.fails = False

    async def fetch(self) -> str:
        if self.fails:
            raise ConnectionError
        self.given += 1
        await asyncio.sleep(0)
        return f"token {self.given} of the account"


@pytest.fixture
def clerk() -> Iterator[Clerk]:
    clerk = Clerk()
    yield clerk
    clerk.close()


@pytest.fixture
def ledgers(tmp_path: Path) -> Iterator[list[Ledger]]:
    """Return the ledger as two processes have it open."""
    with closing(open_ledger(tmp_path)) as one, closing(open_ledger(tmp_path)) as other:
        yield [one, other]


def run(*asked: Callable[[], Awaitable[str]]) -> list[str]:
    async def all_of_them() -> list[str]:
        return list(await asyncio.gather(*(ask() for ask in asked)))

    return asyncio.run(all_of_them())


def test_all_workers_have_the_same_token(ledgers: list[Ledger], clerk: Clerk) -> None:
    service = Service()
    accounts = [Account("known", SECRETS, ledger.tokens, clerk) for ledger in ledgers * 3]

    got = run(*(lambda account=a: account.token(service.fetch, None) for a in accounts))

    assert got == ["token 1 of the account"] * 6
    assert service.given == 1


def test_a_stale_token_is_renewed_once_however_many_notice(
    ledgers: list[Ledger], clerk: Clerk
) -> None:
    service = Service()
    accounts = [Account("known", SECRETS, ledger.tokens, clerk) for ledger in ledgers * 3]
    (stale,) = run(lambda: accounts[0].token(service.fetch, None))

    got = run(*(lambda account=a: account.token(service.fetch, stale) for a in accounts))

    assert got == ["token 2 of the account"] * 6
    assert service.given == 2


def test_a_service_that_gives_none_is_asked_again_by_the_next(
    ledgers: list[Ledger], clerk: Clerk
) -> None:
    service = Service()
    one, other = (Account("known", SECRETS, ledger.tokens, clerk) for ledger in ledgers)
    service.fails = True
    with pytest.raises(ConnectionError):
        run(lambda: one.token(service.fetch, None))
    service.fails = False

    assert run(lambda: other.token(service.fetch, None)) == ["token 1 of the account"]


def test_other_secrets_get_a_token_of_their_own(ledgers: list[Ledger], clerk: Clerk) -> None:
    service = Service()
    old = Account("known", SECRETS, ledgers[0].tokens, clerk)
    new = Account("known", ("id", "another secret"), ledgers[1].tokens, clerk)

    assert run(lambda: old.token(service.fetch, None)) != run(
        lambda: new.token(service.fetch, None)
    )


def test_the_token_cannot_be_read_in_the_state(
    ledgers: list[Ledger], clerk: Clerk, tmp_path: Path
) -> None:
    account = Account("known", SECRETS, ledgers[0].tokens, clerk)
    run(lambda: account.token(Service().fetch, None))

    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    written = b"".join(file.read_bytes() for file in files)
    assert b"gAAAA" in written  # the sealed one is there
    assert b"of the account" not in written
    assert not any(secret.encode() in written for secret in SECRETS[1:])


def test_a_seal_opens_for_the_same_secrets_alone() -> None:
    sealed = Seal(SECRETS, salt="known").close("text")
    assert Seal(SECRETS, salt="known").open(sealed) == "text"
    assert Seal(SECRETS, salt="another").open(sealed) is None
    assert Seal(("id", "a long secreT"), salt="known").open(sealed) is None
    assert Seal(SECRETS, salt="known").open(sealed[:-1] + b"A") is None
    assert Seal(SECRETS, salt="known").open(b"") is None
