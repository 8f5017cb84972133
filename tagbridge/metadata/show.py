"""What a photo's metadata says, and which of it is ours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tagbridge import formats
from tagbridge.metadata import iim
from tagbridge.metadata.described import SENTENCES
from tagbridge.metadata.edit import parsed_or_empty
from tagbridge.metadata.embed import CONTAINERS
from tagbridge.metadata.existing import Existing, read_existing
from tagbridge.metadata.exiv2 import Exiv2, Exiv2Error
from tagbridge.metadata.layout import Container, EmbeddingRefusedError
from tagbridge.metadata.properties import OCR_TEXT, WARNING_REQUIRED
from tagbridge.metadata.results import KINDS
from tagbridge.metadata.sidecar import existing_sidecars
from tagbridge.metadata.snapshot import Snapshot, take_snapshot
from tagbridge.metadata.video import packet_of_video
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tagbridge.metadata.results import Result
    from tagbridge_hooks import Color


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownText:
    """A keyword, a name, a sentence or a colour of a photo.

    Attributes:
        text: As it stands in the file.
        result: Our record of it, or None for the user's.
    """

    text: str
    result: Result | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownColor:
    """A colour of a photo.

    Attributes:
        color: As it stands in the file.
        result: Our record of it, or None for the user's.
    """

    color: Color
    result: Result | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a photo says.

    Attributes:
        path: The photo.
        files: The files that were read: the photo, its sidecar.
        keywords: All flat keywords, each once.
        removed: Keywords of ours that the user has removed.
        hierarchies: Hierarchical keywords, levels joined by `|`.
        warning: Our record of the adult content warning, or None.
        flagged: Whether the warning is set, by whomever.
        persons: Who is in it.
        sentences: Alternative text, title and description, by `prefix:name` of the property.
        text: What can be read in it, or None.
        colors: The dominant ones.
        judgements: Our records of warnings in detail and of its quality.
        problems: Blocks that are not understood, with the reason.
    """

    path: Path
    files: tuple[Path, ...]
    keywords: tuple[ShownText, ...]
    removed: tuple[str, ...]
    hierarchies: tuple[str, ...]
    warning: Result | None
    flagged: bool
    persons: tuple[ShownText, ...]
    sentences: Mapping[str, ShownText]
    text: ShownText | None
    colors: tuple[ShownColor, ...]
    judgements: tuple[Result, ...]
    problems: tuple[str, ...]


def show_asset(path: Path, exiv2: Exiv2) -> Shown:
    """Read a photo and its sidecar.

    Raises:
        UnreadableAssetError: The photo cannot be read.
        AssetChangedError: It changes just now.
    """
    snapshot = take_snapshot(path)
    found: dict[Path, Existing] = {}
    problems = []
    for file, read in _readers(snapshot, exiv2).items():
        try:
            found[file] = read()
        except (EmbeddingRefusedError, Exiv2Error) as error:
            problems.append(f"{file.name}: {error}")
    return _shown(path, found, tuple(problems))


def _readers(snapshot: Snapshot, exiv2: Exiv2) -> dict[Path, Callable[[], Existing]]:
    """Return the files that speak for a photo, each with the way to read it."""
    media_type = formats.sniff(snapshot.data[: formats.SNIFF_BYTES], snapshot.path.suffix) or ""
    known = formats.format_of(media_type)
    raw = known is not None and known.decoder == "raw"
    embedded = partial(_embedded, snapshot, CONTAINERS.get(media_type), exiv2)
    if formats.kind_of(media_type) == "video":
        embedded = partial(_in_video, snapshot)
    sidecars = existing_sidecars(snapshot.path, raw=raw)
    return {snapshot.path: embedded, **{path: partial(_sidecar, path) for path in sidecars}}


def _embedded(snapshot: Snapshot, container: Container | None, exiv2: Exiv2) -> Existing:
    if container is not None:
        layout = container.read(snapshot.data)
        packet, block = layout.xmp, layout.iim
    else:
        reading = exiv2.read_file(snapshot.path)
        packet, block = reading.packet or None, iim.with_keywords(None, reading.iim_keywords)
    return read_existing(parsed_or_empty(packet), block, carries_iim=False)


def _in_video(snapshot: Snapshot) -> Existing:
    packet = packet_of_video(snapshot) or None
    return read_existing(parsed_or_empty(packet), None, carries_iim=False)


def _sidecar(path: Path) -> Existing:
    return read_existing(parsed_or_empty(take_snapshot(path).data), None, carries_iim=False)


def _shown(path: Path, found: dict[Path, Existing], problems: tuple[str, ...]) -> Shown:
    results = [result for existing in found.values() for result in existing.results]
    ours = {spelling_key(r.value): r for r in results if r.kind == "keyword"}
    texts = {spelling_key(k): k for e in found.values() for k in reversed(e.keywords) if k.strip()}
    order = dict.fromkeys(spelling_key(k) for e in found.values() for k in e.keywords if k.strip())
    keywords = (ShownText(text=texts[key], result=ours.get(key)) for key in order)
    return Shown(
        path=path,
        files=tuple(found),
        keywords=tuple(keywords),
        removed=tuple(r.value for key, r in ours.items() if key not in texts),
        hierarchies=_hierarchies(found.values()),
        warning=next((r for r in results if r.kind == "nsfw"), None),
        flagged=any(e.warning == WARNING_REQUIRED for e in found.values()),
        persons=_persons(found.values(), results),
        sentences=_sentences(found.values(), results),
        text=_text(found.values(), results),
        colors=_colors(found.values(), results),
        judgements=_judgements(results),
        problems=problems,
    )


def _persons(found: Iterable[Existing], results: Iterable[Result]) -> tuple[ShownText, ...]:
    ours = {spelling_key(r.value): r for r in results if r.kind == "person"}
    names = {spelling_key(name): name for e in found for name in e.described.persons or ()}
    return tuple(ShownText(text=name, result=ours.get(key)) for key, name in names.items())


def _sentences(found: Iterable[Existing], results: list[Result]) -> dict[str, ShownText]:
    """Return each sentence with our record of it, if it still is as we wrote it."""
    shown: dict[str, ShownText] = {}
    for existing in found:
        for target in SENTENCES:
            if text := existing.described.texts.get(target):
                ours = (r for r in results if r.kind == KINDS[target] and r.value == text)
                sentence = ShownText(text=text, result=next(ours, None))
                shown.setdefault(f"{target.prefix}:{target.name}", sentence)
    return shown


def _text(found: Iterable[Existing], results: Iterable[Result]) -> ShownText | None:
    ours = next((r for r in results if r.kind == "text"), None)
    texts = (e.described.texts[OCR_TEXT] for e in found if OCR_TEXT in e.described.texts)
    return next((ShownText(text=text, result=ours) for text in texts), None)


def _colors(found: Iterable[Existing], results: Iterable[Result]) -> tuple[ShownColor, ...]:
    ours = {r.value: r for r in results if r.kind == "color"}
    colors = {c.hex: c for e in found for c in e.described.colors}
    return tuple(ShownColor(color=c, result=ours.get(code)) for code, c in colors.items())


def _judgements(results: Iterable[Result]) -> tuple[Result, ...]:
    kept = {
        (r.kind, r.value, r.provider): r for r in results if r.kind in ("sensitivity", "quality")
    }
    return tuple(kept.values())


def _hierarchies(found: Iterable[Existing]) -> tuple[str, ...]:
    paths = (
        "|".join(entry.split(target.separator))
        for existing in found
        for target, entries in existing.hierarchies.items()
        for entry in entries
    )
    return tuple(dict.fromkeys(paths))
