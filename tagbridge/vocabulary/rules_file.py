"""Read a vocabulary from TOML rules.

[rules]
only = true                     # drop what is not a keyword here
blocked = ["person"]
list = "keywords.txt"           # a Lightroom keyword list instead of the keywords below

[[keyword]]
text = "Dog"
broader = ["Animal"]            # its ancestors, the most general first
synonyms = ["hound", "canine"]
plural = "dogs"
translations = { de = "Hund" }
category = false                # true: a level that is not a keyword itself
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from tagbridge.config_errors import unknown_key
from tagbridge.spelling import spelling_key
from tagbridge.vocabulary.entries import Entry, FaultError, Name, writable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_HEADER = re.compile(r"[ \t]*\[\[[ \t]*keyword[ \t]*\]\]")


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}$", to_lower=True)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Rules(_Table):
    only: bool = False
    blocked: Words = ()
    list: str = ""


class _Keyword(_Table):
    text: str
    broader: Words = ()
    category: bool = False
    synonyms: Words = ()
    plural: Words = ()
    translations: dict[Language, Words] = Field(default_factory=dict)

    @property
    def names(self) -> tuple[Name, ...]:
        """Return what it is also called."""
        here = (Name(text=text) for text in (*self.synonyms, *self.plural))
        abroad = (
            Name(text=text, language=language)
            for language, texts in self.translations.items()
            for text in texts
        )
        return (*here, *abroad)


class _File(_Table):
    rules: _Rules = _Rules()
    keyword: tuple[_Keyword, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesFile:
    """What TOML rules say.

    Attributes:
        entries: The keywords in their order.
        only: True when other keywords are dropped.
        blocked: Words that are never written.
        keyword_list: A Lightroom keyword list that holds the keywords instead; empty for none.
    """

    entries: list[Entry]
    only: bool = False
    blocked: tuple[str, ...] = ()
    keyword_list: str = ""


def read_rules(text: str) -> RulesFile:
    """Return what a file of rules says.

    Raises:
        FaultError: It is not TOML, or something in it is wrong.
    """
    try:
        file = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise FaultError(f"it is not valid TOML: {error}") from error
    except ValidationError as error:
        raise _fault(error, _header_lines(text)) from error
    rules, lines = file.rules, _header_lines(text)
    if rules.list and file.keyword:
        raise FaultError(
            "keywords stand here and in rules.list; leave one of them", _line_of(0, lines)
        )
    return RulesFile(
        entries=_entries(file.keyword, lines),
        only=rules.only,
        blocked=rules.blocked,
        keyword_list=rules.list,
    )


def _header_lines(text: str) -> list[int]:
    """Return the line of each keyword's header."""
    return [n for n, line in enumerate(text.split("\n"), 1) if _HEADER.match(line)]


def _fault(error: ValidationError, lines: Sequence[int]) -> FaultError:
    """Return the first thing that is wrong; of a keyword, the line and the key within it."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where, line = first["loc"], None
    table: type[_Table] = _Rules if where[0] == "rules" else _File
    match where:
        case ("keyword", int(number), *rest) if rest:
            where, table, line = tuple(rest), _Keyword, _line_of(number, lines)
    key = ".".join(map(str, where))
    if first["type"] == "extra_forbidden":
        return FaultError(f"{key} {unknown_key(str(where[-1]), list(table.model_fields))}", line)
    if first["type"] == "missing":
        return FaultError(f"{key} is not set", line)
    return FaultError(f"{key} is wrong: {first['msg'][0].lower()}{first['msg'][1:]}", line)


def _line_of(number: int, lines: Sequence[int]) -> int | None:
    return lines[number] if number < len(lines) else None


def _entries(keywords: Sequence[_Keyword], lines: Sequence[int]) -> list[Entry]:
    tops: dict[str, list[_Keyword]] = {}
    for keyword in keywords:
        tops.setdefault(spelling_key(keyword.text), []).append(keyword)
    return list(_placed(keywords, tops, lines))


def _placed(
    keywords: Sequence[_Keyword], tops: Mapping[str, list[_Keyword]], lines: Sequence[int]
) -> Iterator[Entry]:
    for number, keyword in enumerate(keywords):
        line = _line_of(number, lines)
        text, altered = writable(keyword.text, line)
        broader = _path_above(keyword, tops, line)
        yield Entry(
            path=(*(writable(level, line)[0] for level in broader), text),
            category=keyword.category,
            names=keyword.names,
            altered=altered,
        )


def _path_above(
    keyword: _Keyword, tops: Mapping[str, list[_Keyword]], line: int | None
) -> tuple[str, ...]:
    """Return all ancestors of a keyword: above the first that it names, those of that one."""
    path = keyword.broader
    seen = {spelling_key(keyword.text)}
    while path:
        top = spelling_key(path[0])
        if top in seen:
            circle = " < ".join((*path, keyword.text))
            raise FaultError(f"{keyword.text!r} is above itself: {circle}", line)
        seen.add(top)
        higher = {known.broader for known in tops.get(top, ())}
        if len(higher) > 1:
            raise FaultError(
                f"{path[0]!r} is in {len(higher)} places; begin broader with what is above it", line
            )
        above = higher.pop() if higher else ()
        if not above:
            break
        path = (*above, *path)
    return path
