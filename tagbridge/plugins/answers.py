"""Say what is wrong with a plugin's answer, before the core builds on it."""

from __future__ import annotations

from tagbridge_hooks import (
    Caption,
    Color,
    Command,
    Keyword,
    Person,
    Quality,
    Rendition,
    Sensitivity,
    Source,
    Sourced,
    TagSet,
    TextLine,
)

_VALUES: dict[str, type] = {
    "keywords": Keyword,
    "persons": Person,
    "text": TextLine,
    "colors": Color,
    "captions": Caption,
    "sensitivities": Sensitivity,
    "qualities": Quality,
}


def fault_of_commands(answer: object) -> str:
    """Return what keeps an answer from being the commands of a plugin; empty when nothing does."""
    if not isinstance(answer, list | tuple):
        return f"{type(answer).__name__}, not a list of Command"
    if not all(isinstance(item, Command) for item in answer):
        return "a list with something else than a Command"
    names = [item.name for item in answer]
    return "" if len(set(names)) == len(names) else "two commands of one name"


def fault_of_rendition(answer: object) -> str:
    """Return what keeps an answer from being a rendition; empty when nothing does."""
    if not isinstance(answer, Rendition):
        return f"{type(answer).__name__}, not a Rendition or None"
    if not isinstance(answer.data, bytes) or not answer.data:
        return "a Rendition without data (bytes)"
    if not all(isinstance(edge, int) and edge >= 1 for edge in (answer.width, answer.height)):
        return f"a Rendition of {answer.width} x {answer.height} pixels"
    return ""


def fault_of_tagset(answer: object) -> str:
    """Return what keeps an answer from being a tag set; empty when nothing does."""
    if not isinstance(answer, TagSet):
        return f"{type(answer).__name__}, not a TagSet or None"
    for field, kind in _VALUES.items():
        items = getattr(answer, field)
        if not isinstance(items, tuple):
            return f"a TagSet whose {field} are not a tuple but {type(items).__name__}"
        if not all(_is_sourced(item, kind) for item in items):
            return f"a TagSet whose {field} are not all a Sourced {kind.__name__} with its sources"
    return ""


def _is_sourced(item: object, kind: type) -> bool:
    return (
        isinstance(item, Sourced)
        and isinstance(item.value, kind)
        and isinstance(item.sources, tuple)
        and bool(item.sources)
        and all(isinstance(source, Source) for source in item.sources)
    )
