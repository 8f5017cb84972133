"""Give a new file the owner, mode, times, ACLs and extended attributes of the old one."""

from __future__ import annotations

import errno
import os
import stat

from tagbridge.metadata.layout import EmbeddingRefusedError

# The system sets these by itself and refuses to have them set.
_SYSTEM_ATTRIBUTES = ("security.selinux", "security.ima", "security.evm", "system.nfs4_acl")
_MAY_PASS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})


def copy_attributes(source: int, target: int, status: os.stat_result, *, keep_mtime: bool) -> None:
    """Give the file behind a descriptor the attributes of another.

    Args:
        source: Descriptor of the old file.
        target: Descriptor of the new one.
        status: What the file system says about the old one.
        keep_mtime: Take over the time of the last change as well.

    Raises:
        EmbeddingRefusedError: One of them cannot be kept, so the file must not be replaced.
        OSError: The disk is full or fails; that says nothing about the file.
    """
    try:
        _copy_owner(target, status)
        _copy_extended(source, target)
        # The mode comes last: a change of owner clears the set-id bits.
        os.fchmod(target, stat.S_IMODE(status.st_mode))
    except OSError as error:
        if error.errno in _MAY_PASS:
            raise
        raise EmbeddingRefusedError(
            f"its owner, mode or attributes cannot be kept ({error.strerror})"
        ) from error
    # Linux drops the set-group-id bit without a word when the user is not in the group.
    if ownership(os.fstat(target)) != ownership(status):
        raise EmbeddingRefusedError("its owner or mode cannot be kept")
    if keep_mtime:
        os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def ownership(status: os.stat_result) -> tuple[int, int, int]:
    """Return owner, group and mode."""
    return status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)


def _copy_owner(target: int, status: os.stat_result) -> None:
    now = os.fstat(target)
    if (now.st_uid, now.st_gid) != (status.st_uid, status.st_gid):
        os.fchown(target, status.st_uid, status.st_gid)


def _copy_extended(source: int, target: int) -> None:
    """Copy extended attributes; POSIX ACLs are among them on Linux."""
    if not hasattr(os, "listxattr"):
        return
    wanted = _names(source)
    for name in wanted:
        os.setxattr(target, name, os.getxattr(source, name))
    # A new file inherits the folder's default ACL, which the old one may not have had.
    for name in _names(target) - wanted:
        os.removexattr(target, name)


def _names(descriptor: int) -> set[str]:
    try:
        return set(os.listxattr(descriptor)).difference(_SYSTEM_ATTRIBUTES)
    except OSError as error:
        if error.errno == errno.ENOTSUP:  # the file system has none
            return set()
        raise
