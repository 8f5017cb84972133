"""The settings of one provider: its table, checked against what its plugin declares."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_origin

from pydantic import ValidationError

from tagbridge.config_errors import explained
from tagbridge.config_keyring import from_keyring
from tagbridge.config_secrets import KEYRING, secret_keys
from tagbridge_hooks import ConfigError, ProviderInfo, ProviderSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from tagbridge.config import Settings


def provider_settings(
    info: ProviderInfo, settings: Settings, *, with_keys: bool = True
) -> ProviderSettings:
    """Return the validated settings of one provider.

    Args:
        info: What the provider declares.
        settings: All that the user has set.
        with_keys: False leaves secrets in the keyring, for those who have no use for them.

    Raises:
        ConfigError: A key or a value of its table is wrong, others can read a secret of it, or the
            keyring does not have it.
    """
    prefix, secret = f"providers.{info.name}.", secret_keys(info.settings)
    settings.refuse_open_secrets({prefix + key for key in secret})
    table = _with_lists(settings.providers.get(info.name, {}), info.settings)
    if with_keys:
        for key in sorted(secret & table.keys()):
            if isinstance(table[key], str) and table[key].startswith(KEYRING):
                table[key] = from_keyring(prefix + key, table[key])
    try:
        return info.settings.model_validate(table)
    except ValidationError as error:
        raise ConfigError(explained(error, info.settings, prefix)) from error


def _with_lists(table: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """Return a provider's table with the lists that the environment gives as JSON."""
    lists = {
        key
        for key, field in model.model_fields.items()
        if get_origin(field.annotation) in (tuple, list, set, frozenset, dict)
    }
    return {key: _parsed(value) if key in lists else value for key, value in table.items()}


def _parsed(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value  # the model says what is wrong with it
