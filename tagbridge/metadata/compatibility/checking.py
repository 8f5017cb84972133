"""Check one photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata.compatibility.findings import Finding, findings_of
from tagbridge.metadata.compatibility.programs import PROGRAMS
from tagbridge.metadata.compatibility.reading import read_photo
from tagbridge.metadata.compatibility.seen import Seen, seen_by

if TYPE_CHECKING:
    from pathlib import Path

    from tagbridge.metadata.exiv2 import Exiv2


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What programs show of a photo.

    Attributes:
        path: The photo.
        seen: What each program shows, in the order of `PROGRAMS`.
        findings: Where they disagree.
    """

    path: Path
    seen: tuple[Seen, ...]
    findings: tuple[Finding, ...]

    @property
    def agrees(self) -> bool:
        """Return whether all programs show the same, as far as that is possible."""
        return not any(finding.is_conflict for finding in self.findings)


def check_asset(path: Path, exiv2: Exiv2) -> Checked:
    """Read a photo as every program reads it.

    Raises:
        UnreadableAssetError: It cannot be read.
        AssetChangedError: It changes just now.
    """
    photo = read_photo(path, exiv2)
    seen = tuple(seen_by(program, photo) for program in PROGRAMS)
    return Checked(path=path, seen=seen, findings=findings_of(photo, seen))
