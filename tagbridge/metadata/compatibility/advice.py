"""What is said of a disagreement, and what to do about it: a sentence for each cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagbridge.metadata.compatibility.causes import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What to say to a person.

    Attributes:
        what: Said of the keywords.
        remedy: What to do; commands are typed in the folder of the photo.

    `{photo}`, `{sidecar}`, `{short}` and `{long}` are names of files, `{charset}` ExifTool's name
    of a character set, `{coded}` what makes a new IPTC block one in UTF-8. A source is given to
    ExifTool as its input: in a name it would take % for a code.
    """

    what: str
    remedy: str


_READ = "in Lightroom then Metadata > Read Metadata from Files"
_READ_AND_SAVE = (
    "in Lightroom: Metadata > Read Metadata from Files, then Metadata > Save Metadata to Files"
)


def _adding(target: str, source: str) -> str:
    """Return what adds one list to another; taken out first, so that nothing is there twice."""
    return f"'-{target}-<{source}' '-{target}+<{source}'"


_SUBJECT = "XMP-dc:Subject"
_FLAT = _adding(_SUBJECT, _SUBJECT)  # paths would hide the flat keywords that are not among them

ADVICE: Mapping[Cause, Advice] = {
    "anothers_sidecar": Advice(
        what="not all look into {short}, which belongs to another file of that name",
        remedy="give one of the two files another name, together with its sidecar",
    ),
    "sidecar_hides_photo": Advice(
        what="only in the photo, which the sidecar hides",
        remedy=f"`exiftool -tagsfromfile - {_FLAT} {{sidecar}} < {{photo}}`, or remove the sidecar",
    ),
    "sidecar_not_read": Advice(
        what="only in the sidecar, which is not read beside such a file",
        remedy=f"`exiftool -tagsfromfile - {_FLAT} {{photo}} < {{sidecar}}`; {_READ}",
    ),
    "sidecar_name_not_read": Advice(
        what="only in {sidecar}, a name that is not looked for",
        remedy=f"`cp -n {{sidecar}} {{short}}`; {_READ}",
    ),
    "hierarchy_not_read": Advice(
        what="only in a list of paths of another file, which is not read",
        remedy="assign them in the program that you work with, and let it write them",
    ),
    "two_sidecars": Advice(
        what="only in one of two sidecars",
        remedy="keep one of {short} and {long}: Lightroom and Capture One look for {short} alone",
    ),
    "stale_digest": Advice(
        what="the IPTCDigest is an old one, by which the IPTC keywords count as newer than these",
        remedy=f"if these are right, `exiftool -IPTCDigest=new {{photo}}`; {_READ}",
    ),
    "character_set": Advice(
        what="garbled, because the IPTC block does not say which character set it is in",
        remedy="`exiftool -charset iptc={charset} -tagsfromfile @ -IPTC:all"
        " -codedcharacterset=utf8 {photo}`",
    ),
    "compact_list": Advice(
        what="in a list without white space between its tags, in which they are not found",
        remedy="`exiftool -XMP-xmp:MetadataDate=now {short}`",
    ),
    "partial_list": Advice(
        what="not in the list of paths, which hides all other lists",
        remedy=f"{_READ_AND_SAVE}; where the list is digiKam's, assign them in digiKam",
    ),
    "only_in_iptc": Advice(
        what="only in the IPTC block",
        remedy=f"`exiftool {_adding(_SUBJECT, 'IPTC:Keywords')} {{photo}}`; {_READ}",
    ),
    "only_in_hierarchy": Advice(what="only in a list of paths", remedy=_READ_AND_SAVE),
    "not_in_iptc": Advice(
        what="not in the IPTC block, the only one that is read",
        remedy=f"`exiftool {_adding('IPTC:Keywords', _SUBJECT)}{{coded}} -IPTCDigest=new"
        " {photo}`",
    ),
    "never_read": Advice(
        what="in no list that is read of such a file",
        remedy="nothing that could be done in the file",
    ),
}
