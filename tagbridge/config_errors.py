"""What is wrong with settings, said so that their owner can mend them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.config_secrets import secret_keys

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

_IN_WORDS_OF_THE_PLUGIN = ("value_error", "assertion_error")


def explained(error: ValidationError, model: type[BaseModel], prefix: str) -> str:
    """Return one line for each wrong key, with the nearest known one; never a value of a secret."""
    lines = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        key = prefix + ".".join(str(part) for part in fault["loc"])
        lines.append(f"{key} {_said(fault['type'], fault['msg'], fault['loc'], model)}")
    return "\n".join(lines)


def _said(kind: str, message: str, location: tuple[int | str, ...], model: type[BaseModel]) -> str:
    if kind == "extra_forbidden":
        return unknown_key(str(location[-1]), _known_keys(model, location[:-1]))
    if kind == "missing":
        return "is not set"
    if kind in _IN_WORDS_OF_THE_PLUGIN and location and location[0] in secret_keys(model):
        return "is wrong"  # the words may repeat the value
    return f"is wrong: {message[0].lower()}{message[1:]}"


def unknown_key(key: str, known: list[str]) -> str:
    """Return what to say of a key that is not a setting."""
    import difflib  # noqa: PLC0415 - most settings are right

    nearest = difflib.get_close_matches(key, known, n=1)
    return "is not a setting" + (f"; did you mean {nearest[0]}?" if nearest else "")


def _known_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    for part in location:
        field = model.model_fields.get(str(part))
        if field is None or not isinstance(field.annotation, type):
            return []
        model = field.annotation
    return list(model.model_fields)
