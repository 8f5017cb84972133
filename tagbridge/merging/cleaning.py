"""Clean what a provider says, each kind in its way: it is hostile until it is cleaned.

Each function returns None for what nothing is left of.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from tagbridge.spelling import cleaned, cleaned_lines, cleaned_sentence, spelling_key
from tagbridge_hooks.recognition import SensitivityKind

if TYPE_CHECKING:
    from collections.abc import Container

    from tagbridge_hooks import Caption, Color, Keyword, Person, Quality, Sensitivity, TextLine

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
_KINDS = frozenset(get_args(SensitivityKind))


def clean_keyword(keyword: Keyword, blocked: Container[str] = frozenset()) -> Keyword | None:
    """Return a keyword without what is blocked; a borrowed one has no place in this picture."""
    text = cleaned(keyword.text)
    if text is None or spelling_key(text) in blocked:
        return None
    broader = (level for b in keyword.broader if (level := cleaned(b)) is not None)
    return replace(
        keyword,
        text=text,
        broader=tuple(level for level in broader if spelling_key(level) not in blocked),
        language=_language(keyword.language),
        region=None if keyword.borrowed else keyword.region,
    )


def clean_person(person: Person) -> Person | None:
    """Return a person; one whose name cannot be written has none."""
    return replace(person, name=cleaned(person.name) if person.name is not None else None)


def clean_text(line: TextLine) -> TextLine | None:
    """Return text of the picture with its punctuation and line breaks."""
    text = cleaned_lines(line.text)
    return None if text is None else replace(line, text=text)


def clean_color(color: Color) -> Color | None:
    """Return a colour whose value is one."""
    if not _HEX.fullmatch(color.hex):
        return None
    return replace(color, hex=color.hex.lower(), name=cleaned(color.name or ""))


def clean_caption(caption: Caption) -> Caption | None:
    """Return a sentence in one line."""
    text = cleaned_sentence(caption.text)
    if text is None:
        return None
    return replace(caption, text=text, language=_language(caption.language))


def clean_sensitivity(sensitivity: Sensitivity) -> Sensitivity | None:
    """Return a warning of a kind that there is."""
    return sensitivity if sensitivity.kind in _KINDS else None


def clean_quality(quality: Quality) -> Quality | None:
    """Return a judgement that says what it judges."""
    kind = cleaned(quality.kind)
    return None if kind is None else replace(quality, kind=kind)


def _language(tag: str | None) -> str | None:
    return tag if tag is not None and _LANGUAGE.fullmatch(tag) else None
