"""All that the page of one photo shows, read from its files and from the ledger."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagbridge.formats import kind_of
from tagbridge.ledger.proposals import proposed
from tagbridge.metadata.drawn import drawn_regions
from tagbridge.metadata.edit import parsed_or_empty
from tagbridge.metadata.fields import fields_of
from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.metadata.observing import observe
from tagbridge.metadata.show import show_asset
from tagbridge.reading import asset_of, read_source
from tagbridge.rendition.stored import stored_picture
from tagbridge_hooks.errors import AssetError

if TYPE_CHECKING:
    from pathlib import Path

    from tagbridge.equipment import Equipment
    from tagbridge.ledger import Entry, FileRecord
    from tagbridge.metadata.decisions import Memory
    from tagbridge.metadata.drawn import Drawn
    from tagbridge.metadata.fields import FileField
    from tagbridge.metadata.results import Result
    from tagbridge.metadata.shown import Shown, Whose
    from tagbridge.metadata.write import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A keyword of ours.

    Attributes:
        text: As it is, was or would be written.
        providers: Who said it.
        model: Theirs.
        confidence: 0 to 1, or None.
        when: ISO 8601; empty while it is not written.
        borrowed: Whether it was taken from similar pictures.
    """

    text: str
    providers: tuple[str, ...]
    model: str
    confidence: float | None
    when: str = ""
    borrowed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the page of one photo shows.

    Attributes:
        path: The photo.
        identity: Of its picture; empty when it could not be read.
        media_type: By its content; empty likewise.
        problem: Why it could not be read; empty when it could.
        known: What the ledger knows of it, or None.
        ours: Keywords that nobody has decided about.
        confirmed: Those that somebody kept or accepted.
        users: Keywords of the user's.
        removed: Keywords that somebody removed.
        awaiting: Keywords that await a review.
        files: Each of its files with its fields.
        regions: Rectangles on the upright picture.
        nsfw: Whether the picture is, or would be, flagged as not safe for work.
    """

    path: Path
    identity: str = ""
    media_type: str = ""
    problem: str = ""
    known: FileRecord | None = None
    ours: tuple[Word, ...] = ()
    confirmed: tuple[Word, ...] = ()
    users: tuple[str, ...] = ()
    removed: tuple[Word, ...] = ()
    awaiting: tuple[Word, ...] = ()
    files: tuple[tuple[Path, tuple[FileField, ...]], ...] = ()
    regions: tuple[Drawn, ...] = ()
    nsfw: bool = False

    @property
    def awaits_review(self) -> bool:
        """Return whether something would be written once it is accepted."""
        return self.known is not None and self.known.outcome == "review"

    @property
    def link(self) -> str:
        """Return the address of the file for other programs."""
        return self.path.as_uri()

    @property
    def is_video(self) -> bool:
        """Return whether it is a video, of which there is no picture."""
        return kind_of(self.media_type) == "video"

    @property
    def title(self) -> str:
        """Return the name of the photo."""
        return self.path.name


def view_of(path: Path, equipment: Equipment) -> View:
    """Return what the page of a photo shows."""
    ledger = equipment.ledger
    known = ledger.files.find(path)
    entries = ledger.database.read(lambda c: proposed(c, ledger.paths.key(path)))
    try:
        source = read_source(path, ("image", "video"))
        asset = asset_of(source)
        memory, _ = equipment.chronicle.recall(asset, source)
        shown = show_asset(path, equipment.exiv2, lambda _snapshot: memory)
    except AssetError as error:
        return View(path=path, problem=str(error), known=known)
    waiting = entries if known is not None and known.outcome == "review" else ()
    return View(
        path=path,
        identity=asset.identity,
        media_type=asset.media_type,
        known=known,
        ours=_words(shown, "ours"),
        confirmed=_words(shown, "confirmed"),
        removed=tuple(_word(result.value, result) for result in shown.rejected),
        users=tuple(k.text for k in shown.keywords if k.whose == "user"),
        awaiting=tuple(_proposed(entry) for entry in waiting if entry.kind == "keyword"),
        files=_files(source, memory, waiting),
        regions=tuple(_regions(source, memory)),
        nsfw=shown.flagged or any(entry.kind == "nsfw" for entry in waiting),
    )


def _words(shown: Shown, whose: Whose) -> tuple[Word, ...]:
    found = (k for k in shown.keywords if k.whose == whose)
    words = [_word(k.text, k.result) for k in found if k.result is not None]
    return tuple(sorted(words, key=lambda word: -(word.confidence or 0.0)))


def _word(text: str, result: Result) -> Word:
    return Word(
        text=text,
        providers=tuple(result.provider.split("+")),
        model=result.model,
        confidence=result.confidence,
        when=result.when,
        borrowed=result.borrowed,
    )


def _proposed(entry: Entry) -> Word:
    return Word(
        text=entry.value,
        providers=tuple(entry.provider.split("+")),
        model=entry.model,
        confidence=entry.confidence,
    )


def _files(
    source: Source, memory: Memory, waiting: tuple[Entry, ...]
) -> tuple[tuple[Path, tuple[FileField, ...]], ...]:
    planned: dict[str, list[str]] = defaultdict(list)
    for entry in waiting:
        planned[entry.kind].append(entry.value)
    seen = observe(source, memory)
    return tuple((path, fields_of(existing, planned)) for path, existing in seen.files)


def _regions(source: Source, memory: Memory) -> list[Drawn]:
    """Return what is drawn in the photo itself, turned as the picture is shown."""
    stored = stored_picture(source.snapshot.data, source.media_type)
    if source.layout is None or stored is None:
        return []
    ours = {r.region_id for _, e in observe(source, memory).files for r in e.results}
    try:
        found = drawn_regions(parsed_or_empty(source.layout.xmp), ours - {""})
    except EmbeddingRefusedError:
        return []
    return [replace(one, region=stored.upright(one.region)) for one in found]
