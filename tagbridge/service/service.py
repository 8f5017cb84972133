"""Install the service, take it away, and look at it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from platformdirs import user_config_path

from tagbridge.service.systemctl import ask, tell
from tagbridge.service.unit import MARK, NAME, unit_of
from tagbridge_hooks.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How the service is.

    Attributes:
        unit: Its file.
        installed: Whether that is there.
        current: Whether it is the one that would be installed now.
        enabled: What systemd says of it: `enabled`, `disabled`, ... or `unknown`.
        active: Likewise: `active`, `inactive`, `failed`, ... or `unknown`.
    """

    unit: Path
    installed: bool
    current: bool
    enabled: str
    active: str


def unit_file() -> Path:
    """Return where the unit is, or would be."""
    return user_config_path("systemd") / "user" / NAME


def command_of(config: Path | None, state: Path | None) -> list[str]:
    """Return the command of the service, the same wherever it is started."""
    options = [
        word
        for option, path in (("--config", config), ("--state", state))
        if path is not None
        for word in (option, str(path.absolute()))
    ]
    # -P: a folder of photos may hold anything, nothing of it is a module.
    return [sys.executable, "-P", "-m", "tagbridge", *options, "watch"]


def write(text: str) -> None:
    """Write the unit; one that somebody else made stays.

    Raises:
        ConfigError: There is such a one, or it cannot be written.
    """
    file = unit_file()
    _refuse_foreign(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(f".{os.getpid()}")
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from error


def start() -> None:
    """Have systemd start it, now and at each login.

    Raises:
        NoSystemdError: It did not.
    """
    tell("daemon-reload")
    tell("enable", NAME)
    tell("restart", NAME)  # what ran before was perhaps another version


def remove() -> bool:
    """Remove the unit, and return whether there was one.

    Raises:
        ConfigError: Somebody else made it.
    """
    file = unit_file()
    if not file.exists():
        return False
    _refuse_foreign(file)
    file.unlink()
    return True


def look(config: Path | None, state: Path | None) -> Found:
    """Return how the service is."""
    file = unit_file()
    there = file.is_file()
    text = file.read_text(encoding="utf-8", errors="replace") if there else ""
    return Found(
        unit=file,
        installed=there,
        current=there and text == unit_of(command_of(config, state)),
        enabled=ask("is-enabled", NAME),
        active=ask("is-active", NAME),
    )


def unheard(environment: Mapping[str, str]) -> list[str]:
    """Return the names of variables that hold settings, of which the service will not know."""
    known = {"TAGBRIDGE_CONFIG", "TAGBRIDGE_STATE"}
    return sorted(n for n in environment if n.upper().startswith("TAGBRIDGE_") and n not in known)


def _refuse_foreign(file: Path) -> None:
    if file.exists() and MARK not in file.read_text(encoding="utf-8", errors="replace"):
        raise ConfigError(f"{file} was not made by tagbridge; move it away first")
