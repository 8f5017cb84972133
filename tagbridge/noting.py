"""What the ledger is told while something is taken out of the files of one photo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.metadata.target import WriteTools
from tagbridge.metadata.targets import receipt_of
from tagbridge.remembering import UNDONE, news_of
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from tagbridge.ledger import Ledger
    from tagbridge.metadata.change import Change
    from tagbridge.metadata.decisions import Observed
    from tagbridge.metadata.exiv2 import Exiv2
    from tagbridge.metadata.targets import Outcome
    from tagbridge_hooks import Asset


class Notes:
    """Tells the ledger of each step before it is made, so that a crash leaves nothing unsaid.

    What we take out ourselves is forgotten, or it would look as if somebody had removed it; what
    somebody did remove is remembered for ever.
    """

    def __init__(self, ledger: Ledger, asset: Asset, status: os.stat_result) -> None:
        self._ledger = ledger
        self._asset = asset
        self._status = status
        self._seen: Observed | None = None

    def tools(self, exiv2: Exiv2, *, keep_mtime: bool) -> WriteTools:
        """Return what a write needs."""
        return WriteTools(
            exiv2=exiv2,
            announce=self._announce,
            announce_sidecar=self._ledger.sidecars.note,
            foresee=self._foresee,
            forget=self._forget,
            observe=self._observe,
            keep_mtime=keep_mtime,
        )

    def conclude(self, outcomes: Sequence[Outcome]) -> None:
        """Remember what is left of ours in the files."""
        asset, seen = self._asset, self._seen
        if seen is None:
            return
        decided = seen.decisions.rejected | seen.decisions.confirmed
        ours = [r for r in seen.results if spelling_key(r.value) not in decided]
        target = receipt_of(outcomes).target
        said = seen.of(target) if ours else None
        self._ledger.files.record(
            *(asset.path, self._status, asset.identity, "written" if ours else UNDONE),
            media_type=asset.media_type,
            target=target if ours else None,
            keywords=() if said is None else said.keywords_of_ours,
            trace=None if said is None else said.trace or None,
            written=news_of(seen, self._ledger.written.of_picture(asset.identity)),
            sidecars=seen.sidecars,
        )

    def _announce(self, status: os.stat_result) -> None:
        """Note how the photo will be; whatever happens next, it is not to be tagged for that."""
        self._status = status
        asset = self._asset
        self._ledger.files.record(asset.path, status, asset.identity, UNDONE)

    def _foresee(self, before: Observed) -> None:
        asset = self._asset
        news = news_of(before, self._ledger.written.of_picture(asset.identity))
        removed = [entry for entry in news if entry.fate == "removed"]
        if removed:
            self._ledger.written.add(asset.identity, asset.media_type, removed)

    def _forget(self, change: Change) -> None:
        self._ledger.written.forget(self._asset.identity, change.forgotten)

    def _observe(self, after: Observed) -> None:
        self._seen = after
