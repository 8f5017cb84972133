"""Sentences about the picture, and the text in it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from tagbridge.metadata.additions.addition import Addition
from tagbridge.metadata.described import TEXT_PREFIX
from tagbridge.metadata.edit import PropertyEdit
from tagbridge.metadata.properties import (
    ALT_TEXT,
    DESCRIPTION,
    EXTENDED_DESCRIPTION,
    OCR_TEXT,
    TITLE,
)
from tagbridge.metadata.results import KINDS, result_of
from tagbridge.spelling import sentence
from tagbridge_hooks import Source, Sourced, TextLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagbridge.metadata.additions.rules import DescribeRules
    from tagbridge.metadata.existing import Existing
    from tagbridge_hooks import Caption, TagSet

MAX_TEXT_BYTES = 8192
_MAX_SENTENCE_BYTES = 2000


def plan_sentences(
    existing: Existing, tagset: TagSet, rules: DescribeRules, when: str
) -> Iterator[Addition]:
    """Yield the alternative text, the description and the title, where there is none."""
    wanted = (
        (rules.alt_text, ALT_TEXT, "caption"),
        (rules.description, DESCRIPTION, "caption"),
        (rules.title, TITLE, "title"),
    )
    for asked, target, sort in wanted:
        best, kind = _best(tagset, sort), KINDS[target]
        if not asked or best is None or existing.has_decided(kind, target):
            continue
        text = _cut(sentence(best.value.text), _MAX_SENTENCE_BYTES)
        edit = PropertyEdit(target=target, xml=_default_language(text))
        yield Addition(part="captions", edits=(edit,), results=(result_of(kind, text, best, when),))


def plan_text(existing: Existing, tagset: TagSet, when: str) -> Iterator[Addition]:
    """Yield the text that can be read in the picture, unless that was decided before."""
    lines = _lines(tagset)
    text = _cut("\n".join(sentence(line.value.text) for line in lines), MAX_TEXT_BYTES)
    if not text or existing.has_decided("text", OCR_TEXT):
        return
    edits = [PropertyEdit(target=OCR_TEXT, text=text)]
    if EXTENDED_DESCRIPTION not in existing.described.decided:
        content = _default_language(TEXT_PREFIX + text)
        edits.append(PropertyEdit(target=EXTENDED_DESCRIPTION, xml=content))
    result = result_of("text", "", _joined(lines), when)
    yield Addition(part="text", edits=tuple(edits), results=(result,))


def _best(tagset: TagSet, kind: str) -> Sourced[Caption] | None:
    """Return the surest sentence of a kind, the first among equals; None when there is none."""
    usable = (c for c in tagset.captions if c.value.kind == kind and sentence(c.value.text))
    return max(usable, key=lambda c: c.value.confidence or 0.0, default=None)


def _lines(tagset: TagSet) -> list[Sourced[TextLine]]:
    """Return the lines that one provider reads, the one who reads most: others read the same."""
    length: Counter[str] = Counter()
    readable = [t for t in tagset.text if sentence(t.value.text)]
    for line in readable:
        length.update({source.provider: len(line.value.text) for source in line.sources})
    most = max(length, key=lambda provider: length[provider], default="")
    return [t for t in readable if any(s.provider == most for s in t.sources)]


def _joined(lines: list[Sourced[TextLine]]) -> Sourced[TextLine]:
    """Return who said all the lines; as sure as the least sure of them."""
    sources: dict[str, Source] = {s.provider: s for line in lines for s in line.sources}
    sure = [line.value.confidence for line in lines if line.value.confidence is not None]
    value = TextLine(text="", confidence=min(sure, default=None))
    return Sourced(value=value, sources=tuple(sources[name] for name in sorted(sources)))


def _default_language(text: str) -> str:
    # One item alone: of exactly two, Adobe's toolkit overwrites the second with the first.
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore").rstrip()
