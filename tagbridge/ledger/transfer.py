"""Take a whole ledger elsewhere: `export` to lines of text, `import` from them.

This is how one moves between SQLite and PostgreSQL, joins two ledgers, and keeps a copy.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, BinaryIO

from tagbridge.ledger import lines
from tagbridge.ledger.lines import BrokenLineError, decoded, encoded, parsed
from tagbridge.ledger.merging import LINE, merge
from tagbridge.ledger.overview import time_of
from tagbridge.ledger.rows import FIELDS, QUESTIONS
from tagbridge_hooks.errors import TagbridgeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.ledger import Ledger

_BATCH = 500
_LONGEST_LINE = 64 * 2**20  # an answer has at most 4 MB, of which each byte may take six here
_HEAD, _END = "ledger", "end"


class ForeignExportError(TagbridgeError):
    """Report a file that this tagbridge cannot import; nothing of it was taken."""


def export_ledger(
    connection: Connection, out: BinaryIO, advance: Callable[[int], None]
) -> dict[str, int]:
    """Write all that is in a ledger, and return how many lines of each kind that are.

    Args:
        connection: Sees the ledger as it is at one moment.
        out: Gets the lines as they come: no more than some hundred rows are in memory.
        advance: Is told of every few lines that are written.
    """
    head = {"format": lines.FORMAT, "version": lines.VERSION, "at": time_of(connection)}
    out.write(lines.special(_HEAD, head))
    counts = {}
    for kind, question in QUESTIONS.items():
        counts[kind] = 0
        fields = FIELDS[kind]
        for batch in connection.batches(question):
            out.writelines(encoded(kind, fields, row) for row in batch)
            counts[kind] += len(batch)
            advance(len(batch))
    out.write(lines.special(_END, {"lines": counts}))
    return counts


def count_rows(connection: Connection) -> int:
    """Return how many lines an export will have."""
    counts = (connection.execute(f"SELECT COUNT(*) FROM {kind}") for kind in QUESTIONS)  # noqa: S608 - names of ours
    return sum(int(count.scalar_one()) for count in counts)


def import_ledger(
    ledger: Ledger, source: BinaryIO, advance: Callable[[int], None]
) -> dict[str, int]:
    """Merge an export into a ledger, and return how many rows of each kind were new or newer.

    Nothing newer is overwritten and no answer is lost, so it may be done again at any time: twice
    has the effect of once. What comes before a broken line has been taken.

    Args:
        ledger: Gets the rows, some hundred in each transaction; others may work with it.
        source: The lines.
        advance: Is told of the bytes that were read.

    Raises:
        BrokenLineError: A line cannot be read, or the last one is missing.
        ForeignExportError: It is no export, or one of a newer tagbridge.
    """
    numbered = _numbered(source, advance)
    _check_head(numbered)
    # What dead couriers had in hand is in doubt; what is in hand now must not be touched.
    ledger.calls.settle_dead()
    taken = dict.fromkeys(QUESTIONS, 0)
    for kind, rows in _parts(_rows(numbered)):
        taken[kind] += ledger.database.transaction(
            lambda connection, kind=kind, rows=rows: merge(connection, kind, rows)  # type: ignore[misc] # bound now
        )
    return taken


def _numbered(source: BinaryIO, advance: Callable[[int], None]) -> Iterator[tuple[int, bytes]]:
    for number in itertools.count(1):
        line = source.readline(_LONGEST_LINE)
        if not line:
            return
        advance(len(line))
        if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            raise BrokenLineError(number, "is longer than any that tagbridge writes")
        yield number, line


def _check_head(numbered: Iterator[tuple[int, bytes]]) -> None:
    try:
        number, line = next(numbered)
        head = parsed(number, line)
    except (StopIteration, BrokenLineError):
        raise ForeignExportError("this is no export of a ledger") from None
    if head.get("format") != lines.FORMAT:
        raise ForeignExportError("this is no export of a ledger")
    if head.get("version") != lines.VERSION:
        raise ForeignExportError("this export was made by a newer tagbridge; update this one")


def _rows(numbered: Iterable[tuple[int, bytes]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield rows with their kinds until the last line, which must be there."""
    number, ended = 1, False
    for number, line in numbered:
        value = parsed(number, line)
        kind = str(value.get("kind"))
        if ended or (kind != _END and kind not in FIELDS):
            raise BrokenLineError(number, "has no place in an export")
        if kind == _END:
            ended = True
            continue
        row = decoded(number, FIELDS[kind], value)
        row[LINE] = number
        yield kind, row
    if not ended:
        raise BrokenLineError(number, "should not be the last one: the file is not whole")


def _parts(
    rows: Iterator[tuple[str, dict[str, Any]]],
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield some rows of one kind at a time; a broken line is met when those before are out."""
    kind, part = "", list[dict[str, Any]]()
    fault: BrokenLineError | None = None
    while fault is None:
        try:
            of_kind, row = next(rows)
        except StopIteration:
            break
        except BrokenLineError as error:
            fault = error
            break
        if of_kind != kind or len(part) == _BATCH:
            if part:
                yield kind, part
            kind, part = of_kind, []
        part.append(row)
    if part:
        yield kind, part
    if fault is not None:
        raise fault
