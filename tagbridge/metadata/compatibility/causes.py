"""Why a program does not show a keyword that stands in one of the files. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tagbridge.metadata.compatibility.photo import IIM_FIELD, long_forms
from tagbridge.metadata.compatibility.programs import EMBEDDABLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.metadata.compatibility.photo import ListName, Photo, Place
    from tagbridge.metadata.compatibility.seen import Seen

Cause = Literal[
    "anothers_sidecar",
    "sidecar_hides_photo",
    "sidecar_not_read",
    "sidecar_name_not_read",
    "hierarchy_not_read",
    "two_sidecars",
    "stale_digest",
    "character_set",
    "compact_list",
    "partial_list",
    "only_in_iptc",
    "only_in_hierarchy",
    "not_in_iptc",
    "never_read",
]

_PATHS: frozenset[ListName] = frozenset({"digiKam", "Microsoft", "Lightroom"})
_OF_IIM: frozenset[ListName] = frozenset({"iim", "iim as cp1252", "iim as utf-8"})
TAKES_IIM = frozenset({"image/jpeg", "image/tiff", "image/vnd.adobe.photoshop"})


def missing(photo: Photo, all_seen: Iterable[Seen]) -> dict[str, frozenset[str]]:
    """Return what each program does not show of all that stands in the files, as `spelling_key`.

    A level above a keyword does not count: to be above it is its whole purpose.

    Args:
        photo: The photo.
        all_seen: What each program shows; those of which it is not known are left out.
    """
    forms = long_forms(photo)
    real = {forms.get(key, key) for key in photo.keywords()}
    known = {s.program.name: s.keys(photo) for s in all_seen if s.way is not None}
    return {name: frozenset(real - keys) for name, keys in known.items()}


def cause_of(photo: Photo, seen: Seen, key: str) -> Cause:
    """Return why a program does not show a keyword.

    Args:
        photo: The photo.
        seen: What the program shows.
        key: `spelling_key` of the keyword.
    """
    if _reads_iim_alone(seen) and photo.media_type not in TAKES_IIM:
        return "never_read"
    holders = _holders(photo, key)
    read = {(place, name) for place, name in holders if place in seen.places}
    if read:
        return _cause_in_its_own_files(photo, seen, read)
    return _cause_in_another_file(photo, seen, holders)


def _reads_iim_alone(seen: Seen) -> bool:
    choices = () if seen.way is None else seen.way.choices
    return all(name in _OF_IIM for choice in choices for _, name in choice)


def _holders(photo: Photo, key: str) -> set[tuple[Place, ListName]]:
    """Return where a keyword stands, in any form."""
    forms = long_forms(photo)
    return {
        (place, name)
        for place, name, entries in photo.lists()
        if any(forms.get(level, level) == key for level in entries.levels)
    }


def _cause_in_another_file(photo: Photo, seen: Seen, holders: set[tuple[Place, ListName]]) -> Cause:
    """Return why a file that has a keyword is not read."""
    places = {place for place, _ in holders}
    if not photo.owns_short and (places == {"short"} or "short" in seen.places):
        return "anothers_sidecar"
    if photo.media_type not in EMBEDDABLE and not seen.places & {"short", "long"}:
        return "sidecar_name_not_read"
    if all(name in _PATHS for _, name in holders):
        return "hierarchy_not_read"
    if not seen.places & {"short", "long"}:
        return "sidecar_not_read"
    return "sidecar_hides_photo" if "photo" in places else "two_sidecars"


def _cause_in_its_own_files(
    photo: Photo, seen: Seen, holders: set[tuple[Place, ListName]]
) -> Cause:
    """Return why a list that has a keyword is not taken, although its file is read."""
    names = {name for _, name in holders}
    if any(name == "iim" and _takes_iim(seen, place) for place, name in holders):
        return "character_set"
    if any(_is_too_compact(photo, seen, place, name) for place, name in holders):
        return "compact_list"
    if _is_hidden_by_digest(photo, seen):
        return "stale_digest"
    if _reads_iim_alone(seen):
        return "not_in_iptc" if "subject" in names else "only_in_hierarchy"
    if all(place == "photo" for place, _ in holders) and any(
        t.place != "photo" for t in seen.taken
    ):
        return "sidecar_hides_photo"
    return _cause_in_another_list(seen, names)


def _takes_iim(seen: Seen, place: Place) -> bool:
    return any(t.place == place and t.entries.field == IIM_FIELD for t in seen.taken)


def _is_too_compact(photo: Photo, seen: Seen, place: Place, name: ListName) -> bool:
    """Return whether a program looks for a list, and for white space in it that is not there."""
    choices = () if seen.way is None else seen.way.choices
    spaced = {n for choice in choices for p, n in choice if p == place and n == f"{name}, spaced"}
    return bool(spaced) and not spaced & photo.said[place].lists.keys()


def _is_hidden_by_digest(photo: Photo, seen: Seen) -> bool:
    reconciled = any(t.name.startswith("mwg") and t.place == "photo" for t in seen.taken)
    return reconciled and photo.said["photo"].digest == "stale"


def _cause_in_another_list(seen: Seen, names: set[ListName]) -> Cause:
    """Return why a list that has a keyword is not taken."""
    if names <= {"iim"}:
        return "only_in_iptc"
    if any(t.name in _PATHS for t in seen.taken):
        return "partial_list"
    return "only_in_hierarchy"
