"""Swap two names in one step, and ask whether anybody has a file open for writing.

Linux only: `renameat2(2)` with RENAME_EXCHANGE, and `fcntl(2)` with F_SETLEASE. Where either is
missing the caller is told, and takes the next best way.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import signal
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_RENAME_EXCHANGE = 2
_UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP})


def exchange(first: Path, second: Path) -> bool:
    """Swap what two names in one folder stand for, and return False where that is not possible.

    At every moment each name stands for one of the two files.

    Raises:
        OSError: The file system refuses for another reason.
    """
    return _rename(first, second, _RENAME_EXCHANGE)


def take_free_name(path: Path, name: Path) -> bool:
    """Rename a file to a name that is free, and return False where that cannot be had in one step.

    Raises:
        FileExistsError: The name is taken.
        OSError: The file system refuses for another reason.
    """
    return _rename(path, name, _RENAME_NOREPLACE)


def is_written_by_others(descriptor: int) -> bool:
    """Return whether another process has the file open for writing.

    The kernel grants a read lease only on a file that nobody can write to. False as well where
    leases do not exist (network file systems, other owners): the caller compares contents.
    """
    if sys.platform != "linux":
        return False
    try:
        # Who opens the file while the lease lasts makes the kernel send a signal; the usual one,
        # SIGIO, would kill this process. SIGURG is ignored unless somebody asks for it.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def _rename(first: Path, second: Path, flag: int) -> bool:
    function = _renameat2()
    if function is None:
        return False
    source, target = os.fsencode(first), os.fsencode(second)
    if function(_AT_FDCWD, source, _AT_FDCWD, target, flag) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), os.fspath(first))


@cache
def _renameat2() -> ctypes._NamedFuncPointer | None:
    if sys.platform != "linux":
        return None
    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is not None:
        function.argtypes = (
            ctypes.c_int,
            ctypes.c_char_p,
            ctypes.c_int,
            ctypes.c_char_p,
            ctypes.c_uint,
        )
    return function
