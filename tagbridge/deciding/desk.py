"""Carry out what somebody decides about our keywords, in the files and in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tagbridge.deciding.changes import Wanted, accepted, key_of, put_back, rejected
from tagbridge.deciding.verdict import Decided, NotDecidedError
from tagbridge.metadata.observing import observe
from tagbridge.metadata.revise import revise
from tagbridge.metadata.target import WriteTools
from tagbridge.metadata.targets import receipt_of
from tagbridge.metadata.write import now
from tagbridge.reading import asset_of, read_source
from tagbridge.remembering import news_of
from tagbridge.spelling import spelling_key
from tagbridge_hooks import AssetChangedError, AssetError, Receipt

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tagbridge.ledger import Entry
    from tagbridge.ledger.written import Fate
    from tagbridge.metadata.change import Change
    from tagbridge.metadata.decisions import Memory, Observed
    from tagbridge.metadata.results import Result
    from tagbridge.metadata.target import Target
    from tagbridge.metadata.write import Source
    from tagbridge_hooks import Asset

_ATTEMPTS = 3
Keys: TypeAlias = "frozenset[str]"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Photo:
    """One photo as it was read, and what is remembered of it."""

    source: Source
    asset: Asset
    memory: Memory
    entries: tuple[Entry, ...]

    def keywords(self, keys: Collection[str] | None, *fates: Fate) -> dict[str, Fate]:
        """Return our keywords with what was decided of each: those of some keys, or all."""
        return {
            entry.value: entry.fate
            for entry in self.entries
            if entry.kind == "keyword"
            and entry.fate in fates
            and (keys is None or spelling_key(entry.value) in keys)
        }


class Desk:
    """Decides about one photo at a time; may be used by several threads."""

    def __init__(self, equipment: Equipment) -> None:
        """Take what a journey needs: a decision is written as every other write is."""
        self._equipment = equipment

    def accept(self, path: Path, keys: Keys | None = None) -> Decided:
        """Note that keywords of ours are right: they are the user's from now on.

        Args:
            path: The photo; not a symbolic link.
            keys: `spelling_key` of the keywords; None for all that are in it.

        Raises:
            NotDecidedError: It could not be written; nothing is decided.
        """
        return _patiently(lambda: self._accept(path, keys))

    def remove(self, path: Path, keys: Keys | None = None) -> Decided:
        """Take keywords of ours out of all files of a photo; they never come back by themselves.

        Args:
            path: The photo; not a symbolic link.
            keys: `spelling_key` of the keywords; None for all but those that were accepted.

        Raises:
            NotDecidedError: It could not be written; nothing is decided.
        """
        return _patiently(lambda: self._remove(path, keys))

    def take_back(self, decided: Decided) -> Decided:
        """Let a photo be as if it had not been decided, and return what that was.

        Raises:
            NotDecidedError: It could not be written; the decision stands.
        """
        return _patiently(lambda: self._take_back(decided))

    def _accept(self, path: Path, keys: Keys | None) -> Decided:
        photo = self._look(path)
        before = photo.keywords(keys, "written", "kept")
        change = accepted(_keys(before))
        self._write(photo, lambda target, _seen, when: change(target, when))
        self._note(photo, dict.fromkeys(before, "kept"))
        return Decided(path=path, verdict="accepted", keywords=tuple(before), before=before)

    def _remove(self, path: Path, keys: Keys | None) -> Decided:
        photo = self._look(path)
        fates: tuple[Fate, ...] = ("written",) if keys is None else ("written", "kept")
        before = photo.keywords(keys, *fates)
        change = rejected(_keys(before))
        taken: list[Result] = []

        def decide(target: Target, _seen: Observed, when: str) -> Change | None:
            taken.extend(r for r in target.existing.results if key_of(r) in _keys(before))
            return change(target, when)

        self._write(photo, decide)
        self._note(photo, dict.fromkeys(before, "removed"))
        return Decided(
            path=path,
            verdict="removed",
            keywords=tuple(before),
            before=before,
            results=tuple(dict.fromkeys(taken)),
        )

    def _take_back(self, decided: Decided) -> Decided:
        photo = self._look(decided.path)
        kept = frozenset(spelling_key(t) for t, fate in decided.before.items() if fate == "kept")
        if decided.verdict == "removed":
            root = self._equipment.write_options.rules.root
            wanted = Wanted(results=decided.results, confirmed=kept, root=root)
            self._write(photo, lambda target, seen, when: put_back(wanted, seen, target, when))
        else:
            change = accepted(_keys(decided.before) - kept, yes=False)
            self._write(photo, lambda target, _seen, when: change(target, when))
        self._note(photo, decided.before)
        return Decided(path=decided.path, verdict="put back", keywords=decided.keywords)

    def _look(self, path: Path) -> _Photo:
        source = read_source(path, ("image", "video"))
        asset = asset_of(source)
        memory, entries = self._equipment.chronicle.recall(asset, source)
        written = self._equipment.ledger.written
        # What the files say counts as well: the ledger may have been lost.
        if news := news_of(observe(source, memory), entries):
            written.add(asset.identity, asset.media_type, news)
            entries = written.of_picture(asset.identity)
        return _Photo(source=source, asset=asset, memory=memory, entries=entries)

    def _write(
        self, photo: _Photo, decide: Callable[[Target, Observed, str], Change | None]
    ) -> None:
        equipment, status, when = self._equipment, photo.source.snapshot.status, now()
        seen: list[Observed] = []

        def announce(new: os.stat_result) -> None:
            nonlocal status
            status = new
            equipment.chronicle.announce(photo.asset, photo.source, status)

        tools = WriteTools(
            exiv2=equipment.exiv2,
            announce=announce,
            observe=seen.append,
            announce_sidecar=equipment.chronicle.announce_sidecar,
            keep_mtime=equipment.keep_mtime,
        )
        outcomes = revise(
            photo.source,
            lambda target, _decided, before: decide(target, before, when),
            *(tools, photo.memory),
            dry_run=False,
        )
        if not outcomes:  # there is no file of it any more in which we have written
            return
        receipt = receipt_of(outcomes)
        if receipt.outcome == "parked":
            raise NotDecidedError(receipt.reason)
        if receipt.outcome == "written":
            done = Receipt(outcome="written", target=receipt.target)
            equipment.chronicle.remember(photo.asset, status, done, seen[-1], photo.entries)

    def _note(self, photo: _Photo, fates: Mapping[str, Fate]) -> None:
        self._equipment.ledger.written.decide(photo.asset.identity, fates)


def _keys(texts: Collection[str]) -> Keys:
    return frozenset(map(spelling_key, texts))


def _patiently(work: Callable[[], Decided]) -> Decided:
    """Do it again when somebody else saves the photo at the same moment."""
    reasons: Sequence[str] = ()
    for _ in range(_ATTEMPTS):
        try:
            return work()
        except AssetChangedError as error:
            reasons = [str(error)]
        except AssetError as error:
            raise NotDecidedError(str(error)) from error
    raise NotDecidedError(reasons[0])
