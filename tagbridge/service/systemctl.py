"""The user's systemd, as far as it is there."""

from __future__ import annotations

import shutil
import subprocess

from tagbridge_hooks.errors import TagbridgeError

_SECONDS = 330.0  # a stop waits for photos on their way


class NoSystemdError(TagbridgeError):
    """Report that systemd is not there, or refused; the message is for a person."""


def tell(*arguments: str) -> None:
    """Have it do something.

    Raises:
        NoSystemdError: It did not.
    """
    done = _run(*arguments)
    if done.returncode:
        said = " ".join(done.stderr.split()) or f"status {done.returncode}"
        raise NoSystemdError(f"systemctl --user {' '.join(arguments)}: {said}")


def ask(*arguments: str) -> str:
    """Return the first line of what it says, or `unknown`."""
    try:
        said = _run(*arguments).stdout.splitlines()
    except NoSystemdError:
        return "unknown"
    return said[0] if said else "unknown"


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemctl")
    if program is None:
        raise NoSystemdError("there is no systemctl on this machine")
    try:
        return subprocess.run(  # noqa: S603 - no word of it is a stranger's
            [program, "--user", "--no-pager", *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoSystemdError("systemctl does not answer") from None
