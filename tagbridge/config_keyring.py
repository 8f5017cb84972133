"""Secrets that live in the keyring of the system, where the settings only say `keyring:`."""

from __future__ import annotations

import shlex

from tagbridge.config_secrets import KEYRING
from tagbridge_hooks import ConfigError

_SERVICE = "tagbridge"


def from_keyring(key: str, reference: str) -> str:
    """Return the secret that a setting refers to.

    Args:
        key: The setting, such as `providers.acme.api_key`.
        reference: `keyring:`, for the entry of that name, or `keyring:SERVICE/USER`.

    Raises:
        ConfigError: There is no keyring, no such entry, or it is locked; the message says what to
            do.
    """
    service, user = _entry(key, reference)
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        remedy = "install it with `pip install 'tagbridge[keyring]'`"
        raise ConfigError(f"{key} is in the keyring, whose library is missing; {remedy}") from error
    try:
        secret = keyring.get_password(service, user)
    except Exception as error:  # a stranger's backend may raise anything, and say anything
        raise ConfigError(
            f"{key} cannot be read from the keyring ({type(error).__name__}); is there one, and is "
            "it unlocked? `keyring diagnose` tells"
        ) from error
    if not secret:
        command = shlex.join(("keyring", "set", service, user))
        raise ConfigError(f"{key} is not in the keyring; put it there with `{command}`")
    return secret


def _entry(key: str, reference: str) -> tuple[str, str]:
    named = reference.removeprefix(KEYRING)
    if not named:
        return _SERVICE, key
    service, _, user = named.rpartition("/")  # a service may be an address
    if not service or not user:
        raise ConfigError(f"{key} is wrong: it must be `keyring:` or `keyring:SERVICE/USER`")
    return service, user
