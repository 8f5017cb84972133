"""Read the vocabulary that the settings name."""

from __future__ import annotations

import gc
import logging
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from tagbridge.vocabulary.entries import FaultError
from tagbridge.vocabulary.keyword_list import read_keyword_list
from tagbridge.vocabulary.rules_file import RulesFile, read_rules
from tagbridge.vocabulary.translating import translated, translations
from tagbridge.vocabulary.vocabulary import vocabulary_of
from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tagbridge.vocabulary.entries import Entry
    from tagbridge.vocabulary.vocabulary import Vocabulary

T = TypeVar("T")

log = logging.getLogger(__name__)


def read_vocabulary(path: Path, language: str = "") -> Vocabulary:
    """Return the vocabulary of a file: TOML rules if its name ends so, else a Lightroom list.

    Args:
        path: The file.
        language: In which its keywords are written; empty for as it has them.

    Raises:
        ConfigError: It is missing or broken; the message names the file and the line.
    """
    with _no_search_for_garbage():
        rules = _rules(path)
        entries = _spoken(path, rules.entries, language)
        vocabulary = vocabulary_of(entries, only=rules.only, blocked=rules.blocked)
        vocabulary = replace(vocabulary, translated=translations(rules.entries, entries))
    _warn(path, rules.entries)
    if not vocabulary.terms and (vocabulary.only or not vocabulary.blocked):
        raise ConfigError(f"keywords.vocabulary: {str(path)!r} holds no keyword")
    return vocabulary


def read_entries(path: Path, language: str = "") -> list[Entry]:
    """Return the keywords of a vocabulary as its file says them, with all their other names.

    Args:
        path: The file.
        language: In which its keywords are written; empty for as it has them.

    Raises:
        ConfigError: It is missing or broken; the message names the file and the line.
    """
    return _spoken(path, _rules(path).entries, language)


def _spoken(path: Path, entries: list[Entry], language: str) -> list[Entry]:
    if not language:
        return entries
    known = sorted({n.language for entry in entries for n in entry.names if n.language})
    if language not in known:
        others = f"; it has {', '.join(known)}" if known else ""
        raise ConfigError(
            f"keywords.language: {str(path)!r} has no translations into {language!r}{others}"
        )
    return translated(entries, language)


@contextmanager
def _no_search_for_garbage() -> Iterator[None]:
    """Save half of the time: of what a large vocabulary is made of, nearly all stays."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _rules(path: Path) -> RulesFile:
    if path.suffix.lower() != ".toml":
        return RulesFile(entries=_understood(path, read_keyword_list))
    rules = _understood(path, read_rules)
    if not rules.keyword_list:
        return rules
    return replace(rules, entries=_understood(path.parent / rules.keyword_list, read_keyword_list))


def _understood(path: Path, read: Callable[[str], T]) -> T:
    try:
        return read(_text(path))
    except FaultError as fault:
        where = f"{str(path)!r}" + (f" line {fault.line}" if fault.line else "")
        raise ConfigError(f"keywords.vocabulary: {where}: {fault}") from fault


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise FaultError("there is no such file; correct its name in the settings") from error
    except OSError as error:
        raise FaultError(f"it cannot be read: {error.strerror}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FaultError("it is not UTF-8; save the file in that encoding", line) from error


def _warn(path: Path, entries: Sequence[Entry]) -> None:
    altered = [entry for entry in entries if entry.altered]
    if altered:
        log.warning(
            "%s: %d keywords hold signs that other programs take for separators; %r is written %r",
            *(path, len(altered), altered[0].altered, altered[0].path[-1]),
        )
