"""The text of the unit: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge_hooks.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "tagbridge.service"
MARK = "# Made by tagbridge service install; to change it: systemctl --user edit tagbridge"

# What needs a file system of its own (ProtectSystem= and the like) is missing: in a user's manager
# it brings a user namespace, in which groups of others are nobody's, and a photo could not keep its
# group. So is what forbids modes (RestrictSUIDSGID=) or code that is made at run time, as the
# libraries of models do (MemoryDenyWriteExecute=).
_TEXT = """\
{mark}
[Unit]
Description=tagbridge gives photographs keywords

[Service]
Type=notify
NotifyAccess=main
ExecStart=:{command}
# Only the daemon itself is stopped: the process that makes paid requests brings its answers home.
KillMode=process
# A database in the network may be away, and photos on their way may take a while.
TimeoutStartSec=infinity
TimeoutStopSec=300
WatchdogSec=60
Restart=on-failure
RestartSec=10
# A wrong setting is for a person to mend.
RestartPreventExitStatus=2
Nice=5

NoNewPrivileges=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service

[Install]
WantedBy=default.target
"""


def unit_of(command: Sequence[str]) -> str:
    """Return the text of the unit that runs a command.

    Args:
        command: The program by its whole path, and its arguments.

    Raises:
        ConfigError: systemd cannot run it, because of a name that it does not take.
    """
    program = command[0]
    if not program.isprintable() or set(program) & set("\"'\\"):
        raise ConfigError(f"systemd runs no program with such a name: {program!r}; move it")
    # The colon before it leaves `$` alone.
    return _TEXT.format(mark=MARK, command=" ".join(map(quoted, command)))


def quoted(word: str) -> str:
    """Return one word of a command as a unit has it, see systemd.syntax(7) and systemd.unit(5).

    Raises:
        ConfigError: It cannot be said there.
    """
    try:
        word.encode()
    except UnicodeEncodeError:
        raise ConfigError(f"systemd knows no names that are not UTF-8: {word!r}") from None
    return '"' + "".join(map(_escaped, word)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character == "%":
        return "%%"
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode())
