"""Which names below a watched folder are never ours to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Compared without case; every folder whose name begins with a dot is left out as well
# (.git, .thumbnails, .Trash-1000, .dtrash of digiKam, .stversions of Syncthing, ...).
_FOLDERS = frozenset(
    {
        "@eadir",  # Synology: previews and indexes, one folder for each photograph
        "@tmp",  # Synology: work in progress of its packages
        "#recycle",  # Synology: what was deleted
        "#snapshot",  # Synology: read-only copies of the whole share
        "@recycle",  # QNAP: what was deleted
        "@recently-snapshot",  # QNAP: read-only copies of the whole share
        "$recycle.bin",  # Windows: what was deleted
        "recycler",  # Windows XP: what was deleted
        "system volume information",  # Windows: restore points
        "lost+found",  # ext4: fragments that fsck found
        "network trash folder",  # macOS on a server: what was deleted
        "temporary items",  # macOS on a server: work in progress of its programs
        "__macosx",  # unpacked ZIP archives: resource forks with the names of photographs
    }
)
_FOLDER_SUFFIXES = (
    ".lrdata",  # Lightroom: smart previews are DNG files, but not the user's
    ".photoslibrary",  # Apple Photos keeps checksums of what is in there
    ".aplibrary",  # Aperture, likewise
)

# Every file whose name begins with a dot is left out: .IMG.jpg.Xy12Ab (rsync), ._IMG.jpg (the
# resource fork of macOS), .goutputstream-* (GNOME), .nfs* (deleted but open on NFS), .#IMG.jpg
# (the lock of an editor), .syncthing.*.tmp, .fuse_hidden*, and .tagbridge-* (our own copies).
_FILE_PREFIXES = (
    ".",
    "~syncthing~",  # Syncthing on Windows, where a dot does not hide
)
_FILE_SUFFIXES = (
    ".part",  # Firefox, curl --remove-on-error, many others
    ".partial",  # Internet Explorer, rclone
    ".crdownload",  # Chrome
    ".opdownload",  # Opera
    ".download",  # Safari
    ".filepart",  # WinSCP
    ".tmp",  # nearly everybody
    ".temp",  # the rest
    "~",  # the copy that an editor keeps
)


def ignored_folder(name: str) -> bool:
    """Return whether a folder of this name is left out with all it holds."""
    folded = name.casefold()
    return name.startswith(".") or folded in _FOLDERS or folded.endswith(_FOLDER_SUFFIXES)


def ignored_file(name: str) -> bool:
    """Return whether a file of this name is a temporary one; its final name will be seen."""
    folded = name.casefold()
    return folded.startswith(_FILE_PREFIXES) or folded.endswith(_FILE_SUFFIXES)


def in_ignored_folder(path: Path, root: Path) -> bool:
    """Return whether a folder between `root` and `path`, both excluded, is left out.

    The names of the root itself do not count: who asks for a hidden folder gets it.
    """
    return any(ignored_folder(name) for name in path.relative_to(root).parts[:-1])
