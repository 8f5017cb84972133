"""Who only looks into a ledger leaves no trace, and sees what was written last."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tagbridge.ledger import open_ledger
from tagbridge.ledger.errors import NoLedgerError, UnreadableLedgerError
from tagbridge.ledger.onlooker import FILE, ask_quietly

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from tagbridge.ledger.connection import Connection


def paused(connection: Connection) -> list[str]:
    rows = connection.execute("SELECT provider FROM pause ORDER BY provider")
    return [str(provider) for (provider,) in rows]


def pause(folder: Path, provider: str) -> None:
    with closing(open_ledger(folder)) as ledger:
        ledger.pauses.set(provider, None, "account", "wrong key")


def seen(folder: Path) -> list[os.stat_result]:
    return [path.stat() for path in (folder, *sorted(folder.iterdir()))]


def test_a_quiet_question_leaves_no_trace(tmp_path: Path) -> None:
    pause(tmp_path, "p")
    before = [(s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns) for s in seen(tmp_path)]

    assert ask_quietly(tmp_path, "", paused) == ["p"]

    after = [(s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns) for s in seen(tmp_path)]
    assert after == before


def test_it_sees_what_one_who_has_the_ledger_open_has_written(tmp_path: Path) -> None:
    with closing(open_ledger(tmp_path)) as ledger:
        ledger.pauses.set("p", None, "account", "wrong key")

        assert ask_quietly(tmp_path, "", paused) == ["p"]


def test_it_is_asked_again_when_somebody_wrote_meanwhile(tmp_path: Path) -> None:
    pause(tmp_path, "p")
    answers: list[list[str]] = []

    def question(connection: Connection) -> list[str]:
        answers.append(paused(connection))
        if len(answers) == 1:
            pause(tmp_path, "q")
        return answers[-1]

    assert ask_quietly(tmp_path, "", question) == ["p", "q"]
    assert len(answers) == 2


def test_without_a_ledger_there_is_nothing_to_ask(tmp_path: Path) -> None:
    with pytest.raises(NoLedgerError):
        ask_quietly(tmp_path, "", paused)
    assert not list(tmp_path.iterdir())


def test_what_is_damaged_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 1000)

    with pytest.raises(UnreadableLedgerError, match="cannot be read: file is not a database"):
        ask_quietly(tmp_path, "", paused)
