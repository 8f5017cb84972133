"""The events of the system, through watchdog, reduced to hints.

What watchdog 7.1 does on Linux, and what follows from it here:

* It reports neither the folders it could not watch nor the events that the kernel dropped, except
  in its log; so we count, and listen to the log (see `limits` and `_LostEvents`).
* Without a filter six events an asset arrive, and the kernel's queue overflows with a few
  thousand assets; without `FileCreatedEvent`, what is moved in from elsewhere is missed.
* A watched folder that is a symbolic link is watched as a link: its own files are not reported.
  A slash at the end of its path makes the kernel follow it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import warnings
from typing import TYPE_CHECKING

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.polling import PollingObserver

from tagbridge.watching.coverage import Census
from tagbridge.watching.limits import watches_held

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from watchdog.observers.api import BaseObserver, EventEmitter, ObservedWatch

    from tagbridge.watching.inbox import Inbox

_FILTER: list[type[FileSystemEvent]] = [
    FileClosedEvent,  # somebody has finished writing
    FileMovedEvent,  # renamed into place
    FileCreatedEvent,  # moved in from outside, or a hard link
    DirCreatedEvent,
    DirMovedEvent,
]
if sys.platform != "linux":
    _FILTER.append(FileModifiedEvent)  # only Linux tells when a file is closed

# A folder that is never among the watched ones, to learn whether one more watch can be had.
_PROBE = "/proc/self/fdinfo"

_LONGEST_FAREWELL = 5.0  # seconds; its threads do not keep the program alive


class Events:
    """The watches of all folders, held by one observer. Safe for use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._observer: BaseObserver | None = None
        self._watches: dict[Path, ObservedWatch] = {}
        # Replaced as a whole, never changed: the log handler reads it without the lock.
        self._inboxes: dict[Path, Inbox] = {}
        self._folders: dict[Path, int] = {}
        self._closed = False
        self._lost = _LostEvents(self._lose)

    def watch(self, folder: Path, inbox: Inbox) -> None:
        """Watch a folder and all below; the watches stand when this returns.

        Raises:
            OSError: Not even the folder itself can be watched, or there are no events here.
        """
        with self._lock:
            self._forget(folder)
            self._watches[folder] = self._living_observer().schedule(
                _Hints(inbox),
                os.path.join(folder, ""),  # noqa: PTH118 - a Path loses the slash; see above
                recursive=True,
                event_filter=_FILTER,
            )
            self._inboxes = {**self._inboxes, folder: inbox}

    def unwatch(self, folder: Path) -> None:
        """Watch a folder no longer, if it is watched."""
        with self._lock:
            self._forget(folder)
            self._folders.pop(folder, None)

    def is_alive(self, folder: Path) -> bool:
        """Return whether the threads that bring the events of a watched folder still run."""
        with self._lock:
            watch, observer = self._watches.get(folder), self._observer
            if watch is None or observer is None or not _is_reading(observer):
                return False
            emitter = _emitter(observer, watch)
            return emitter is not None and emitter.is_alive()

    def census(self, folder: Path, folders: int) -> Census | None:
        """Compare the watches with the folders that a full scan below `folder` has counted.

        Returns:
            None where watches cannot be counted, because there is no such limit.
        """
        with self._lock:
            self._folders[folder] = folders
            watches = watches_held()
            if watches is None:
                return None
            return Census(
                folders=sum(self._folders.values()), watches=watches, room=self._has_room()
            )

    def _has_room(self) -> bool:
        """Return whether one more folder can be watched, by trying."""
        try:
            observer = self._living_observer()
            observer.unschedule(observer.schedule(FileSystemEventHandler(), _PROBE))
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Let all watches go and wait for the threads to end."""
        with self._lock:
            self._closed = True
            self._drop_observer()
            self._inboxes = {}

    def _lose(self) -> None:
        # No lock here: this runs on a thread that `unwatch` may be waiting for.
        for inbox in self._inboxes.values():
            inbox.lose()

    def _forget(self, folder: Path) -> None:
        self._inboxes = {path: box for path, box in self._inboxes.items() if path != folder}
        watch = self._watches.pop(folder, None)
        if watch and self._observer:
            # Its books may be wrong after an overflow; what it still holds then is only a thread.
            with contextlib.suppress(KeyError):
                self._observer.unschedule(watch)

    def _living_observer(self) -> BaseObserver:
        if self._closed:
            raise OSError("watching has ended")  # to a thread that nobody waits for any more
        if self._observer and not _is_reading(self._observer):
            self._drop_observer()
        if self._observer is None:
            self._observer = self._new_observer()
        return self._observer

    def _new_observer(self) -> BaseObserver:
        if Observer is PollingObserver:
            raise OSError("watchdog knows no events on this system")
        # It adds a folder twice when the folder comes while its parent is being added, and warns.
        warnings.filterwarnings("ignore", message="Callback with id", category=RuntimeWarning)
        observer = Observer()
        observer.start()
        self._lost.listen()
        return observer

    def _drop_observer(self) -> None:
        observer, self._observer, self._watches = self._observer, None, {}
        self._lost.ignore()
        if observer is None:
            return
        # Broad, because a thread of watchdog that died has left its books in any state.
        with contextlib.suppress(Exception):
            observer.stop()
        observer.join(_LONGEST_FAREWELL)


class _Hints(FileSystemEventHandler):
    """Puts the path that an event leaves behind into an inbox, and does nothing else."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take one event, on the observer's thread."""
        path = os.fsdecode(event.dest_path or event.src_path)
        self._inbox.put(path, is_folder=event.is_directory)


class _LostEvents(logging.Handler):
    """Notices in watchdog's log that events were lost; it is told nowhere else."""

    def __init__(self, lose: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._lose = lose
        self._logger = logging.getLogger("watchdog")

    def listen(self) -> None:
        """Begin, and make sure that there are warnings to be heard."""
        if not self._logger.isEnabledFor(logging.WARNING):
            self._logger.setLevel(logging.WARNING)
        self._logger.addHandler(self)

    def ignore(self) -> None:
        """End."""
        self._logger.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Read one record, on the thread that wrote it."""
        text = str(record.msg).casefold()
        if "overflow" in text or "unable to rebuild" in text:
            self._lose()


def _emitter(observer: BaseObserver, watch: ObservedWatch) -> EventEmitter | None:
    return next((one for one in observer.emitters.copy() if one.watch == watch), None)


def _is_reading(observer: BaseObserver) -> bool:
    """Return whether the observer runs, and on Linux the thread that reads its inotify, too."""
    reader = getattr(observer, "_inotify_fd", None)  # not public, and an error there is silent
    return observer.is_alive() and (not isinstance(reader, threading.Thread) or reader.is_alive())
