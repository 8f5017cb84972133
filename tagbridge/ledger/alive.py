"""Locks that tell which processes of this machine are alive: exactly, and at once."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from tagbridge_hooks import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

_DAY_SECONDS = 86_400.0


class AliveLocks:
    """A folder with one locked file for each living process; the system unlocks a dead one's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, int] = {}

    def hold(self, name: str) -> None:
        """Lock a name for as long as this process lives.

        Raises:
            ConfigError: The file system cannot do that.
        """
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            descriptor = os.open(self._folder / name, flags, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BaseException:
                os.close(descriptor)
                raise
        except OSError as error:
            message = f"the state folder {str(self._folder.parent)!r} cannot hold locks: {error}"
            raise ConfigError(message) from error
        self._held[name] = descriptor

    def is_held(self, name: str) -> bool:
        """Return whether the process of this name lives."""
        if name in self._held:
            return True
        try:
            descriptor = os.open(self._folder / name, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            return False
        try:
            # Shared: two who look at the same time must not take each other for the process.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            return False
        finally:
            os.close(descriptor)

    def release(self, name: str) -> None:
        """Unlock a name; its file goes."""
        descriptor = self._held.pop(name, None)
        if descriptor is None:
            return
        with suppress(OSError):
            (self._folder / name).unlink()
        os.close(descriptor)

    def release_all(self) -> None:
        """Unlock what this process holds."""
        for name in list(self._held):
            self.release(name)

    def sweep(self) -> None:
        """Remove the files that dead processes left more than a day ago."""
        with suppress(OSError):
            for file in self._folder.iterdir():
                if file.stat().st_mtime < time.time() - _DAY_SECONDS and not self.is_held(
                    file.name
                ):
                    file.unlink()
