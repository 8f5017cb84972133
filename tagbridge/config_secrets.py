"""Which settings are secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, get_args

from pydantic import SecretBytes, SecretStr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

KEYRING = "keyring:"
"""How a value begins that only says where the secret is."""

_NAME = re.compile(r"(?i)[._-](api)?(key|token|secret|pass(word|wd|phrase)?|credential)s?$")
# postgresql://user:password@host and postgresql://host/name?password=...
_PASSWORD = re.compile(r"://[^:/@]*:[^@]+@|[?&](ssl)?password=.")


def secret_keys(model: type[BaseModel]) -> frozenset[str]:
    """Return the keys of a provider's table whose values nobody may see."""
    fields = model.model_fields.items()
    return frozenset(name for name, field in fields if _is_secret_type(field.annotation))


def looks_secret(key: str, text: str) -> bool:
    """Return whether a setting is a secret, as far as can be told without the provider's plugin."""
    named = key.startswith("providers.") and _NAME.search(key) is not None
    return named or _PASSWORD.search(text) is not None


def texts(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield all texts in settings, each with its key as messages name it."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from texts(inner, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, key)


def _is_secret_type(annotation: object) -> bool:
    if annotation in (SecretStr, SecretBytes):
        return True
    return any(map(_is_secret_type, get_args(annotation)))
