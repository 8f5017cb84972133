"""An XML tree that knows where in the text each element stands.

Editing by position leaves every other byte of a packet as its author wrote it: prefixes, quotes,
white space, the order of attributes. Re-serialising would change all of these, and some readers
recognise properties by their spelling (Pillow finds gain maps by `hdrgm:Version="`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from tagbridge.metadata.layout import EmbeddingRefusedError

MAX_DEPTH = 100
MAX_BYTES = 64 << 20
# Room for a thousand strokes of a brush, but not for a bomb: each takes half a kilobyte here.
MAX_ELEMENTS = 200_000

_START_TAG = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*(/?)>""")
_PREFIX = re.compile(rb"<([^\s/>:]+):")
_SEPARATOR = " "


@dataclass(slots=True, kw_only=True)
class Element:
    """An element and its place; positions count bytes from the start of the text.

    Attributes:
        name: `{namespace}local`.
        prefix: As written, without the colon; empty for a default namespace.
        attributes: Values by `{namespace}local`; namespace declarations are not among them.
        start: Its `<`.
        open_end: One behind the `>` of its start tag.
        close_start: The `<` of its end tag; equal to `open_end` when it has none.
        end: One behind its last `>`.
        children: Elements in it, in order.
    """

    name: str
    prefix: str
    attributes: dict[str, str]
    start: int
    open_end: int
    close_start: int = -1
    end: int = -1
    children: list[Element] = field(default_factory=list)
    _texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return all character data directly in it, joined."""
        return "".join(self._texts)

    def take_text(self, data: str) -> None:
        """Add character data behind what is there."""
        self._texts.append(data)

    @property
    def has_end_tag(self) -> bool:
        """Return whether it is written with an end tag and not as `<a/>`."""
        return self.end > self.close_start


class PositionedParser:
    """Parses one text; use `parse`."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._open: list[Element] = []
        self._elements = 0
        self.root: Element | None = None
        self.prefixes: set[tuple[str, str]] = set()
        parser = expat.ParserCreate("UTF-8", _SEPARATOR)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartNamespaceDeclHandler = self._declare
        parser.XmlDeclHandler = self._refuse_other_encodings
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser = parser

    def run(self) -> Element:
        """Parse the text and return its root element."""
        self._parser.Parse(self._text, True)  # noqa: FBT003 - expat's own signature
        if self.root is None:
            raise EmbeddingRefusedError("its XMP is empty")
        return self.root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise EmbeddingRefusedError("its XMP is nested too deeply")
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise EmbeddingRefusedError("its XMP has too many elements")
        start = self._parser.CurrentByteIndex
        tag = _START_TAG.match(self._text, start)
        if tag is None:
            raise EmbeddingRefusedError("its XMP has a start tag that is not understood")
        element = Element(
            name=_braced(name),
            prefix=_prefix(self._text, start),
            attributes={_braced(key): value for key, value in attributes.items()},
            start=start,
            open_end=tag.end(),
        )
        if tag.group(1):
            element.close_start = element.end = tag.end()
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        if element.end < 0:
            element.close_start = self._parser.CurrentByteIndex
            element.end = self._text.index(b">", element.close_start) + 1

    def _characters(self, data: str) -> None:
        if self._open:
            self._open[-1].take_text(data)

    def _declare(self, prefix: str | None, uri: str) -> None:
        self.prefixes.add((prefix or "", uri))

    def _refuse_other_encodings(self, _version: str, encoding: str | None, _alone: int) -> None:
        # We read and write UTF-8; a reader that obeys the declaration would see other letters.
        if encoding is not None and encoding.upper() != "UTF-8":
            raise EmbeddingRefusedError(f"its XMP is declared to be in {encoding}, not UTF-8")

    def _refuse_doctype(self, *_: object) -> None:
        # Entities are the door to bombs and to files of this machine; XMP needs none.
        raise EmbeddingRefusedError("its XMP has a document type declaration")


def parse(text: bytes) -> tuple[Element, frozenset[tuple[str, str]]]:
    """Return the root element of an XML text in UTF-8, and all namespace declarations in it.

    Raises:
        EmbeddingRefusedError: It is not well-formed, too large, nested too deeply, or declares a
            DOCTYPE or another encoding.
    """
    if len(text) > MAX_BYTES:
        raise EmbeddingRefusedError("its XMP is too large")
    parser = PositionedParser(text)
    try:
        root = parser.run()
    except expat.ExpatError as error:
        raise EmbeddingRefusedError(f"its XMP is not well-formed ({error})") from error
    return root, frozenset(parser.prefixes)


def _braced(name: str) -> str:
    uri, separator, local = name.rpartition(_SEPARATOR)
    return f"{{{uri}}}{local}" if separator else local


def _prefix(text: bytes, start: int) -> str:
    name = _PREFIX.match(text, start)
    return name.group(1).decode("utf-8", "replace") if name else ""
