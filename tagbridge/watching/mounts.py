"""Which file system a folder lies on, and whether events can be expected there.

A network file system reports what this machine does, and nothing of what others do.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_MOUNTINFO = Path("/proc/self/mountinfo")
_ESCAPE = re.compile(r"\\([0-7]{3})")

# Names as the kernel shows them. "fuse" and every "fuse.*" (sshfs, rclone, gvfsd-fuse, ...) count
# as well; "fuseblk" does not: it is a local disk, NTFS mostly.
_SILENT = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "ceph", "coda"),
        *("9p", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "drvfs", "fakeowner"),  # a host's folder
        *("ocfs2", "gfs2", "lustre", "gpfs", "beegfs", "orangefs"),  # a disk shared by machines
        "fuse",
    }
)


def file_system(path: str, mountinfo: str) -> str:
    """Return the type of the file system that holds an absolute path, or "" when unknown.

    Args:
        path: Without symbolic links, or it would be looked for at the wrong place.
        mountinfo: Text in the form of `/proc/self/mountinfo`, see proc(5).
    """
    best, found = "", ""
    for line in mountinfo.splitlines():
        point, kind = _mount(line)
        # On equal length the later one counts: it was mounted over the earlier.
        if point and len(point) >= len(best) and _holds(point, path):
            best, found = point, kind
    return found


def reports_events(folder: Path) -> bool:
    """Return whether changes below a folder are reported by events, whoever makes them.

    Assumed where there is no `/proc/self/mountinfo`.
    """
    try:
        text = _MOUNTINFO.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return True
    kind = file_system(os.path.realpath(folder), text)
    return kind not in _SILENT and not kind.startswith("fuse.")


def _mount(line: str) -> tuple[str, str]:
    """Return the mount point and the type of one line; empty when it is not one."""
    left, _, right = line.partition(" - ")
    fields, kinds = left.split(" "), right.split(" ")
    if len(fields) < 6 or not kinds[0]:  # noqa: PLR2004 - as many as proc(5) lists before " - "
        return "", ""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 8)), fields[4]), kinds[0]


def _holds(point: str, path: str) -> bool:
    return path == point or path.startswith(point.rstrip("/") + "/")
