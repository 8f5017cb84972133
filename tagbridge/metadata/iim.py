"""IPTC-IIM datasets: the keywords that old readers, stock agencies and PhotoPrism look for.

Datasets are appended byte by byte; none of the file's own is ever rewritten. Source: IPTC
Information Interchange Model 4.2, sections 1.5, 2.2, 6.
"""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata.layout import EmbeddingRefusedError
from tagbridge.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_KEYWORD_BYTES = 64
UTF8 = b"\x1b%G"  # ESC % G, ISO 2022

# XML cannot hold most of these, and no keyword means them.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]+")
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

    Control characters, such as the zeros with which some programs fill up, are left out; so are
    keywords that are not in the character set they are said to be in.

    Raises:
        EmbeddingRefusedError: The block, or its character set, is not understood.
    """
    encoding = _encoding(read_datasets(block or b""))
    texts = (_decoded(value, encoding) for value in keyword_values(block))
    return tuple(_without_controls(text) for text in texts if text is not None)


def keyword_values(block: bytes | None) -> tuple[bytes, ...]:
    """Return the keywords of a block as bytes, in its character set; none for None.

    Raises:
        EmbeddingRefusedError: The block is not understood.
    """
    return tuple(d.value for d in read_datasets(block or b"") if d.tag == _KEYWORDS)


def cut(keyword: str, encoding: str = "utf-8") -> bytes:
    """Return a keyword cut to 64 bytes, between two characters.

    Raises:
        UnicodeEncodeError: The encoding cannot express it.
    """
    encoded = _without_controls(keyword).encode(encoding)[:MAX_KEYWORD_BYTES]
    return encoded.decode(encoding, "ignore").rstrip().encode(encoding)


def short_forms(keyword: str) -> frozenset[str]:
    """Return the `spelling_key` of all forms that a keyword of XMP may have in a block."""
    one_byte_each = _without_controls(keyword)[:MAX_KEYWORD_BYTES]
    forms = (keyword, cut(keyword).decode(), one_byte_each)
    return frozenset(map(spelling_key, forms))


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

    A block that is UTF-8, or nothing but ASCII, is marked as such, without which ExifTool and all
    who use it show it garbled. A block in another character set keeps it, and keywords that it
    cannot express are left to XMP: to rewrite the user's captions because of our keywords would be
    a damage.

    Raises:
        EmbeddingRefusedError: The block, or its character set, is not understood.
    """
    block = block or b""
    datasets = read_datasets(block)
    encoding = _encoding(datasets)
    new = b"".join(_dataset(_KEYWORDS, value) for value in _encoded(added, encoding))
    place = _place(datasets)
    mark = b""
    if not any(d.tag == _CHARACTER_SET for d in datasets) and encoding == "utf-8":
        mark = _dataset(_CHARACTER_SET, UTF8)
    if not any(d.tag[0] == _TEXT_RECORD for d in datasets):
        new = _dataset(_RECORD_VERSION, struct.pack(">H", 4)) + new
    first = _first_record_end(datasets)
    return block[:first] + mark + block[first:place] + new + block[place:]


def without_keywords(block: bytes, gone: Iterable[str]) -> bytes:
    """Return the block without keywords that stand in it as we would write them.

    Raises:
        EmbeddingRefusedError: The block, or its character set, is not understood.
    """
    datasets = read_datasets(block)
    values = set(_encoded(gone, _encoding(datasets)))
    cuts = [d for d in datasets if d.tag == _KEYWORDS and d.value in values]
    at, pieces = 0, []
    for dataset in cuts:
        pieces.append(block[at : dataset.end - _HEADER - len(dataset.value)])
        at = dataset.end
    return b"".join([*pieces, block[at:]])


def says_nothing(block: bytes) -> bool:
    """Return whether a block holds nothing but its character set and version."""
    return all(d.tag in (_CHARACTER_SET, _RECORD_VERSION) for d in read_datasets(block))


def digest(block: bytes) -> bytes:
    """Return what Photoshop keeps as IPTCDigest: the MD5 of the block."""
    return hashlib.md5(block, usedforsecurity=False).digest()


def holds_only_keywords(block: bytes) -> bool:
    """Return whether a block holds nothing that XMP readers could miss besides keywords."""
    known = {_CHARACTER_SET, _RECORD_VERSION, _KEYWORDS}
    return all(d.tag in known for d in read_datasets(block))


def _encoding(datasets: Sequence[Dataset]) -> str:
    """Return the character set of a block: as marked, else the first one that fits.

    Windows programs mean their own extension of Latin-1, which lacks five characters.
    """
    marks = {d.value for d in datasets if d.tag == _CHARACTER_SET}
    if marks == {UTF8}:
        return "utf-8"
    if marks and not _is_ascii(datasets):
        raise EmbeddingRefusedError("its IPTC block has a character set that is not understood")
    if marks:
        return "ascii"
    candidates = (e for e in ("utf-8", "cp1252") if _fits(e, datasets))
    return next(candidates, "latin-1")


def _fits(encoding: str, datasets: Iterable[Dataset]) -> bool:
    # A keyword that fills its field may have been cut inside a character.
    return all(
        len(d.value) == MAX_KEYWORD_BYTES or _is_valid(d.value, encoding) for d in _texts(datasets)
    ) and all(_decoded(d.value, encoding) is not None for d in _texts(datasets))


def _is_valid(value: bytes, encoding: str) -> bool:
    try:
        value.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(value: bytes, encoding: str) -> str | None:
    """Return a text, without a character that is cut off at its end; None if it is no text."""
    try:
        return value.decode(encoding)
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return None
        return value[: error.start].decode(encoding)


def _without_controls(text: str) -> str:
    return _CONTROLS.sub(" ", text).strip() if _CONTROLS.search(text) else text


def _texts(datasets: Iterable[Dataset]) -> Iterable[Dataset]:
    return (d for d in datasets if d.tag[0] == _TEXT_RECORD and d.tag[1] not in _BINARY)


def _is_ascii(datasets: Iterable[Dataset]) -> bool:
    return all(d.value.isascii() for d in _texts(datasets))


def _encoded(added: Iterable[str], encoding: str) -> Iterable[bytes]:
    for keyword in added:
        try:
            value = cut(keyword, encoding)
        except UnicodeEncodeError:
            continue
        if value:
            yield value


def _place(datasets: Sequence[Dataset]) -> int:
    """Return where keywords go: behind the last dataset that may stand in front of them."""
    ends = [d.end for d in datasets if d.tag <= _KEYWORDS]
    return max(ends, default=0)


def _first_record_end(datasets: Sequence[Dataset]) -> int:
    ends = [d.end for d in datasets if d.tag < _CHARACTER_SET]
    return max(ends, default=0)


def _dataset(tag: tuple[int, int], value: bytes) -> bytes:
    return struct.pack(">BBBH", _TAG, *tag, len(value)) + value
