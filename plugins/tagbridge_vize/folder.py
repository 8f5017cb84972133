"""A folder of pictures to train with: a folder for each label, named as the keyword is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

# "Minimum is 20 images per category", and at least two categories.
LEAST_LABELS = 2
LEAST_PICTURES = 20

_PICTURE = re.compile(
    r".+\.(arw|avif|bmp|cr[23]|dng|gif|hei[cf]|jpe?g|nef|orf|pef|png|raf|rw2|srw|tiff?|webp)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """The pictures of one label."""

    name: str
    pictures: tuple[Path, ...]


def piles(folder: Path) -> tuple[Pile, ...]:
    """Return what a folder holds, in the order of the names; what is hidden is left out.

    Raises:
        ConfigError: It is no folder, cannot be read, or one in it has a name that is no text.
    """
    try:
        inside = sorted(one for one in folder.iterdir() if one.is_dir() and _is_shown(one))
        return tuple(Pile(name=_name(one), pictures=_pictures(one)) for one in inside)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be read ({error.strerror})") from error


def lack(counts: Iterable[tuple[str, int]]) -> str:
    """Return why these labels with so many pictures are too few to train with; or nothing."""
    given = list(counts)
    if len(given) < LEAST_LABELS:
        return f"{len(given)} labels are too few: a task needs {LEAST_LABELS} or more"
    few = [f"{name} ({count})" for name, count in given if count < LEAST_PICTURES]
    return f"a label needs {LEAST_PICTURES} pictures or more: {', '.join(few)}" if few else ""


def counted(found: Sequence[Pile]) -> list[tuple[str, int]]:
    """Return each label with the number of its pictures."""
    return [(pile.name, len(pile.pictures)) for pile in found]


def _pictures(folder: Path) -> tuple[Path, ...]:
    named = (one for one in folder.iterdir() if _PICTURE.fullmatch(one.name) and _is_shown(one))
    return tuple(sorted(one for one in named if one.is_file()))


def _is_shown(path: Path) -> bool:
    return not path.name.startswith((".", "@"))  # @eaDir is what a NAS puts everywhere


def _name(folder: Path) -> str:
    if not folder.name.isprintable():  # a byte that is not UTF-8 is not printable either
        raise ConfigError(f"{folder.name!a}: a label cannot be named like this")
    return unicodedata.normalize("NFC", folder.name)  # macOS takes letters and accents apart
