"""A PostgreSQL server of our own, for as long as it is measured."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def programs() -> Path | None:
    """Return the folder of the newest version; None when it is not installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    return None if found is None else Path(found).resolve().parent


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run a server with room for all who connect, and yield the URL of an empty database.

    Args:
        folder: On the disk to be measured; its files are removed in the end.
    """
    where = programs()
    if where is None:
        raise RuntimeError("needs PostgreSQL: apt-get install postgresql")
    user = _somebody_else() if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg-", dir=_reachable(folder)) as name:
        if user is not None:
            shutil.chown(name, user)
        port = _free_port()

        def pg(program: str, *arguments: str) -> None:
            command = [str(where / program), *arguments]
            silent = subprocess.DEVNULL
            subprocess.run(command, check=True, cwd=name, user=user, stdout=silent, stderr=silent)

        options = f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={name}"
        options += " -c max_connections=400"  # four workers with a courier each
        pg("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "-D", f"{name}/data")
        pg("pg_ctl", "start", "-w", "-D", f"{name}/data", "-l", f"{name}/log", "-o", options)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            pg("pg_ctl", "stop", "-w", "-m", "immediate", "-D", f"{name}/data")


def _reachable(folder: Path) -> Path:
    """Return a folder that another user may enter: below the home of root there is none."""
    entered = all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))
    return folder if entered else Path(tempfile.gettempdir())


def _somebody_else() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
