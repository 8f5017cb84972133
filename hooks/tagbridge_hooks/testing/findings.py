"""Say what is wrong with a declaration or a recognition, in sentences for the plugin's author."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from tagbridge_hooks.providers import Capability, ProviderInfo
from tagbridge_hooks.recognition import (
    Caption,
    Color,
    Keyword,
    Person,
    Quality,
    Recognition,
    Sensitivity,
    SensitivityKind,
    TextLine,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagbridge_hooks.providers import ProviderSettings

_SECRET = re.compile(r"(^|_)(key|token|secret|password|credentials?)(_|$)")
_HEX = re.compile(r"#[0-9a-f]{6}\Z")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_KINDS: dict[str, tuple[type, Capability]] = {
    "keywords": (Keyword, Capability.KEYWORDS),
    "persons": (Person, Capability.PERSONS),
    "text": (TextLine, Capability.TEXT),
    "colors": (Color, Capability.COLORS),
    "captions": (Caption, Capability.CAPTIONS),
    "sensitivities": (Sensitivity, Capability.SENSITIVITY),
    "qualities": (Quality, Capability.QUALITY),
}


def of_info(info: ProviderInfo) -> Iterator[str]:
    """Yield what is wrong with what a plugin declares."""
    if not info.title:
        yield "`title` is empty; people see it in `tagbridge providers`"
    if not info.homepage.startswith(("https://", "http://")):
        yield f"`homepage` is {info.homepage!r}; give the address of a page about the service"
    if not info.capabilities or not all(isinstance(one, Capability) for one in info.capabilities):
        yield "`capabilities` must be a set of `Capability`, with at least one"
    limits = (info.limits.requests_per_second, info.limits.concurrency, info.limits.daily_calls)
    if any(limit is not None and limit <= 0 for limit in limits):
        yield "every value of `limits` must be above 0; None means that there is no limit"
    if info.price and not (info.price.amount >= 0 and _CURRENCY.match(info.price.currency)):
        yield "`price` must be an amount of 0 or more and a code such as EUR"


def of_settings(settings: ProviderSettings, table: Mapping[str, object]) -> Iterator[str]:
    """Yield what is wrong with settings that were made from a table."""
    shown = f"{settings!r} {settings}"
    for name, field in type(settings).model_fields.items():
        if _SECRET.search(name) and field.annotation in {str, str | None}:
            yield f"`{name}` looks like a secret; make it a `SecretStr`, so that no log shows it"
    for name, value in table.items():
        if _SECRET.search(name) and isinstance(value, str) and value and value in shown:
            yield f"repr() and str() of the settings show `{name}`; make it a `SecretStr`"


def of_recognition(answer: object, info: ProviderInfo) -> Iterator[str]:
    """Yield what is wrong with what `recognize` returned."""
    if not isinstance(answer, Recognition):
        yield f"`recognize` must return a `Recognition`, not {type(answer).__name__}"
        return
    if answer.provider != info.name:
        yield f"`provider` must be {info.name!r}, the name it declares, not {answer.provider!r}"
    if not (isinstance(answer.model, str) and answer.model.strip()):
        yield "`model` must say which model answered; it is kept with every value written"
    for field, (kind, capability) in _KINDS.items():
        items = getattr(answer, field)
        if not isinstance(items, tuple) or not all(isinstance(item, kind) for item in items):
            yield f"`{field}` must be a tuple of `{kind.__name__}`"
        elif items and capability not in info.capabilities:
            yield f"it gives {field}, but does not declare `Capability.{capability.name}`"
        else:
            yield from _of_items(items)


def _of_items(items: tuple[object, ...]) -> Iterator[str]:
    for item in items:
        if isinstance(item, (Keyword, TextLine, Caption)) and not item.text.strip():
            yield f"a `{type(item).__name__}` has no text; leave it out"
        if isinstance(item, Keyword) and not isinstance(item.broader, tuple):
            yield "`broader` of a `Keyword` must be a tuple, the most general word first"
        if isinstance(item, Color) and not _HEX.match(item.hex):
            yield f"`hex` of a `Color` must look like #1e90ff, not {item.hex!r}"
        if isinstance(item, Sensitivity):
            yield from _of_sensitivity(item)


def _of_sensitivity(item: Sensitivity) -> Iterator[str]:
    if item.kind not in get_args(SensitivityKind):
        yield f"`kind` of a `Sensitivity` must be one of {', '.join(get_args(SensitivityKind))}"
    if item.confidence is None:
        yield "`confidence` of a `Sensitivity` must be a number from 0 to 1"
