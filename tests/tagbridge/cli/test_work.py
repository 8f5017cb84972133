"""`tagbridge work` without a database that others could share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    Run = Callable[..., subprocess.CompletedProcess[str]]


def test_without_a_shared_database_the_key_to_set_is_named(run: Run) -> None:
    done = run("work")
    assert done.returncode == 2
    assert "engine.database is not set" in done.stderr
    assert "postgresql://" in done.stderr
