"""What is known of one file and its picture, for a write and for who only plans one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tagbridge.ledger.errors import NoLedgerError
from tagbridge.ledger.files import FileRecord, file_of
from tagbridge.ledger.onlooker import ask_quietly
from tagbridge.ledger.paths import Paths
from tagbridge.ledger.written import Entry, entries_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import TypeAlias

    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.ledger import Ledger

    Records: TypeAlias = Callable[[Path, str], "Record"]


class Record(NamedTuple):
    """What is known of one file.

    Attributes:
        file: What became of the file of this name, or None.
        entries: What we wrote about the picture, under whichever name.
    """

    file: FileRecord | None = None
    entries: tuple[Entry, ...] = ()


def records_of(ledger: Ledger) -> Records:
    """Return what looks up a path and the identity of its picture in a ledger."""

    def look_up(path: Path, identity: str) -> Record:
        return Record(ledger.files.find(path), ledger.written.of_picture(identity))

    return look_up


def records_seen(folder: Path, url: str, roots: Mapping[str, Path]) -> Records:
    """Return the same for a dry run, which takes no part and leaves no trace.

    Args:
        folder: Of the state; nothing is known where there is none.
        url: Of the database; empty for the one in the folder.
        roots: Names of folders that other hosts see elsewhere.
    """
    paths = Paths(roots)

    def look_up(path: Path, identity: str) -> Record:
        def question(connection: Connection) -> Record:
            return Record(file_of(connection, paths, path), entries_of(connection, identity))

        try:
            return ask_quietly(folder, url, question)
        except NoLedgerError:
            return Record()

    return look_up
