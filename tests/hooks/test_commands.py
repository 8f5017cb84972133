from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagbridge_hooks import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagbridge_hooks import CommandContext


async def nothing(_arguments: Sequence[str], _context: CommandContext) -> int:
    return 0


def test_a_command_has_a_name_for_the_command_line() -> None:
    assert Command(name="upload-all", help="Upload everything.", run=nothing).name == "upload-all"


@pytest.mark.parametrize("name", ["", "Tasks", "two words", "-x", "a" * 33, "under_score"])
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="command name"):
        Command(name=name, help="", run=nothing)
