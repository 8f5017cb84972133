"""What a photo's metadata says, and which of it is ours."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from tagbridge import formats
from tagbridge.metadata import iim
from tagbridge.metadata.decisions import Memory, Observed, observed, recalled
from tagbridge.metadata.described import SENTENCES
from tagbridge.metadata.edit import parsed_or_empty
from tagbridge.metadata.embed import CONTAINERS
from tagbridge.metadata.existing import Existing, read_existing
from tagbridge.metadata.exiv2 import Exiv2, Exiv2Error
from tagbridge.metadata.layout import Container, EmbeddingRefusedError
from tagbridge.metadata.properties import OCR_TEXT, WARNING_REQUIRED
from tagbridge.metadata.results import KINDS
from tagbridge.metadata.shown import Shown, ShownColor, ShownKeyword, ShownText
from tagbridge.metadata.sidecar import existing_sidecars
from tagbridge.metadata.snapshot import Snapshot, take_snapshot
from tagbridge.metadata.video import packet_of_video
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tagbridge.metadata.results import Result
    from tagbridge.metadata.shown import Whose

Recall: TypeAlias = "Callable[[Snapshot], Memory]"


def show_asset(path: Path, exiv2: Exiv2, recall: Recall = lambda _snapshot: Memory()) -> Shown:
    """Read a photo and its sidecar.

    Args:
        path: The photo.
        exiv2: Reads what we do not.
        recall: Returns what is remembered of the picture.

    Raises:
        UnreadableAssetError: The photo cannot be read.
        AssetChangedError: It changes just now.
    """
    snapshot = take_snapshot(path)
    found: dict[Path, Existing] = {}
    problems = []
    memory = recall(snapshot)
    for file, read in _readers(snapshot, exiv2).items():
        try:
            found[file] = recalled(read(), file, memory)
        except (EmbeddingRefusedError, Exiv2Error) as error:
            problems.append(f"{file.name}: {error}")
    return _shown(path, observed(found.items(), memory), memory, tuple(problems))


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
    carries_iim = container is not None and container.carries_iim
    return read_existing(parsed_or_empty(packet), block, carries_iim=carries_iim)


def _in_video(snapshot: Snapshot) -> Existing:
    packet = packet_of_video(snapshot) or None
    return read_existing(parsed_or_empty(packet), None, carries_iim=False)


def _sidecar(path: Path) -> Existing:
    return read_existing(parsed_or_empty(take_snapshot(path).data), None, carries_iim=False)


def _shown(path: Path, seen: Observed, memory: Memory, problems: tuple[str, ...]) -> Shown:
    found = dict(seen.files)
    results = [result for existing in found.values() for result in existing.results]
    keywords = _keywords(found.values(), results, seen, memory)
    return Shown(
        path=path,
        files=tuple(found),
        keywords=keywords,
        rejected=_rejected(seen, memory, {spelling_key(keyword.text) for keyword in keywords}),
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


def _keywords(
    found: Iterable[Existing], results: Iterable[Result], seen: Observed, memory: Memory
) -> tuple[ShownKeyword, ...]:
    ours = {spelling_key(r.value): r for r in results if r.kind == "keyword"}
    # What stands again in the file from which it was removed, the user has put there.
    again = memory.rejected if memory.target else frozenset()
    texts: dict[str, str] = {}
    for keyword in (k for existing in found for k in existing.keywords if k.strip()):
        texts.setdefault(spelling_key(keyword), keyword)
    shown = []
    for key, text in texts.items():
        result = None if key in again else ours.get(key)
        confirmed = key in seen.decisions.confirmed
        whose: Whose = "user" if result is None else "confirmed" if confirmed else "ours"
        shown.append(ShownKeyword(text=text, result=result, whose=whose))
    return tuple(shown)


def _rejected(seen: Observed, memory: Memory, there: set[str]) -> tuple[Result, ...]:
    """Return what was removed and is nowhere in the files, each once."""
    every = (r for r in (*seen.results, *memory.rejections) if r.kind == "keyword")
    found = {spelling_key(r.value): r for r in every}
    gone = seen.decisions.rejected - there
    return tuple(result for key, result in found.items() if key in gone)


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
