"""What is to be done, what was done and what it cost: the truth that survives every crash."""

from tagbridge.ledger.calls import Calls
from tagbridge.ledger.database import Database
from tagbridge.ledger.errors import LedgerClosedError
from tagbridge.ledger.files import FileRecord, Files
from tagbridge.ledger.job import Job
from tagbridge.ledger.jobs import Jobs
from tagbridge.ledger.ledger import Ledger, open_ledger
from tagbridge.ledger.limiter import Limiter
from tagbridge.ledger.paths import Paths
from tagbridge.ledger.pauses import Pause, Pauses
from tagbridge.ledger.quotas import Quotas
from tagbridge.ledger.terms import (
    Busy,
    CallKey,
    Go,
    Held,
    Permission,
    Refused,
    StoredAnswer,
    Terms,
)
from tagbridge.ledger.workers import Worker, Workers
from tagbridge.ledger.written import Entry, Written

__all__ = [
    "Busy",
    "CallKey",
    "Calls",
    "Database",
    "Entry",
    "FileRecord",
    "Files",
    "Go",
    "Held",
    "Job",
    "Jobs",
    "Ledger",
    "LedgerClosedError",
    "Limiter",
    "Paths",
    "Pause",
    "Pauses",
    "Permission",
    "Quotas",
    "Refused",
    "StoredAnswer",
    "Terms",
    "Worker",
    "Workers",
    "Written",
    "open_ledger",
]
