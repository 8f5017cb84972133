"""What a file's metadata says before we write."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tagbridge.metadata import iim
from tagbridge.metadata.before import noted_lists
from tagbridge.metadata.described import Described, read_described
from tagbridge.metadata.properties import (
    ADULT_CONTENT_WARNING,
    HIERARCHIES,
    METADATA_DATE,
    SUBJECT,
    KeywordList,
    Property,
)
from tagbridge.metadata.results import KINDS, Result, ResultKind, read_results
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagbridge.metadata.packet import Packet


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """The metadata that decides what is added.

    Attributes:
        subject: `dc:subject` in its order.
        hierarchies: The hierarchical lists that the file has.
        warning: `plus:AdultContentWarning`, or None.
        results: What we wrote earlier.
        iim: The IPTC-IIM block, or None.
        carries_iim: True when the file shall have IPTC-IIM keywords.
        described: What it says beside keywords.
        iim_is_older: True when the IPTCDigest says that `dc:subject` was written with knowledge of
            the block: what it lacks was taken out.
        metadata_date: When a program last said that it changed the metadata, or None.
        trace: Hash of the packet and the block, 16 bytes.
        complete: Names of the hierarchical lists that got all our paths; see `before`.
    """

    subject: tuple[str, ...]
    hierarchies: Mapping[KeywordList, tuple[str, ...]]
    warning: str | None
    results: tuple[Result, ...]
    iim: bytes | None
    carries_iim: bool
    described: Described = field(default_factory=Described)
    iim_is_older: bool = False
    metadata_date: str | None = None
    trace: bytes = b""
    complete: frozenset[str] = frozenset()

    def recorded(self, kind: ResultKind) -> frozenset[str]:
        """Return `spelling_key` of all that we wrote of a kind, even if it is gone by now."""
        return frozenset(spelling_key(r.value) for r in self.results if r.kind == kind)

    @property
    def keywords_of_ours(self) -> tuple[str, ...]:
        """Return the keywords that we wrote, even if they are gone by now."""
        return tuple(dict.fromkeys(r.value for r in self.results if r.kind == "keyword"))

    def has_decided(self, kind: ResultKind, target: Property) -> bool:
        """Return whether a property has a value, or we wrote one before that is gone."""
        return target in self.described.decided or any(r.kind == kind for r in self.results)

    @property
    def decided_by_user(self) -> frozenset[Property]:
        """Return the properties beside keywords that have a value which we never wrote."""
        kinds = {r.kind for r in self.results}
        return frozenset(p for p in self.described.by_user if KINDS.get(p) not in kinds)

    def with_decided(self, more: frozenset[Property]) -> Existing:
        """Return the same with further properties to which nothing may be added."""
        decided = self.described.decided | more
        return replace(self, described=replace(self.described, decided=decided))

    @property
    def keywords(self) -> tuple[str, ...]:
        """Return the flat keywords of all standards, those of XMP first."""
        return (*self.subject, *self.only_in_iim)

    @property
    def only_in_iim(self) -> tuple[str, ...]:
        """Return the IPTC-IIM keywords that `dc:subject` lacks in any form; each once.

        None where the block is older: MWG 2.0 has it ignored then, as Adobe's programs do.
        """
        if self.subject and self.iim_is_older:
            return ()
        present = {form for k in self.subject for form in iim.short_forms(k)}
        found: dict[str, str] = {}
        for keyword in iim.keywords(self.iim):
            key = spelling_key(keyword)
            if key and key not in present:
                found.setdefault(key, keyword)
        return tuple(found.values())


def read_existing(
    packet: Packet,
    block: bytes | None,
    *,
    carries_iim: bool,
    extended: frozenset[str] = frozenset(),
    digest: bytes | None = None,
) -> Existing:
    """Return what a packet and an IPTC-IIM block say.

    Args:
        packet: The packet.
        block: The IPTC-IIM block, or None.
        carries_iim: True when the file shall have IPTC-IIM keywords.
        extended: The properties in an extension of the packet, as `{uri}name`.
        digest: The IPTCDigest of the file, or None.

    Raises:
        EmbeddingRefusedError: A property that we may change has a form that is not understood.
    """
    iim.keywords(block)
    return Existing(
        subject=packet.items(SUBJECT),
        hierarchies={h: packet.items(h) for h in HIERARCHIES if packet.array(h) is not None},
        warning=packet.simple(ADULT_CONTENT_WARNING),
        results=read_results(packet),
        iim=block,
        carries_iim=carries_iim,
        described=read_described(packet, extended),
        iim_is_older=block is not None and digest == iim.digest(block),
        metadata_date=packet.simple(METADATA_DATE),
        trace=trace_of(packet.text, block),
        complete=noted_lists(packet),
    )


def trace_of(packet: bytes, block: bytes | None) -> bytes:
    """Return what tells the metadata of a file from those after an edit, 16 bytes."""
    return hashlib.sha256(packet.rstrip(b"\0") + b"\0" + (block or b"")).digest()[:16]
