"""Where programs disagree about a photo, and what to do about it. Pure."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata import iim
from tagbridge.metadata.compatibility.advice import ADVICE
from tagbridge.metadata.compatibility.causes import cause_of, missing
from tagbridge.metadata.compatibility.photo import long_forms
from tagbridge.metadata.sidecar import appended_name, replaced_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagbridge.metadata.compatibility.causes import Cause
    from tagbridge.metadata.compatibility.photo import ListName, Photo
    from tagbridge.metadata.compatibility.seen import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person should know.

    Attributes:
        kind: What it is, for programs.
        programs: The names of those that it concerns.
        what: What it is, for people.
        remedy: What to do.
    """

    kind: str
    programs: tuple[str, ...]
    what: str
    remedy: str

    @property
    def is_conflict(self) -> bool:
        """Return whether something can be done about it in the files."""
        return self.kind != "never_read"


_SHOWN = 5


def findings_of(photo: Photo, all_seen: Sequence[Seen]) -> tuple[Finding, ...]:
    """Return what a person should know of a photo."""
    return (
        *_not_understood(photo),
        *_disagreements(photo, all_seen),
        *_cut(photo, all_seen),
        *_two_languages(photo),
    )


def _not_understood(photo: Photo) -> Iterator[Finding]:
    for problem in photo.problems:
        yield Finding(
            kind="not_understood",
            programs=(),
            what=problem,
            remedy="open it in the program that wrote it and save it again",
        )


def _disagreements(photo: Photo, all_seen: Sequence[Seen]) -> Iterator[Finding]:
    lacking = missing(photo, all_seen)
    found: dict[Cause, dict[str, set[str]]] = {}
    for seen in all_seen:
        name = seen.program.name
        for key in lacking.get(name, ()):
            found.setdefault(cause_of(photo, seen, key), {}).setdefault(name, set()).add(key)
    names = _names(photo)
    for cause, advice in ADVICE.items():
        if cause in found:
            keys = frozenset[str]().union(*found[cause].values())
            yield Finding(
                kind=cause,
                programs=tuple(found[cause]),
                what=f"{_listed(photo, keys)}: {advice.what.format_map(names)}",
                remedy=advice.remedy.format_map(names),
            )


def _names(photo: Photo) -> dict[str, str]:
    """Return what the texts speak of, as it is typed in the folder of the photo."""
    files = {"short": replaced_name(photo.path), "long": appended_name(photo.path)}
    names = {place: _typed(file.name) for place, file in files.items()}
    lists = photo.said["photo"].lists
    utf8 = lists.get("iim") == lists.get("iim as utf-8")
    return {
        **names,
        "photo": _typed(photo.path.name),
        "sidecar": names["long" if "long" in photo.said else "short"],
        "charset": "utf8" if utf8 else "latin",
        "coded": "" if "iim" in lists else " -codedcharacterset=utf8",
    }


def _typed(name: str) -> str:
    """Return the name of a file as a shell and ExifTool take it for nothing else."""
    return shlex.quote(name if name[0].isalnum() else f"./{name}")


def _listed(photo: Photo, keys: frozenset[str]) -> str:
    forms = long_forms(photo)
    texts = [text for key, text in photo.keywords().items() if forms.get(key, key) in keys]
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return ", ".join(texts[:_SHOWN]) + more


def _cut(photo: Photo, all_seen: Sequence[Seen]) -> Iterator[Finding]:
    """Yield that programs which read IPTC show the beginning of a keyword alone."""
    programs = tuple(s.program.name for s in all_seen if any("iim" in t.name for t in s.taken))
    present = frozenset(e[0] for e in _entries(photo, "iim"))
    long = {e[0] for e in _entries(photo, "subject") if len(e[0].encode()) > iim.MAX_KEYWORD_BYTES}
    cut = [keyword for keyword in sorted(long) if iim.cut(keyword).decode() in present]
    if cut and programs:
        yield Finding(
            kind="cut_in_iptc",
            programs=programs,
            what=f"{', '.join(cut)}: cut to {iim.MAX_KEYWORD_BYTES} bytes in the IPTC block",
            remedy="use a shorter keyword",
        )


def _entries(photo: Photo, name: ListName) -> tuple[tuple[str, ...], ...]:
    entries = photo.said["photo"].lists.get(name)
    return () if entries is None else entries.entries


def _two_languages(photo: Photo) -> Iterator[Finding]:
    names = sorted({name for said in photo.said.values() for name in said.two_languages})
    if names:
        yield Finding(
            kind="two_languages",
            programs=("lightroom",),
            what=f"{', '.join(names)}: a default and one translation, which Adobe's programs make"
            " the same",
            remedy="remove the translation, or add the language of the default as a third text",
        )
