"""How many inotify watches this process holds, and what to do when there are no more."""

from __future__ import annotations

from pathlib import Path

_FDINFO = Path("/proc/self/fdinfo")

TOO_FEW_WATCHES = (
    "Raise the limit, for example with: sysctl fs.inotify.max_user_watches=1048576"
    " (put it into /etc/sysctl.d to keep it)."
)
NO_OBSERVER = (
    "If the cause is the number of inotify instances, raise it, for example with:"
    " sysctl fs.inotify.max_user_instances=512 (put it into /etc/sysctl.d to keep it)."
)


def watches_held(fdinfo: Path = _FDINFO) -> int | None:
    """Return the number of inotify watches of this process, or None where it cannot be known."""
    try:
        descriptors = list(fdinfo.iterdir())
    except OSError:
        return None
    return sum(_watches_of(descriptor) for descriptor in descriptors)


def _watches_of(descriptor: Path) -> int:
    try:
        with descriptor.open("rb") as lines:
            return sum(line.startswith(b"inotify ") for line in lines)
    except OSError:
        return 0  # closed since
