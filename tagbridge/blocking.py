"""The blocked words of the settings file: as it says now, and changed without touching the rest."""

from __future__ import annotations

import os
import tempfile
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge.spelling import spelling_key
from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, MutableSequence

    from tagbridge.config import Settings

_PRIVATE = 0o600


class Blocklist:
    """The words that the settings file blocks, whoever changes it while we run.

    Where the environment says what is blocked, the file has no say.
    """

    def __init__(self, settings: Settings) -> None:
        """Begin with what was read at the start."""
        self._settings = settings
        self._file = settings.origin.path
        self._stamp = (0, 0, 0)
        self._keys = frozenset(map(spelling_key, settings.keywords.blocked))

    @property
    def file(self) -> Path:
        """Return the file that has the say.

        Raises:
            ConfigError: There is none.
        """
        if self._is_overruled():
            raise ConfigError("the environment says what is blocked (TAGBRIDGE_KEYWORDS__BLOCKED)")
        if self._file is None:
            raise ConfigError("there is no settings file")
        return self._file

    @property
    def keys(self) -> frozenset[str]:
        """Return `spelling_key` of what is blocked now; a look at the file's time each time."""
        if self._file is None or self._is_overruled():
            return self._keys
        with suppress(OSError, ValueError):  # one that is being edited counts when it is whole
            status = self._file.stat()
            stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
            if stamp != self._stamp:
                said = tomllib.loads(self._file.read_text("utf-8-sig"))
                words = said.get("keywords", {}).get("blocked", ())
                self._keys = frozenset(map(spelling_key, map(str, words)))
                self._stamp = stamp
        return self._keys

    def _is_overruled(self) -> bool:
        read = self._settings.origin.data.get("keywords", {}).get("blocked", ())
        return tuple(self._settings.keywords.blocked) != tuple(read)


def block(file: Path, keyword: str) -> bool:
    """Put a word into the blocked list of a settings file, and return whether it was not there.

    Comments and layout stay; the file is replaced as a whole, with the mode that it had.

    Raises:
        ConfigError: It cannot be read or written.
    """

    def added(words: MutableSequence[str]) -> bool:
        if spelling_key(keyword) in {spelling_key(str(word)) for word in words}:
            return False
        words.append(keyword)
        return True

    return _changed(file, added)


def unblock(file: Path, keyword: str) -> bool:
    """Take a word out of the blocked list again, and return whether it was there; see `block`."""

    def removed(words: MutableSequence[str]) -> bool:
        found = [
            i for i, word in enumerate(words) if spelling_key(str(word)) == spelling_key(keyword)
        ]
        for i in reversed(found):
            del words[i]
        return bool(found)

    return _changed(file, removed)


def _changed(file: Path, change: Callable[[MutableSequence[str]], bool]) -> bool:
    import tomlkit  # noqa: PLC0415 - only the page changes settings
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415 - likewise

    real = Path(os.path.realpath(file))  # a link stays a link
    try:
        text = real.read_bytes().decode() if real.exists() else ""
        document = tomlkit.parse(text.removeprefix("\ufeff"))
        keywords = document.setdefault("keywords", tomlkit.table())
        if not change(keywords.setdefault("blocked", tomlkit.array())):
            return False
        mark = "\ufeff" if text.startswith("\ufeff") else ""
        _replace(real, (mark + tomlkit.dumps(document)).encode())
    except OSError as error:
        raise ConfigError(f"{str(file)!r} cannot be changed: {error.strerror}") from error
    except (TOMLKitError, UnicodeDecodeError, AttributeError, TypeError) as error:
        raise ConfigError(f"{str(file)!r} has a form in which nothing can be blocked") from error
    return True


def _replace(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    mode = file.stat().st_mode & 0o777 if file.exists() else _PRIVATE
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with open(descriptor, "wb") as new:  # noqa: PTH123 - a descriptor
            new.write(content)
            new.flush()
            os.fchmod(new.fileno(), mode)
            os.fsync(new.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
