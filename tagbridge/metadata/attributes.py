"""Give a new file the owner, mode, times, ACLs and extended attributes of the old one."""

from __future__ import annotations

import os
import stat

from tagbridge.metadata.layout import EmbeddingRefusedError

# The system sets these by itself and refuses to have them set.
_SYSTEM_ATTRIBUTES = ("security.selinux", "security.ima", "security.evm", "system.nfs4_acl")


def copy_attributes(source: int, target: int, status: os.stat_result, *, keep_mtime: bool) -> None:
    """Give the file behind a descriptor the attributes of another.

    Args:
        source: Descriptor of the old file.
        target: Descriptor of the new one.
        status: What the file system says about the old one.
        keep_mtime: Take over the time of the last change as well.

    Raises:
        EmbeddingRefusedError: One of them cannot be kept, so the file must not be replaced.
    """
    try:
        _copy_owner(target, status)
        _copy_extended(source, target)
        # The mode comes last: a change of owner clears the set-id bits.
        os.fchmod(target, stat.S_IMODE(status.st_mode))
    except OSError as error:
        raise EmbeddingRefusedError(
            f"its owner, mode or attributes cannot be kept ({error.strerror})"
        ) from error
    if keep_mtime:
        os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def _copy_owner(target: int, status: os.stat_result) -> None:
    now = os.fstat(target)
    if (now.st_uid, now.st_gid) != (status.st_uid, status.st_gid):
        os.fchown(target, status.st_uid, status.st_gid)


def _copy_extended(source: int, target: int) -> None:
    """Copy extended attributes; POSIX ACLs are among them on Linux."""
    if not hasattr(os, "listxattr"):
        return
    wanted = [name for name in _names(source) if name not in _SYSTEM_ATTRIBUTES]
    for name in wanted:
        os.setxattr(target, name, os.getxattr(source, name))
    # A new file inherits the folder's default ACL, which the old one may not have had.
    for name in _names(target):
        if name not in wanted and name not in _SYSTEM_ATTRIBUTES:
            os.removexattr(target, name)


def _names(descriptor: int) -> list[str]:
    try:
        return os.listxattr(descriptor)
    except OSError:  # the file system has none
        return []
