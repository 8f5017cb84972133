"""IPTC-IIM datasets: the keywords that old readers, stock agencies and PhotoPrism look for.

Datasets are appended byte by byte; none of the file's own is ever rewritten. Source: IPTC
Information Interchange Model 4.2, sections 1.5, 2.2, 6.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_KEYWORD_BYTES = 64
UTF8 = b"\x1b%G"  # ESC % G, ISO 2022

_TAG = 0x1C
_HEADER = 5
_EXTENDED = 0x8000
_CHARACTER_SET = (1, 90)
_RECORD_VERSION = (2, 0)
_KEYWORDS = (2, 25)
_TEXT_RECORD = 2
_BINARY = frozenset({0, 125, 200, 201, 202})  # versions, rasterised caption, previews


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One dataset of a block.

    Attributes:
        tag: Record and dataset number, such as `(2, 25)`.
        value: Its bytes.
        end: One behind its last byte, from the start of the block.
    """

    tag: tuple[int, int]
    value: bytes
    end: int


def read_datasets(block: bytes) -> list[Dataset]:
    """Return the datasets of a block in their order.

    Raises:
        EmbeddingRefusedError: The block is not made of whole datasets, apart from zeros behind
            the last one.
    """
    datasets = []
    at = 0
    while at < len(block) and block[at] == _TAG:
        dataset = _read_one(block, at)
        datasets.append(dataset)
        at = dataset.end
    if block[at:].strip(b"\0"):
        raise EmbeddingRefusedError("its IPTC block is damaged")
    return datasets


def _read_one(block: bytes, at: int) -> Dataset:
    if at + _HEADER > len(block):
        raise EmbeddingRefusedError("its IPTC block is cut off")
    record, number, length = struct.unpack_from(">BBH", block, at + 1)
    if length & _EXTENDED:
        raise EmbeddingRefusedError("its IPTC block has a dataset in the extended form")
    end = at + _HEADER + length
    if end > len(block):
        raise EmbeddingRefusedError("its IPTC block is cut off")
    return Dataset(tag=(record, number), value=block[at + _HEADER : end], end=end)


def keywords(block: bytes | None) -> tuple[str, ...]:
    """Return the keywords of a block in their order; none for None.

    Raises:
        EmbeddingRefusedError: The block, or its character set, is not understood.
    """
    datasets = read_datasets(block or b"")
    encoding = _encoding(datasets)
    return tuple(d.value.decode(encoding, "replace") for d in datasets if d.tag == _KEYWORDS)


def cut(keyword: str, encoding: str = "utf-8") -> bytes:
    """Return a keyword cut to 64 bytes, between two characters.

    Raises:
        UnicodeEncodeError: The encoding cannot express it.
    """
    encoded = keyword.encode(encoding)[:MAX_KEYWORD_BYTES]
    return encoded.decode(encoding, "ignore").rstrip().encode(encoding)


def missing(block: bytes | None, wanted: Iterable[str]) -> tuple[str, ...]:
    """Return the wanted keywords that a block lacks and could hold, cut as they would be written.

    Raises:
        EmbeddingRefusedError: The block, or its character set, is not understood.
    """
    datasets = read_datasets(block or b"")
    encoding = _encoding(datasets)
    present = {spelling_key(keyword) for keyword in keywords(block)}
    lacking = (value.decode(encoding) for value in _encoded(wanted, encoding))
    unique = {spelling_key(k): k for k in lacking if spelling_key(k) not in present}
    return tuple(unique.values())


def with_keywords(block: bytes | None, added: Iterable[str]) -> bytes:
    """Return the block with keywords added behind its own.

    A block with nothing but ASCII is marked as UTF-8. A block in another character set keeps it,
    and keywords that it cannot express are left to XMP: to rewrite the user's captions because of
    our keywords would be a damage.

    Raises:
        EmbeddingRefusedError: The block, or its character set, is not understood.
    """
    block = block or b""
    datasets = read_datasets(block)
    encoding = _encoding(datasets)
    new = b"".join(_dataset(_KEYWORDS, value) for value in _encoded(added, encoding))
    place = _place(datasets)
    mark = b""
    if not any(d.tag == _CHARACTER_SET for d in datasets) and _is_ascii(datasets):
        mark = _dataset(_CHARACTER_SET, UTF8)
    if not any(d.tag[0] == _TEXT_RECORD for d in datasets):
        new = _dataset(_RECORD_VERSION, struct.pack(">H", 4)) + new
    first = _first_record_end(datasets)
    return block[:first] + mark + block[first:place] + new + block[place:]


def digest(block: bytes) -> bytes:
    """Return what Photoshop keeps as IPTCDigest: the MD5 of the block."""
    return hashlib.md5(block, usedforsecurity=False).digest()


def holds_only_keywords(block: bytes) -> bool:
    """Return whether a block holds nothing that XMP readers could miss besides keywords."""
    known = {_CHARACTER_SET, _RECORD_VERSION, _KEYWORDS}
    return all(d.tag in known for d in read_datasets(block))


def _encoding(datasets: Sequence[Dataset]) -> str:
    """Return the character set of a block: as marked, else UTF-8 if it is valid, else Latin-1."""
    marks = {d.value for d in datasets if d.tag == _CHARACTER_SET}
    if marks == {UTF8}:
        return "utf-8"
    if marks and not _is_ascii(datasets):
        raise EmbeddingRefusedError("its IPTC block has a character set that is not understood")
    if marks:
        return "ascii"
    try:
        for dataset in _texts(datasets):
            dataset.value.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _texts(datasets: Iterable[Dataset]) -> Iterable[Dataset]:
    return (d for d in datasets if d.tag[0] == _TEXT_RECORD and d.tag[1] not in _BINARY)


def _is_ascii(datasets: Iterable[Dataset]) -> bool:
    return all(d.value.isascii() for d in _texts(datasets))


def _encoded(added: Iterable[str], encoding: str) -> Iterable[bytes]:
    for keyword in added:
        try:
            yield cut(keyword, encoding)
        except UnicodeEncodeError:
            continue


def _place(datasets: Sequence[Dataset]) -> int:
    """Return where keywords go: behind the last dataset that may stand in front of them."""
    ends = [d.end for d in datasets if d.tag <= _KEYWORDS]
    return max(ends, default=0)


def _first_record_end(datasets: Sequence[Dataset]) -> int:
    ends = [d.end for d in datasets if d.tag < _CHARACTER_SET]
    return max(ends, default=0)


def _dataset(tag: tuple[int, int], value: bytes) -> bytes:
    return struct.pack(">BBBH", _TAG, *tag, len(value)) + value
