"""The settings file, which is refused when it holds a secret that others can read."""

from __future__ import annotations

import os
import shlex
import stat
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tagbridge.config_secrets import KEYRING, texts
from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where settings were read; the same settings from elsewhere are the same.

    Attributes:
        file: Its name in messages.
        data: What stands in it.
        fault: Why no secret may be in it, and what to do; empty when nobody else can read it.
        path: The file, which need not exist; None for none.
    """

    file: str = field(default="", compare=False)
    data: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    fault: str = field(default="", compare=False)
    path: Path | None = field(default=None, compare=False)

    def refuse_open_secrets(self, is_secret: Callable[[str, str], bool]) -> None:
        """Fail when a secret stands in the file and others can read it, as ssh does.

        Args:
            is_secret: Says so of a key and its value.

        Raises:
            ConfigError: The message names the keys and the remedy.
        """
        if not self.fault:
            return
        found = [
            key
            for key, text in texts(self.data)
            if text and not text.startswith(KEYRING) and is_secret(key, text)
        ]
        if found:
            raise ConfigError(f"{self.file} holds {', '.join(found)}, but {self.fault}")


def read_file(file: Path, *, required: bool) -> Origin:
    """Return what stands in a file, and whether others can read it.

    Raises:
        ConfigError: It cannot be read.
    """
    try:
        with file.open("rb") as opened:  # what is read is what is judged; a link is followed
            status, content = os.fstat(opened.fileno()), opened.read()
        data = tomllib.loads(content.decode("utf-8-sig"))
    except FileNotFoundError as error:
        if not required:
            return Origin(path=file)
        raise ConfigError(f"there is no configuration file {str(file)!r}") from error
    except OSError as error:
        raise ConfigError(f"{str(file)!r} cannot be read: {error.strerror}") from error
    except ValueError as error:  # it holds the content, and so perhaps keys; its message does not
        raise ConfigError(f"{str(file)!r} is not valid TOML: {error}") from None
    return Origin(file=repr(str(file)), data=data, fault=_fault(file, status), path=file)


def _fault(file: Path, status: os.stat_result) -> str:
    name = shlex.quote(str(file))
    if status.st_uid not in (os.geteuid(), 0):
        owner = f"it belongs to another user (uid {status.st_uid})"
        return f"{owner}; run `chown {os.geteuid()} {name} && chmod 600 {name}`"
    if status.st_mode & _OTHERS:
        mode = stat.S_IMODE(status.st_mode)
        return f"others can read it (mode {mode:04o}); run `chmod 600 {name}`"
    return ""
