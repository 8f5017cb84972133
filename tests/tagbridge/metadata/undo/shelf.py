"""A folder of photos and a ledger, tagged and undone as the program does it, in this process."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tagbridge.equipment import Equipment
from tagbridge.errand import Errand
from tagbridge.ledger import Ledger, open_ledger
from tagbridge.merge import MergeRules
from tagbridge.metadata.choice import Selection
from tagbridge.metadata.write import WriteOptions
from tagbridge.plugins.plugins import Plugins
from tagbridge.reading import asset_of, read_source
from tagbridge.undoing import Undoer, Undone
from tagbridge.writing import Findings, write_photo
from tagbridge_hooks import Keyword, Source, Sourced, TagSet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tagbridge.metadata.exiv2 import Exiv2
    from tagbridge_hooks import Receipt


def said(words: Iterable[str], *providers: str, **more: Any) -> TagSet:  # noqa: ANN401 - of TagSet
    """Return what providers together say."""
    sources = tuple(
        Source(provider=name, model="m", confidence=0.9) for name in providers or ("p",)
    )
    keywords = (Keyword(text=word, confidence=0.9) for word in words)
    return TagSet(keywords=tuple(Sourced(value=k, sources=sources) for k in keywords), **more)


@dataclass(kw_only=True)
class Shelf:
    """What it takes to tag and to undo.

    Attributes:
        folder: For the photos.
        exiv2: The second reader.
        options: The user's.
        ledger: Made in the folder's neighbour.
    """

    folder: Path
    exiv2: Exiv2
    options: WriteOptions = field(default_factory=WriteOptions)
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ledger = open_ledger(self.folder.with_name(f"{self.folder.name}-state"))

    def put(self, name: str, data: bytes) -> Path:
        """Return a new photo."""
        path = self.folder / name
        path.write_bytes(data)
        return path

    def tag(self, path: Path, tagset: TagSet) -> Receipt:
        """Write a tag set, and remember that, as a journey does."""
        return self._write(path, tagset, self._equipment())

    def remap(self, path: Path, tagset: TagSet) -> Receipt | None:
        """Judge anew what is ours, as `remap` does; None where we have not written."""
        equipment = replace(self._equipment(), stored_only=True)
        source = read_source(path, ("image", "video"))
        if not equipment.chronicle.has_written(asset_of(source), source):
            return None
        return self._write(path, tagset, equipment)

    def _write(self, path: Path, tagset: TagSet, equipment: Equipment) -> Receipt:
        source = read_source(path, ("image", "video"))
        models = {s.provider: s.model for k in tagset.keywords for s in k.sources}
        findings = Findings(tagset=tagset, models=models)
        return write_photo(source, asset_of(source), findings, equipment, Errand())

    def notice(self, path: Path) -> bool:
        """Look at a photo as the daemon does after an edit; return whether it leaves it alone."""
        source = read_source(path, ("image", "video"))
        return self._equipment().chronicle.was_tagged(asset_of(source), source)

    def undo(self, path: Path, *, dry_run: bool = False, **selection: Any) -> Undone:  # noqa: ANN401
        """Take back what is selected, all by default."""
        undoer = Undoer(
            ledger=self.ledger,
            exiv2=self.exiv2,
            selection=Selection(**selection),
            dry_run=dry_run,
        )
        return undoer.undo(path)

    def close(self) -> None:
        """Close the ledger."""
        self.ledger.close()

    def _equipment(self) -> Equipment:
        return Equipment(
            plugins=Plugins([], ()),
            recognizers=[],
            merge_rules=MergeRules(providers={}, max_count=30, blocked=frozenset()),
            write_options=self.options,
            exiv2=self.exiv2,
            ledger=self.ledger,
            clerk=None,  # type: ignore[arg-type] # nobody is asked here
        )
