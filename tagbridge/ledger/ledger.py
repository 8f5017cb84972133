"""The ledger: what is to be done, what was done, and what it cost."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING

from tagbridge.ledger.allowances import Allowances
from tagbridge.ledger.calls import Calls
from tagbridge.ledger.database import Database
from tagbridge.ledger.files import Files
from tagbridge.ledger.jobs import Jobs
from tagbridge.ledger.limiter import Limiter
from tagbridge.ledger.paths import Paths
from tagbridge.ledger.pauses import Pauses
from tagbridge.ledger.quotas import Quotas
from tagbridge.ledger.sidecars import Sidecars
from tagbridge.ledger.tokens import Tokens
from tagbridge.ledger.workers import DEAD_SECONDS, Workers
from tagbridge.ledger.written import Written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_NO_ROOTS: Mapping[str, Path] = MappingProxyType({})


class Ledger:
    """The tables, each behind its own object; opened once in each process.

    Attributes:
        database: Where they are.
        paths: The keys of paths.
        files: What became of which file.
        sidecars: How the sidecars of tagged files were.
        written: What we wrote about which picture, and what people made of it.
        jobs: What is to be done.
        calls: What was asked and answered.
        quotas: What was used of the budgets.
        limiter: The pace of requests.
        pauses: Who is not asked for a while.
        allowances: What services say is left.
        tokens: Access tokens of accounts, encrypted.
        workers: Who is alive.
    """

    def __init__(
        self,
        database: Database,
        *,
        roots: Mapping[str, Path] = _NO_ROOTS,
        state: Path | None = None,
        dead_seconds: float = DEAD_SECONDS,
    ) -> None:
        """Put the tables on a database.

        Args:
            database: Closed by `close`.
            roots: Names of folders that other hosts see elsewhere.
            state: Where locks of processes lie, if not beside the database.
            dead_seconds: See `Workers`.
        """
        self.database = database
        self.paths = Paths(roots)
        self.workers = Workers(database, state or database.folder, dead_seconds=dead_seconds)
        self.files = Files(database, self.paths)
        self.sidecars = Sidecars(database, self.paths)
        self.written = Written(database)
        self.jobs = Jobs(database, self.paths, self.workers)
        self.quotas = Quotas(database)
        self.calls = Calls(database, self.quotas, self.workers)
        self.limiter = Limiter(database)
        self.pauses = Pauses(database)
        self.allowances = Allowances(database)
        self.tokens = Tokens(database)

    def close(self) -> None:
        """Let go of the database and of the locks; who waits gets a `LedgerClosedError`."""
        self.database.close()
        self.workers.close()


def open_ledger(
    folder: Path | None,
    url: str = "",
    *,
    roots: Mapping[str, Path] = _NO_ROOTS,
    durable: bool = False,
    patience: float = math.inf,
) -> Ledger:
    """Open the ledger of a state folder, or of a PostgreSQL database; see `Database`."""
    return Ledger(Database(folder, url, durable=durable, patience=patience), roots=roots)
