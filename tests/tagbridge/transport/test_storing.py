"""An answer that was paid for is kept until it is stored, whatever happens to disk and database."""

from __future__ import annotations

import asyncio
import resource
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge.ledger.ledger import open_ledger
from tagbridge.ledger.terms import Go, StoredAnswer
from tagbridge.transport.courier import Courier
from tagbridge.transport.errors import BudgetError, CourierError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fixtures.postgresql import Postgres
    from tests.tagbridge.transport.conftest import Asking, Heard, Service

ROOM = resource.RLIM_INFINITY


def test_an_answer_waits_until_there_is_room_on_the_disk(
    asking: Asking, service: Service, stored: Callable[[str], Any]
) -> None:
    """And whoever asked hears of it only then."""

    async def ask() -> Heard:
        question = asking.question("paid")
        task = asyncio.create_task(asking.hear(f"{service.url}/gated", question, "paid"))
        await asyncio.to_thread(service.wait_for, "paid")
        assert asking.courier.pid is not None
        resource.prlimit(asking.courier.pid, resource.RLIMIT_FSIZE, (0, ROOM))
        service.open("paid")
        done, _ = await asyncio.wait([task], timeout=0.3)
        assert not done
        resource.prlimit(asking.courier.pid, resource.RLIMIT_FSIZE, (ROOM, ROOM))
        return await task

    asking.ask(f"{service.url}/ok", "first")
    heard = asking.run(ask())

    assert heard.status == 200
    assert service.pictures.count("paid") == 1
    assert stored("SELECT state, status FROM call") == [("done", 200)] * 2


def test_nothing_is_sent_while_there_is_no_room_to_write_it_down(
    asking: Asking, service: Service
) -> None:
    asking.ask(f"{service.url}/ok", "with room")
    assert asking.courier.pid is not None
    resource.prlimit(asking.courier.pid, resource.RLIMIT_FSIZE, (0, ROOM))

    heard = asking.ask(f"{service.url}/ok", "without room")

    assert isinstance(heard.error, CourierError)
    assert "the state cannot be written" in str(heard.error)
    assert "without room" not in service.pictures
    resource.prlimit(asking.courier.pid, resource.RLIMIT_FSIZE, (ROOM, ROOM))
    assert asking.ask(f"{service.url}/ok", "without room").status == 200


def test_a_call_of_its_own_that_was_never_settled_does_not_let_a_courier_wait_for_ever(
    asking: Asking, service: Service, state: Path
) -> None:
    """It cannot happen, and if it does it is said."""
    heard = asking.ask(f"{service.url}/status/500", "stuck")
    (courier,) = (entry.name for entry in (state / "alive").iterdir())
    ledger = open_ledger(state)
    key, terms = heard.question.calls[0].key, heard.question.terms
    assert isinstance(ledger.calls.begin(key, terms, courier=courier, token="lost"), Go)  # noqa: S106 - no password

    again = asking.ask(f"{service.url}/status/500", "stuck")
    ledger.calls.finish("lost", StoredAnswer(status=200, body=b"found"))
    ledger.close()

    assert isinstance(again.error, CourierError)
    assert asking.ask(f"{service.url}/status/500", "stuck").status == 200


@pytest.fixture
def clustered(postgres: Postgres, asking_of: Callable[[Courier], Asking]) -> Iterator[Asking]:
    asking = asking_of(Courier(None, postgres.database()))
    yield asking
    asking.close()


def test_everything_is_the_same_on_postgresql(clustered: Asking, service: Service) -> None:
    terms: dict[str, Any] = {"rate": 30.0, "daily_calls": 2, "price": 0.1, "currency": "EUR"}

    assert clustered.ask(f"{service.url}/ok", "pg one", **terms).status == 200
    assert clustered.ask(f"{service.url}/ok", "pg two", **terms).status == 200
    assert clustered.ask(f"{service.url}/ok", "pg one", **terms).status == 200
    heard = clustered.ask(f"{service.url}/ok", "pg three", **terms)

    assert isinstance(heard.error, BudgetError)
    assert sorted(service.about("pg")) == ["pg one", "pg two"]


def test_an_answer_waits_for_a_database_that_is_away(
    clustered: Asking, postgres: Postgres, service: Service
) -> None:
    async def ask() -> Heard:
        question = clustered.question("outage")
        task = asyncio.create_task(clustered.hear(f"{service.url}/gated", question, "outage"))
        await asyncio.to_thread(service.wait_for, "outage")
        await asyncio.to_thread(postgres.kill)
        service.open("outage")
        done, _ = await asyncio.wait([task], timeout=0.3)
        assert not done
        await asyncio.to_thread(postgres.start)
        return await task

    heard = clustered.run(ask())

    assert heard.status == 200
    assert clustered.run(replayed(clustered, f"{service.url}/gated", "outage"))
    assert service.pictures.count("outage") == 1


async def replayed(asking: Asking, url: str, picture: str) -> bool:
    question = asking.question(picture)
    heard = await asking.hear(url, question, picture)
    return heard.status == 200 and not question.calls[0].sent


def test_the_password_of_the_database_is_not_shown(
    postgres: Postgres, service: Service, asking_of: Callable[[Courier], Asking]
) -> None:
    url = postgres.database().replace("postgres@", "postgres:hunter2hunter2@")
    asking = asking_of(Courier(None, url))
    try:
        assert asking.ask(f"{service.url}/ok", "password").status == 200
        folder = Path(f"/proc/{asking.courier.pid}")
        shown = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        assert b"hunter2" not in shown
    finally:
        asking.close()
