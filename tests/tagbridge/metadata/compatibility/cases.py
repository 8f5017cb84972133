"""Photos that programs read differently, each with what must be expected of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata.plan import WriteRules
from tagbridge.metadata.write import WriteOptions

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tagbridge.metadata.conftest import Build

DECLARED = (
    ' xmlns:digiKam="http://www.digikam.org/ns/1.0/"'
    ' xmlns:MicrosoftPhoto="http://ns.microsoft.com/photo/1.0/"'
)
UTF8 = (1, 90, b"\x1b%G")
Dataset = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A photo with what stands in it and beside it.

    Attributes:
        photo: The body of its packet; None for no packet.
        short: Likewise of IMG.xmp.
        long: Likewise of IMG.jpg.xmp.
        iim: The datasets of its IPTC block.
        digest: `right`, `stale` or `none`.
        suffix: Of the photo.
    """

    photo: str | None = None
    short: str | None = None
    long: str | None = None
    iim: tuple[Dataset, ...] = ()
    digest: str = "none"
    suffix: str = ".jpg"


def flat(*words: str) -> str:
    return _list("dc:subject", "Bag", *words)


def paths(*words: str) -> str:
    return _list("lr:hierarchicalSubject", "Bag", *words)


def tags_list(*words: str) -> str:
    return _list("digiKam:TagsList", "Seq", *words)


def last_keyword(*words: str) -> str:
    return _list("MicrosoftPhoto:LastKeywordXMP", "Bag", *words)


def _list(name: str, form: str, *words: str) -> str:
    items = "\n".join(f"<rdf:li>{word}</rdf:li>" for word in words)
    return f"<{name}>\n<rdf:{form}>\n{items}\n</rdf:{form}>\n</{name}>"


def keyword(text: bytes) -> Dataset:
    return (2, 25, text)


CASES: dict[str, Case] = {
    "nothing": Case(),
    "everywhere": Case(photo=flat("sea", "sky"), iim=(keyword(b"sea"), keyword(b"sky"))),
    "flat only": Case(photo=flat("sea")),
    "iptc only": Case(photo="", iim=(keyword(b"sea"),)),
    "iptc differs": Case(photo=flat("sea"), iim=(keyword(b"sky"),)),
    "iptc differs, right digest": Case(photo=flat("sea"), iim=(keyword(b"sky"),), digest="right"),
    "iptc differs, stale digest": Case(
        photo=flat("sea", "sky"), iim=(keyword(b"sky"),), digest="stale"
    ),
    "paths and others": Case(photo=flat("Dog", "sea") + paths("Animal|Dog")),
    "paths only": Case(photo=paths("Animal|Dog")),
    "partial TagsList": Case(photo=flat("sea", "Dog") + tags_list("Animal/Dog")),
    "TagsList only": Case(photo=tags_list("Animal/Dog")),
    "TagsList before paths": Case(
        photo=flat("Dog", "sea") + tags_list("Animal/Dog") + paths("Animal|Dog", "sea")
    ),
    "LastKeyword only": Case(photo=last_keyword("Animal/Dog")),
    "Latin-1": Case(photo="", iim=(keyword("B\u00e4r".encode("latin-1")),)),
    "UTF-8 unmarked": Case(photo="", iim=(keyword("B\u00e4r".encode()),)),
    "UTF-8 marked": Case(photo="", iim=(UTF8, keyword("B\u00e4r".encode()))),
    "long sidecar": Case(photo=flat("sea"), long=flat("sky"), iim=(keyword(b"sea"),)),
    "long sidecar without keywords": Case(photo=flat("sea"), long="", iim=(keyword(b"sea"),)),
    "long sidecar with paths": Case(photo=flat("sea"), long=flat("sky") + paths("Animal|Dog")),
    "short sidecar": Case(photo=flat("sea"), short=flat("sky"), iim=(keyword(b"sea"),)),
    "short sidecar with paths": Case(photo=flat("sea"), short=flat("sky") + paths("Animal|Dog")),
    "both sidecars": Case(photo=flat("sea"), short=flat("sky"), long=flat("sun")),
    # digiKam finds the tag for a flat keyword anywhere in its tree: it must be there only once.
    "TagsList in the photo alone": Case(photo=tags_list("Animal/Horse"), long=flat("Pony")),
    "compact short sidecar": Case(photo="", short=flat("sky").replace("\n", "")),
    "PNG": Case(photo=flat("sea"), suffix=".png"),
    "PNG with a sidecar": Case(photo=flat("sea"), long=flat("sky"), suffix=".png"),
}


# Name of the photo, format, and how we write: all of them get OURS.
OURS = ("lighthouse", "castle")
WRITTEN: dict[str, tuple[str, str, WriteOptions]] = {
    "written JPEG": ("w1.jpg", "JPEG", WriteOptions()),
    "written JPEG with paths": ("w2.jpg", "JPEG", WriteOptions(rules=WriteRules(root="auto"))),
    "written PNG": ("w3.png", "PNG", WriteOptions()),
    "written WebP": ("w4.webp", "WEBP", WriteOptions()),
    "written beside a TIFF": ("w5.tif", "TIFF", WriteOptions()),
    "written beside a TIFF, short": ("w6.tif", "TIFF", WriteOptions(sidecar_name="replace")),
    "written beside a TIFF, with paths": (
        *("w7.tif", "TIFF"),
        WriteOptions(sidecar_name="replace", rules=WriteRules(root="auto")),
    ),
    "written beside a RAW": ("w8.NEF", "TIFF", WriteOptions()),
}


def file_of(name: str) -> str:
    """Return the name of a case without spaces, which not all programs like."""
    return name.replace(" ", "_").replace(",", "")


def make(folder: Path, name: str, build: Build) -> Path:
    """Write the files of a case, and return the photo."""
    case = CASES[name]
    photo = folder / f"{file_of(name)}{case.suffix}"
    photo.write_bytes(_picture(case, name, build))
    for body, sidecar in (
        (case.short, photo.with_suffix(".xmp")),
        (case.long, photo.with_name(f"{photo.name}.xmp")),
    ):
        if body is not None:
            sidecar.write_bytes(_packet(body, build))
    return photo


def _packet(body: str, build: Build) -> bytes:
    wrapped = b"<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>%s<?xpacket end='w'?>"
    return wrapped % build.packet(body, more=DECLARED)


def _picture(case: Case, name: str, build: Build) -> bytes:
    if case.suffix == ".png":
        note = build.chunk(b"tEXt", f"Comment\0{name}".encode())
        return build.png(note, build.itxt(_packet(case.photo or "", build)))
    # digiKam takes two pictures with the same bytes for one.
    segments = [build.segment(0xFE, name.encode())]
    if case.photo is not None:
        segments.append(build.app1(_packet(case.photo, build)))
    if case.iim:
        segments.append(build.app13(*_resources(case, build)))
    return build.jpeg(*segments)


def _resources(case: Case, build: Build) -> list[bytes]:
    block = build.iim(*case.iim)
    right = hashlib.md5(block, usedforsecurity=False).digest()
    digests = {"right": right, "stale": b"s" * 16}
    resources = [build.resource(0x0404, block)]
    if case.digest in digests:
        resources.append(build.resource(0x0425, digests[case.digest]))
    return resources
