r"""One row of the ledger as one line of text, and back: what `export` writes and `import` reads.

Every line is a JSON object in ASCII. Bytes of a path that are not UTF-8 are escaped as Python does
(`\udcff` for FF), so `os.fsencode` of the decoded text gives the path back. Hashes are
hexadecimal, times seconds since 1970 (UTC), money millionths of the currency. What is stored
compressed is written out: keywords as a list, an answer as text where it is UTF-8, else as base64.
"""

from __future__ import annotations

import json
import math
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagbridge.ledger.packing import packed, packed_list, unpacked, unpacked_list
from tagbridge_hooks.errors import TagbridgeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

FORMAT = "tagbridge ledger"
VERSION = 1
_MOST_INTEGER = 2**63


class BrokenLineError(TagbridgeError):
    """Report a line that cannot be read; nothing of it was taken."""

    def __init__(self, number: int, fault: str) -> None:
        super().__init__(f"line {number} {fault}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one column stands in a line.

    Attributes:
        said: Makes JSON of what the database holds.
        heard: Makes of JSON what the database holds; raises ValueError, TypeError or KeyError.
    """

    said: Callable[[Any], object]
    heard: Callable[[Any], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One member of a line.

    Attributes:
        kind: How its value is written.
        nullable: Whether there may be none.
    """

    kind: Kind
    nullable: bool = False


def _same(value: object) -> object:
    return value


def _exactly(wanted: type) -> Callable[[Any], object]:
    def heard(value: object) -> object:
        if type(value) is not wanted:  # True is no number here
            raise TypeError(f"is not of type {wanted.__name__}")
        return value

    return heard


def _text(value: object) -> object:
    if not isinstance(value, str) or "\x00" in value:  # PostgreSQL's text has no NUL
        raise ValueError("is not text")
    value.encode()
    return value


def _integer(value: object) -> object:
    if type(value) is not int or not -_MOST_INTEGER <= value < _MOST_INTEGER:
        raise ValueError("is not a whole number of 64 bits")
    return value


def _number(value: object) -> object:
    if type(value) not in (int, float) or not math.isfinite(value):  # type: ignore[arg-type]  # checked just before
        raise ValueError("is not a number")
    return float(value)  # type: ignore[arg-type]  # likewise


def _path_said(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def _path_heard(value: str) -> bytes:
    if not value:
        raise ValueError("is empty")
    return value.encode("utf-8", "surrogateescape")


def _hash_of(length: int) -> Callable[[Any], object]:
    def heard(value: str) -> bytes:
        digest = bytes.fromhex(value)
        if len(digest) != length:
            raise ValueError(f"is not a hash of {length} bytes")
        return digest

    return heard


def _headers_heard(value: object) -> str:
    if not isinstance(value, list):
        raise TypeError("is not a list")
    pairs = [(str(_text(name)), str(_text(content))) for name, content in value]
    return json.dumps(pairs, separators=(",", ":"))


def _body_said(value: bytes) -> object:
    body = unpacked(value)
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": b64encode(body).decode()}


def _body_heard(value: Mapping[str, str]) -> bytes:
    if "text" in value:
        return packed(value["text"].encode())
    return packed(b64decode(value["base64"], validate=True))


def _keywords_heard(value: object) -> bytes:
    if not isinstance(value, list):
        raise TypeError("is not a list")
    return packed_list([str(_text(text)) for text in value])


def one_of(*values: object) -> Kind:
    """Return the kind of a member that is one of a few values."""

    def heard(value: object) -> object:
        if value not in values or isinstance(value, bool):
            raise ValueError("is not one of those allowed")
        return value

    return Kind(said=_same, heard=heard)


def numbered(names: Sequence[str]) -> Kind:
    """Return the kind of a member whose values have names, and are stored by their number."""
    return Kind(said=names.__getitem__, heard=names.index)


TEXT = Kind(said=_same, heard=_text)
INTEGER = Kind(said=_same, heard=_integer)
NUMBER = Kind(said=_same, heard=_number)
FLAG = Kind(said=bool, heard=_exactly(bool))
PATH = Kind(said=_path_said, heard=_path_heard)
IDENTITY = Kind(said=bytes.hex, heard=_hash_of(32))
FINGERPRINT = Kind(said=bytes.hex, heard=_hash_of(16))
HEADERS = Kind(said=json.loads, heard=_headers_heard)
BODY = Kind(said=_body_said, heard=_body_heard)
KEYWORDS = Kind(said=unpacked_list, heard=_keywords_heard)


def encoded(kind: str, fields: Mapping[str, Field], row: Mapping[str, Any]) -> bytes:
    """Return the line of one row."""
    line: dict[str, object] = {"kind": kind}
    for name, field in fields.items():
        value = row[name]
        line[name] = None if value is None else field.kind.said(value)
    return json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def special(kind: str, members: Mapping[str, object]) -> bytes:
    """Return a line that stands for no row: the first and the last one."""
    return json.dumps({"kind": kind, **members}, separators=(",", ":")).encode() + b"\n"


def parsed(number: int, line: bytes) -> dict[str, Any]:
    """Return the object in a line.

    Raises:
        BrokenLineError: There is none, or the line does not end.
    """
    if not line.endswith(b"\n"):
        raise BrokenLineError(number, "breaks off in the middle: the file is not whole")
    try:
        value = json.loads(line)
    except ValueError:
        raise BrokenLineError(number, "is not JSON") from None
    if not isinstance(value, dict):
        raise BrokenLineError(number, "is not a JSON object")
    return value


def decoded(number: int, fields: Mapping[str, Field], line: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row that a line stands for.

    Raises:
        BrokenLineError: A member is missing, unknown or wrong.
    """
    unknown = line.keys() - fields.keys() - {"kind"}
    if unknown:
        raise BrokenLineError(number, f"has an unknown member {min(unknown)!r}")
    row: dict[str, Any] = {}
    for name, field in fields.items():
        value = line.get(name)
        if value is None and field.nullable:
            row[name] = None
            continue
        try:
            row[name] = field.kind.heard(value)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise BrokenLineError(number, f"has a wrong value for {name!r}") from None
    return row
