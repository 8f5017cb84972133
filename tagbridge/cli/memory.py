"""What the ledger remembers of pictures, for commands that only look."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from tagbridge import formats
from tagbridge.ledger.errors import NoLedgerError
from tagbridge.ledger.files import file_of
from tagbridge.ledger.onlooker import look
from tagbridge.ledger.paths import Paths
from tagbridge.ledger.written import entries_of
from tagbridge.metadata.decisions import Memory
from tagbridge.metadata.layout import identity_of, metadata_digest
from tagbridge.metadata.write import look_into
from tagbridge.remembering import memory_of
from tagbridge_hooks.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagbridge.cli.place import Place
    from tagbridge.ledger.connection import Connection
    from tagbridge.metadata.show import Recall
    from tagbridge.metadata.snapshot import Snapshot

log = logging.getLogger(__name__)


@contextmanager
def remembered(place: Place) -> Iterator[Recall]:
    """Yield a function that returns what is remembered of a picture.

    Without a ledger that can be read it is nothing: the files have a record of their own.
    """
    with ExitStack() as exits:
        try:
            settings = place.settings()
            connection = exits.enter_context(look(place.folder(), settings.engine.database))
        except NoLedgerError:
            yield lambda _snapshot: Memory()
        except ConfigError as error:
            log.warning("nothing but what the photos say is known: %s", error)
            yield lambda _snapshot: Memory()
        else:
            paths = Paths(settings.roots)
            yield lambda snapshot: _memory(connection, paths, snapshot)


def _memory(connection: Connection, paths: Paths, snapshot: Snapshot) -> Memory:
    media_type = formats.sniff(snapshot.data[: formats.SNIFF_BYTES], snapshot.path.suffix) or ""
    if formats.kind_of(media_type) == "video":  # it would be read whole; its sidecar says enough
        return Memory()
    layout = look_into(snapshot, media_type).layout
    identity = identity_of(snapshot.data, layout)
    known = file_of(connection, paths, snapshot.path)
    if known is not None and known.identity != identity:
        known = None
    if known and known.original and layout:  # restored from a backup
        known = None if metadata_digest(snapshot.data, layout) == known.original else known
    return memory_of(snapshot.path, known, entries_of(connection, identity))
