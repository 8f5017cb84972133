"""Procrastinate's tables, made by whoever comes first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
import pytest

from tagbridge.cluster.schema import make_tables, namespace, use_namespace
from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from tests.tagbridge.cluster.conftest import Team

AT_ONCE = 12


async def prepared(url: str) -> int:
    """Return how many jobs Procrastinate has, as a process sees it that has just started."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await use_namespace(connection)
        await make_tables(connection)
        cursor = await connection.execute("SELECT count(*) FROM procrastinate_jobs")
        (count,) = await cursor.fetchone() or (None,)
        assert isinstance(count, int)
        return count


def test_many_that_start_at_once_make_the_tables_once(url: str) -> None:
    async def start() -> list[int]:
        return await asyncio.gather(*(prepared(url) for _ in range(AT_ONCE)))

    assert asyncio.run(start()) == [0] * AT_ONCE


def test_the_tables_lie_beside_those_of_the_ledger_and_of_others(team: Team) -> None:
    team.query("CREATE TABLE public.procrastinate_jobs (theirs INTEGER)")
    asyncio.run(prepared(team.url))
    tables = "SELECT table_schema::text FROM information_schema.tables WHERE table_name = %s"
    assert team.query(tables, "job") == [("public",)]
    assert set(team.query(tables, "procrastinate_jobs")) == {("public",), (namespace(),)}


def test_other_tables_of_another_version_are_left_alone(team: Team) -> None:
    team.query("CREATE SCHEMA tagbridge_queue_02_00_00_01")
    team.query("CREATE TABLE tagbridge_queue_02_00_00_01.procrastinate_jobs (id INTEGER)")
    assert asyncio.run(prepared(team.url)) == 0


def test_an_account_that_may_not_make_tables_is_told_what_allows_it(team: Team) -> None:
    parts = urlsplit(team.url)
    name = parts.path.removeprefix("/").removeprefix("test_")
    role = f"guest_{name}"
    team.query("SELECT set_config('our.role', %s, false)", role)
    team.query(
        "DO $$ BEGIN EXECUTE format('CREATE ROLE %%I LOGIN', 'guest_' || "
        "replace(current_database(), 'test_', '')); END $$"
    )
    guest = parts._replace(netloc=f"{role}@{parts.hostname}:{parts.port}").geturl()
    with pytest.raises(ConfigError, match="GRANT CREATE ON DATABASE"):
        asyncio.run(prepared(guest))
