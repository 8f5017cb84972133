"""Taking back what we wrote, photo by photo, and remembering that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from tagbridge.ledger.records import records_of
from tagbridge.metadata.change import removal
from tagbridge.metadata.choice import left_to_user, taken_back
from tagbridge.metadata.revise import revise
from tagbridge.metadata.write import now
from tagbridge.noting import Notes
from tagbridge.reading import asset_of, read_source
from tagbridge.remembering import memory_of, same_picture
from tagbridge_hooks import AssetChangedError, AssetError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tagbridge.ledger import Ledger
    from tagbridge.ledger.records import Records
    from tagbridge.metadata.change import Change
    from tagbridge.metadata.choice import Selection
    from tagbridge.metadata.decisions import Observed
    from tagbridge.metadata.exiv2 import Exiv2
    from tagbridge.metadata.properties import Property
    from tagbridge.metadata.target import Target
    from tagbridge.metadata.targets import Outcome

UndoOutcome: TypeAlias = Literal["undone", "unchanged", "planned", "skipped", "parked"]
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What became of one photo.

    Attributes:
        path: The photo.
        outcome: `unchanged` when nothing that was selected is in its files.
        files: Those that were written, or taken away.
        removed: Our keywords that are gone.
        kept: Our keywords that stay, because the user has kept them in an edit.
        exact: True when its files are again what they were before us, to the byte.
        reason: Why it is parked or skipped.
    """

    path: Path
    outcome: UndoOutcome
    files: tuple[Path, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    exact: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoer:
    """Takes back what we wrote.

    Attributes:
        ledger: Remembers what was written.
        exiv2: The second reader.
        selection: What goes.
        dry_run: Say what would go, and write nothing.
        records: Looks up what is known of a file, in a dry run: its ledger is empty.
        keep_mtime: Keep a photo's time of the last change.
    """

    ledger: Ledger
    exiv2: Exiv2
    selection: Selection
    dry_run: bool = False
    records: Records | None = None
    keep_mtime: bool = False

    def undo(self, path: Path) -> Undone:
        """Take back what is selected of one photo.

        Args:
            path: The photo; not a symbolic link.
        """
        for attempt in range(_ATTEMPTS):
            try:
                return self._undo(path)
            except AssetChangedError as error:
                if attempt + 1 == _ATTEMPTS:
                    return Undone(path=path, outcome="parked", reason=str(error))
            except AssetError as error:
                return Undone(path=path, outcome="parked", reason=str(error))
        raise AssertionError  # not reached

    def _undo(self, path: Path) -> Undone:
        source = read_source(path, ("image", "video"))
        asset = asset_of(source)
        record = (self.records or records_of(self.ledger))(path, asset.identity)
        memory = memory_of(path, same_picture(record.file, asset, source), record.entries)
        kept: dict[str, None] = {}

        def decide(target: Target, _decided: frozenset[Property], _seen: Observed) -> Change | None:
            kept.update(dict.fromkeys(left_to_user(target.existing, self.selection, memory)))
            return removal(target, taken_back(target, self.selection, memory), now())

        notes = Notes(self.ledger, asset, source.snapshot.status)
        tools = notes.tools(self.exiv2, keep_mtime=self.keep_mtime)
        outcomes = revise(source, decide, tools, memory, dry_run=self.dry_run)
        if any(outcome.receipt.outcome == "written" for outcome in outcomes):
            notes.conclude(outcomes)
        return _undone(path, outcomes, tuple(kept))


def _undone(path: Path, outcomes: Sequence[Outcome], kept: tuple[str, ...]) -> Undone:
    changed = [outcome for outcome in outcomes if outcome.change is not None]
    changes = [outcome.change for outcome in changed if outcome.change is not None]
    gone = (keyword for change in changes for keyword in change.keywords_removed)
    left_alone = [o.receipt.reason for o in outcomes if o.receipt.outcome == "parked"]
    outcome: UndoOutcome = "unchanged"
    if left_alone:
        outcome = "parked"
    elif changed:
        planned = any(o.receipt.outcome == "planned" for o in changed)
        outcome = "planned" if planned else "undone"
    return Undone(
        path=path,
        outcome=outcome,
        files=tuple(o.receipt.target for o in changed if o.receipt.target is not None),
        removed=tuple(dict.fromkeys(gone)),
        kept=kept,
        exact=bool(changes) and all(change.exact for change in changes),
        reason="; ".join(left_alone),
    )
