"""The tables of the ledger, the same on SQLite and on PostgreSQL.

To load this takes longer than all else that a command does with a ledger. What SQLite needs of it
lies ready in a file, and what PostgreSQL needs is asked for when tables are made.

Times are seconds since the epoch, UTC. Paths are the keys of `Paths`. Inodes are stored signed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    make_url,
    text,
)
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

# SQLite's strict tables know four types only, and its own row number as a key of integers.
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")
_SMALL = SmallInteger().with_variant(Integer(), "sqlite")
_FLAG = Boolean().with_variant(Integer(), "sqlite")
_TIME: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")

metadata = MetaData()


def _table(name: str, *columns: Column[Any] | UniqueConstraint, rowid: bool = False) -> Table:
    return Table(name, metadata, *columns, sqlite_strict=True, sqlite_with_rowid=rowid)


def _column(
    name: str,
    kind: TypeEngine[Any] | type[TypeEngine[Any]],
    *,
    nullable: bool = False,
    unique: bool = False,
    primary_key: bool = False,
) -> Column[Any]:
    return Column(name, kind, nullable=nullable, unique=unique, primary_key=primary_key)


ledger = _table("ledger", _column("key", Text, primary_key=True), _column("value", Text))

asset = _table(
    "asset",
    _column("id", _NUMBER, primary_key=True),
    _column("identity", LargeBinary, unique=True),
    _column("media_type", Text),
    _column("seen_at", _TIME),
    rowid=True,
)

file = _table(
    "file",
    _column("path", LargeBinary, primary_key=True),
    Column("asset_id", _NUMBER, ForeignKey("asset.id")),  # none: it was unreadable
    _column("inode", _NUMBER),
    _column("size", _NUMBER),
    _column("mtime_ns", _NUMBER),
    _column("outcome", Text),
    _column("reason", Text),
    _column("target", LargeBinary, nullable=True),
    _column("keywords", LargeBinary, nullable=True),  # those that we have written: zlib of JSON
    _column("original", LargeBinary, nullable=True),  # hash of the metadata before we wrote
    _column("trace", LargeBinary, nullable=True),  # hash of the blocks in the target as we left it
    _column("at", _TIME),
)
Index("file_asset", file.c.asset_id)
_IN_REVIEW = text("outcome = 'review'")
Index("file_review", file.c.path, sqlite_where=_IN_REVIEW)

run = _table(
    "run",  # of a command that writes, so that it can be taken back
    _column("id", _NUMBER, primary_key=True),
    _column("command", Text),
    _column("started", _TIME),
    _column("ended", _TIME, nullable=True),
    rowid=True,
)

sidecar = _table(
    "sidecar",  # how it was when it was last looked at, or will be after our write
    _column("path", LargeBinary, primary_key=True),
    _column("inode", _NUMBER),
    _column("size", _NUMBER),
    _column("mtime_ns", _NUMBER),
)

job = _table(
    "job",
    _column("path", LargeBinary, primary_key=True),
    _column("state", Text),  # open, running, parked, missing
    _column("priority", _SMALL),  # 0 fresh, 1 backlog
    _column("due", _TIME),
    _column("attempts", _NUMBER),
    _column("reason", Text),
    _column("owner", Text, nullable=True),
    _column("claim", LargeBinary, nullable=True),  # which claim made it run: it may be made twice
    _column("generation", _NUMBER),
    _column("version", _NUMBER),
    _column("inode", _NUMBER, nullable=True),
    _column("size", _NUMBER, nullable=True),
    _column("mtime_ns", _NUMBER, nullable=True),
    _column("added", _TIME),
    rowid=True,  # its indexes would repeat the path otherwise
)
_OPEN = text("state = 'open'")
_NOT_OPEN = text("state <> 'open'")
Index("job_due", job.c.priority, job.c.due, sqlite_where=_OPEN)
Index("job_state", job.c.state, sqlite_where=_NOT_OPEN)

call = _table(
    "call",
    _column("id", _NUMBER, primary_key=True),
    Column("asset_id", _NUMBER, ForeignKey("asset.id"), nullable=False),
    _column("provider", Text),
    _column("fingerprint", LargeBinary),
    _column("state", Text),  # intent, done, failed, doubt
    _column("token", Text, nullable=True),  # of the attempt that is under way or in doubt
    _column("courier", Text, nullable=True),
    _column("status", _SMALL, nullable=True),
    _column("headers", Text, nullable=True),  # JSON
    _column("answer", LargeBinary, nullable=True),  # zlib of the body
    _column("price", _NUMBER),  # of the last attempt, in millionths of the currency
    _column("cost", _NUMBER),  # of all attempts that count as charged
    _column("currency", Text),
    _column("charged", _FLAG),  # any of them
    _column("attempts", _SMALL),
    _column("charges", _SMALL),  # how many attempts count as charged
    _column("sent_at", _TIME),
    _column("done_at", _TIME, nullable=True),
    UniqueConstraint("asset_id", "provider", "fingerprint"),
    rowid=True,
)
_UNSETTLED = text("state IN ('intent', 'doubt')")
Index("call_unsettled", call.c.token, sqlite_where=_UNSETTLED)

quota = _table(
    "quota",
    _column("scope", Text, primary_key=True),  # all, provider/NAME, cost/EUR
    _column("day", _NUMBER, primary_key=True),
    _column("calls", _NUMBER),
    _column("cost", _NUMBER),
)

limiter = _table(
    "limiter",
    _column("account", Text, primary_key=True),
    _column("tat", _TIME),
    _column("not_before", _TIME),
)

pause = _table(
    "pause",
    _column("provider", Text, primary_key=True),
    _column("until", _TIME, nullable=True),  # none: for ever
    _column("kind", Text),  # quota, account
    _column("reason", Text),
    _column("since", _TIME),
)

allowance = _table(
    "allowance",
    _column("provider", Text, primary_key=True),
    _column("remaining", _NUMBER),  # calls that the service said are left
    _column("at", _TIME),
)

token = _table(
    "token",
    _column("provider", Text, primary_key=True),
    _column("serial", _NUMBER),  # counts the tokens that there were
    _column("sealed", LargeBinary, nullable=True),  # encrypted: the key is never stored
    _column("leased_until", _TIME),  # somebody fetches the next one
)

source = _table(
    "source",
    _column("id", _NUMBER, primary_key=True),
    _column("provider", Text),  # several are joined by +
    _column("model", Text),
    UniqueConstraint("provider", "model"),
    rowid=True,
)

written = _table(
    "written",
    Column("asset_id", _NUMBER, ForeignKey("asset.id"), primary_key=True, autoincrement=False),
    _column("kind", _SMALL, primary_key=True),  # see `written.KINDS`
    _column("value", Text, primary_key=True),
    Column("source_id", _NUMBER, ForeignKey("source.id"), nullable=False),  # who said it first
    _column("confidence", _SMALL, nullable=True),  # in thousandths
    _column("at", _NUMBER),  # in whole seconds
    _column("fate", _SMALL),  # see `written.FATES`
)
_DECIDED = text("fate > 0")
Index(
    "written_decided",
    *(written.c.kind, written.c.value, written.c.fate),
    sqlite_where=_DECIDED,
)

# Without it, to find the few photos with a rare keyword takes a look at every photo there is.
Index("written_value", written.c.kind, written.c.value)

proposed = _table(
    "proposed",  # what would be written into a file that awaits its review
    _column("path", LargeBinary, primary_key=True),
    _column("kind", _SMALL, primary_key=True),  # see `written.KINDS`
    _column("value", Text, primary_key=True),
    Column("source_id", _NUMBER, ForeignKey("source.id"), nullable=False),
    _column("confidence", _SMALL, nullable=True),  # in thousandths
)
Index("proposed_value", proposed.c.kind, proposed.c.value)

throughput = _table(
    "throughput",
    _column("slot", _NUMBER, primary_key=True),  # five minutes each, counted from the epoch
    _column("outcome", Text, primary_key=True),
    _column("photos", _NUMBER),
)

worker = _table(
    "worker",
    _column("id", Text, primary_key=True),
    _column("kind", Text),  # watch, work, tag, courier
    _column("host", Text),
    _column("pid", _NUMBER),
    _column("started", _TIME),
    _column("seen", _TIME),
    _column("doing", Text),
)


def statements(name: Literal["sqlite", "postgresql"]) -> list[str]:
    """Return what makes all tables and indexes in one kind of database."""
    dialect = make_url(f"{name}://").get_dialect()()
    if name == "postgresql":
        _let_postgresql_have_partial_indexes()
    made: list[ExecutableDDLElement] = []
    for table in metadata.sorted_tables:
        made.append(CreateTable(table))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made += [CreateIndex(index) for index in indexes]
    return [_tidy(str(each.compile(dialect=dialect))) for each in made]


def _let_postgresql_have_partial_indexes() -> None:
    """Give the indexes the condition that they have on SQLite.

    Not from the beginning, because that would load the whole dialect where nobody needs it.
    """
    for table in metadata.tables.values():
        for index in table.indexes:
            where = index.dialect_kwargs.get("sqlite_where")
            if where is not None:
                index.dialect_kwargs["postgresql_where"] = where


def _tidy(statement: str) -> str:
    return "\n".join(line.expandtabs(4).rstrip() for line in statement.strip().splitlines())
