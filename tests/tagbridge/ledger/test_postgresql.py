"""The ledger on a server that goes away, comes back, and does not always say what it did."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tagbridge.ledger import CallKey, Go, LedgerClosedError, StoredAnswer, Terms, open_ledger
from tagbridge.ledger.overview import queue
from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagbridge.ledger import Ledger
    from tagbridge.ledger.connection import Connection
    from tests.fixtures.postgresql import Postgres
    from tests.tagbridge.ledger.conftest import CuttingProxy, Spent

ATTEMPT = "t"
KEY = CallKey(identity="ab" * 32, media_type="", provider="p", fingerprint=b"f" * 16)
TERMS = Terms(provider="p", price=1.0, currency="EUR", daily_calls=1)
LATER = 4_000_000_000.0
A, B = Path("/photos/a.jpg"), Path("/photos/b.jpg")


class Listener(logging.Handler):
    """Hears what the ledger says of its database."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.away = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())
        self.away.set()


@pytest.fixture
def listener() -> Iterator[Listener]:
    heard = Listener()
    log = logging.getLogger("tagbridge.ledger")
    log.addHandler(heard)
    yield heard
    log.removeHandler(heard)


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.database()


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with closing(open_ledger(None, url)) as opened:
        yield opened


@pytest.fixture
def shaky(url: str, postgres: Postgres, proxy: CuttingProxy) -> Iterator[Ledger]:
    """Return a ledger behind the network that fails."""
    with closing(open_ledger(None, url.replace(str(postgres.port), str(proxy.port)))) as opened:
        opened.jobs.add_all([(A, None, True), (B, None, True)])
        yield opened


@pytest.fixture
def killed(postgres: Postgres) -> Iterator[Callable[[], None]]:
    """Return what kills the server; it is there again for the next test."""
    is_down = threading.Event()

    def kill() -> None:
        is_down.set()
        postgres.kill()

    yield kill
    if is_down.is_set():
        with closing(open_ledger(None, _started(postgres).database())):
            pass


def _started(postgres: Postgres) -> Postgres:
    """Start the server if the test has not done that."""
    try:
        postgres.database()
    except RuntimeError:
        postgres.start()
    return postgres


def test_a_server_that_is_killed_in_a_transaction_is_waited_for(
    ledger: Ledger, postgres: Postgres, listener: Listener
) -> None:
    runs: list[int] = []

    def work(connection: Connection) -> int:
        connection.execute("INSERT INTO limiter VALUES ('a', 1, 0)")
        runs.append(1)
        if len(runs) == 1:
            postgres.kill()
        return int(connection.execute("SELECT COUNT(*) FROM limiter").scalar_one())

    with ThreadPoolExecutor() as threads:
        result = threads.submit(ledger.database.transaction, work)
        assert listener.away.wait(60)
        postgres.start()
        assert result.result(60) == 1

    assert len(runs) == 2
    assert [text.split(" (")[0] for text in listener.said] == [
        "the ledger's database is away",
        "the ledger's database is back",
    ]


def test_many_threads_go_on_when_the_server_is_back(
    ledger: Ledger, postgres: Postgres, listener: Listener
) -> None:
    paths = [Path(f"/photos/{number}.jpg") for number in range(600)]
    ledger.jobs.add_all((path, None, True) for path in paths)
    begun = threading.Barrier(5)

    def take_all() -> list[bytes]:
        begun.wait(60)
        taken: list[bytes] = []
        while jobs := ledger.jobs.claim("me", 2):
            ledger.files.is_known(paths[0], Path("/").stat())
            taken += [job.key for job in jobs if ledger.jobs.finish(job)]
        return taken

    with ThreadPoolExecutor() as threads:
        results = [threads.submit(take_all) for _ in range(4)]
        begun.wait(60)
        postgres.kill()
        assert listener.away.wait(60)
        postgres.start()
        taken = [key for result in results for key in result.result(120)]

    assert sorted(taken) == sorted(str(path).encode() for path in paths)
    assert ledger.database.read(queue).running == 0
    # One that began to connect while the server was away may hear of it when another is through.
    assert len(listener.said) <= 4
    assert all("is away" in said for said in listener.said[0::2])
    assert all("is back" in said for said in listener.said[1::2])


def test_closing_ends_the_waiting(
    ledger: Ledger, killed: Callable[[], None], listener: Listener
) -> None:
    killed()
    with ThreadPoolExecutor() as threads:
        result = threads.submit(ledger.jobs.next_due)
        assert listener.away.wait(60)
        ledger.close()

        with pytest.raises(LedgerClosedError):
            result.result(60)


def test_opening_waits_for_the_server(
    url: str, killed: Callable[[], None], postgres: Postgres, listener: Listener
) -> None:
    killed()
    with ThreadPoolExecutor() as threads:
        opening = threads.submit(open_ledger, None, url)
        assert listener.away.wait(60)
        postgres.start()
        with closing(opening.result(60)) as ledger:
            assert ledger.jobs.next_due() is None


def test_who_has_no_patience_is_told(url: str, ledger: Ledger, killed: Callable[[], None]) -> None:
    assert ledger.jobs.next_due() is None
    with closing(open_ledger(None, url, patience=0.2)) as impatient:
        killed()
        with pytest.raises(ConfigError, match="the database is away"):
            impatient.jobs.next_due()
    with pytest.raises(ConfigError, match="the database is away"):
        open_ledger(None, url, patience=0.2)


def test_a_claim_of_which_nobody_knows_is_the_same_claim(
    shaky: Ledger, proxy: CuttingProxy
) -> None:
    proxy.cut_next_commit()
    (first,) = shaky.jobs.claim("me", 1)
    assert proxy.has_cut()
    proxy.cut_next_commit()
    second = shaky.jobs.claim_one(b"/photos/b.jpg", "me")
    assert proxy.has_cut()

    assert second is not None
    assert shaky.database.read(queue).running == 2
    assert shaky.jobs.holds(first)
    assert shaky.jobs.holds(second)


@pytest.mark.parametrize("end", ["finish", "again", "park"])
def test_the_end_of_a_job_of_which_nobody_knows_happens_once(
    end: str, shaky: Ledger, proxy: CuttingProxy
) -> None:
    (job,) = shaky.jobs.claim("me", 1)
    ends = {
        "finish": lambda: shaky.jobs.finish(job),
        "again": lambda: shaky.jobs.again(job, LATER, "no answer"),
        "park": lambda: shaky.jobs.park(job, "broken"),
    }
    proxy.cut_next_commit()

    assert ends[end]()

    assert proxy.has_cut()
    left = {"finish": [], "again": [("open", 1)], "park": [("parked", 0)]}[end]
    query = "SELECT state, attempts FROM job ORDER BY path"
    assert shaky.database.read(lambda c: c.execute(query).all()) == [*left, ("open", 0)]


def test_a_call_of_which_nobody_knows_is_counted_once(
    shaky: Ledger, proxy: CuttingProxy, spent: Spent
) -> None:
    proxy.cut_next_commit()
    assert shaky.calls.begin(KEY, TERMS, courier="c", token=ATTEMPT) == Go()
    assert proxy.has_cut()
    assert {calls for calls, _ in spent(shaky).values()} == {1}

    proxy.cut_next_commit()
    shaky.calls.finish(ATTEMPT, StoredAnswer(status=500, body=b""))
    assert proxy.has_cut()
    assert {cost for _, cost in spent(shaky).values()} == {0}


def test_a_call_that_never_left_is_given_back_once(
    shaky: Ledger, proxy: CuttingProxy, spent: Spent
) -> None:
    shaky.calls.begin(KEY, TERMS, courier="c", token=ATTEMPT)
    proxy.cut_next_commit()
    shaky.calls.fail(ATTEMPT, sent=False)

    assert proxy.has_cut()
    assert set(spent(shaky).values()) == {(0, 0)}


def test_a_new_pause_of_which_nobody_knows_is_still_new(shaky: Ledger, proxy: CuttingProxy) -> None:
    proxy.cut_next_commit()

    assert shaky.pauses.set("p", LATER, "quota", "used up")
    assert proxy.has_cut()
    assert not shaky.pauses.set("p", LATER, "quota", "used up")


def test_a_process_that_was_stopped_in_a_transaction_lets_go_of_its_locks(
    ledger: Ledger,
) -> None:
    query = "SHOW idle_in_transaction_session_timeout"

    found = ledger.database.transaction(lambda c: c.execute(query).scalar_one())

    assert found == "10s"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("postgresql://nobody:S3CRET@127.0.0.1:{port}/postgres", "does not exist"),
        ("postgresql://postgres:S3CRET@127.0.0.1:{port}/nowhere", "does not exist"),
        ("postgresql:S3CRET", "is not an address"),
        ("postgresql://a:S3CRET@127.0.0.1:port/postgres", "is not an address"),
        ("mysql://a:S3CRET@127.0.0.1/postgres", "must begin with postgresql://"),
    ],
    ids=["user", "database", "no address", "no port", "another database"],
)
def test_an_address_that_cannot_work_is_said_without_its_password(
    wrong: str, message: str, postgres: Postgres
) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        open_ledger(None, wrong.format(port=postgres.port))

    assert "engine.database" in str(caught.value)
    assert "S3CRET" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_user_who_may_not_make_tables_is_said(postgres: Postgres) -> None:
    url = postgres.database()
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("CREATE ROLE guest LOGIN")
        raw.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")

    with pytest.raises(ConfigError, match=f"{url.rpartition('/')[2]}.*cannot be used"):
        open_ledger(None, url.replace("postgres@", "guest@"))


def test_an_index_holds_no_more_there_than_in_sqlite(url: str, tmp_path: Path) -> None:
    def partial(query: str) -> Callable[[Connection], set[str]]:
        return lambda connection: {name for (name,) in connection.execute(query)}

    there = "SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%% WHERE %%'"
    here = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
    with closing(open_ledger(None, url)) as shared, closing(open_ledger(tmp_path)) as own:
        assert shared.database.read(partial(there)) == own.database.read(partial(here))
        assert own.database.read(partial(here))
