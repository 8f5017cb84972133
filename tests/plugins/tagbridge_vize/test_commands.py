"""The commands with a real client, real pictures and the service in a process of its own."""

from __future__ import annotations

import io
import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tagbridge_hooks import AccountError, ConfigError, TransientError
from tagbridge_vize import COMMANDS
from tests.plugins.tagbridge_vize.lending import Tearing, command, picture, pictures

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fixtures.recognition import RecognitionServer

    Rows = Callable[..., list[dict[str, Any]]]

DEMO = "0a8c8186-aee8-47c8-9eaf-348103feb14d"


@pytest.fixture
def server(recognition_server: Callable[..., RecognitionServer]) -> RecognitionServer:
    return recognition_server("--account", "vize:key=open-sesame", "--train-looks", "3")


@pytest.fixture
def table(server: RecognitionServer) -> dict[str, Any]:
    return {"api_token": "open-sesame", "base_url": f"{server.url}/vize"}


@pytest.fixture
def rows(table: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> Rows:
    """Return a function that runs a command with `--json` and returns what it printed."""

    def run(*arguments: str, status: int = 0) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert command(table, *arguments, "--json") == status
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_a_folder_becomes_a_trained_task(
    table: dict[str, Any],
    rows: Rows,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = pictures(tmp_path / "animals", cat=20, dog=21)
    (task,) = rows("tasks", "--create", "Animals")
    assert (task["name"], task["production_version"]) == ("Animals", -1)

    *sent, summary = rows("upload", "Animals", str(folder))
    assert summary == {"summary": {"uploaded": 41}}
    assert Counter(row["label"] for row in sent) == {"cat": 20, "dog": 21}
    labels = {row["name"]: row["images"] for row in rows("labels", "--task", task["task"])}
    assert labels == {"cat": 20, "dog": 21}

    assert command(table, "train", "Animals") == 0
    said = capsys.readouterr().out
    assert f"tagbridge vize status {task['task']} --follow --after -1" in said
    status = ("status", task["task"], "--follow", "--after", "-1", "--every", "0.01")
    followed = rows(*status)
    assert followed[-1]["production_version"] == 1
    assert followed[-1]["training"] == "TRAINED"


def test_what_the_service_has_is_not_there_twice_after_another_run(
    rows: Rows, tmp_path: Path
) -> None:
    folder = pictures(tmp_path / "animals", cat=20, dog=20)
    rows("tasks", "--create", "Animals")
    first = rows("upload", "Animals", str(folder))
    again = rows("upload", "Animals", str(folder))
    assert (first[-1], again[-1]) == ({"summary": {"uploaded": 40}}, {"summary": {"known": 40}})
    assert {row["images"] for row in rows("labels")} == {20}
    assert len(rows("labels")) == 2


@pytest.mark.parametrize("requests", [4, 9, 10, 11, 48])
def test_an_interrupted_run_is_taken_up_again(
    server: RecognitionServer, rows: Rows, table: dict[str, Any], tmp_path: Path, requests: int
) -> None:
    folder = pictures(tmp_path / "animals", cat=20, dog=20)
    rows("tasks", "--create", "Animals")
    with pytest.raises(TransientError, match="no connection"):
        command(table, "upload", "Animals", str(folder), transport=Tearing(requests))
    rows("upload", "Animals", str(folder))
    assert [(row["name"], row["images"]) for row in rows("labels", "--task", "Animals")] == [
        ("cat", 20),
        ("dog", 20),
    ]
    assert len(rows("labels")) == 2
    new = [n for n in server.asked("vize") if n["status"] == 201 and n["picture"]]
    assert len(new) == len({note["picture"] for note in new}) == 40


def test_a_picture_that_cannot_be_read_is_told_and_can_be_brought_later(
    rows: Rows, table: dict[str, Any], tmp_path: Path
) -> None:
    folder = pictures(tmp_path / "animals", cat=20, dog=20)
    rows("tasks", "--create", "Animals")
    broken = picture(folder / "dog" / "DSC_0000.jpg", 0)
    broken.write_bytes(b"\xff\xd8 cut off")
    *sent, summary = rows("upload", "Animals", str(folder), status=1)
    assert summary == {"summary": {"uploaded": 39, "failed": 1}}
    (failed,) = (row for row in sent if row["outcome"] == "failed")
    assert failed["path"] == str(broken)
    assert failed["reason"]
    with pytest.raises(ConfigError, match=r"20 pictures or more: dog \(19\)"):
        command(table, "train", "Animals")
    picture(broken, 999)
    assert rows("upload", "Animals", str(folder))[-1] == {"summary": {"known": 39, "uploaded": 1}}


def test_a_picture_of_two_labels_gets_both(rows: Rows, tmp_path: Path) -> None:
    folder = pictures(tmp_path / "animals", cat=20, dog=19)
    picture(folder / "dog" / "same.jpg", 3)  # the first of the cats
    rows("tasks", "--create", "Animals")
    assert rows("upload", "Animals", str(folder))[-1] == {"summary": {"uploaded": 39, "known": 1}}
    assert {row["images"] for row in rows("labels")} == {20}


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ({"cat": 20, "dog": 19}, r"20 pictures or more: dog \(19\)"),
        ({"cat": 40}, "1 labels are too few"),
        ({"cat": 20, "dog": 20, "empty": 0}, r"empty \(0\)"),
        ({}, "0 labels are too few"),
    ],
)
def test_too_few_pictures_are_refused_before_any_call(
    server: RecognitionServer,
    table: dict[str, Any],
    tmp_path: Path,
    counts: dict[str, int],
    why: str,
) -> None:
    folder = pictures(tmp_path, **counts)
    for name in counts:
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "notes.txt").write_text("no picture", encoding="utf-8")
        (folder / name / ".hidden.jpg").write_bytes(b"")
    (folder / "@eaDir").mkdir()
    with pytest.raises(ConfigError, match=why):
        command(table, "upload", "Animals", str(folder))
    assert server.asked("vize") == []


def test_a_dry_run_makes_no_call_and_needs_no_account(
    server: RecognitionServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = pictures(tmp_path, cat=20, dog=22)
    assert command(None, "upload", "Animals", str(folder), "--dry-run", "--json") == 0
    planned = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["label"], row["pictures"]) for row in planned] == [("cat", 20), ("dog", 22)]
    assert server.asked("vize") == []


def test_nothing_but_the_summary_is_printed_into_a_pipe(
    table: dict[str, Any], rows: Rows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = pictures(tmp_path, cat=20, dog=20)
    rows("tasks", "--create", "Animals")
    assert command(table, "upload", "Animals", str(folder)) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("40 uploaded\n", "")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_it_shows_how_far_it_is(
    table: dict[str, Any], rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = pictures(tmp_path, cat=20, dog=20)
    rows("tasks", "--create", "Animals")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert command(table, "upload", "Animals", str(folder)) == 0
    shown = terminal.getvalue().split("\r\x1b[K")
    assert shown[1] == "cat: 1 of 20"
    assert shown[-2:] == ["dog: 20 of 20", ""]


def test_pictures_leave_under_a_name_that_says_nothing(
    server: RecognitionServer, rows: Rows, tmp_path: Path
) -> None:
    folder = pictures(tmp_path, cat=20, dog=20)
    rows("tasks", "--create", "Animals")
    rows("upload", "Animals", str(folder))
    assert "DSC" not in server.log.read_text("utf-8")


def test_lists_of_many_pages_are_read_to_their_end(rows: Rows, server: RecognitionServer) -> None:
    for number in range(23):
        rows("labels", "--create", f"label {number}")
    assert {row["name"] for row in rows("labels")} == {f"label {n}" for n in range(23)}
    assert {note["path"] for note in server.asked()} == {"/vize/v2/label/"}


def test_what_exists_is_not_made_again(rows: Rows) -> None:
    assert rows("tasks", "--create", "Animals") == rows("tasks", "--create", "Animals")
    first = rows("labels", "--create", "cat", "--task", "Animals")
    assert first == rows("labels", "--create", "cat", "--task", "Animals")
    assert first == rows("labels", "--task", "Animals") == rows("labels")
    assert len(rows("tasks")) == 3  # with the two of the server


def test_a_training_without_pictures_enough_is_not_asked_for(
    server: RecognitionServer, table: dict[str, Any], rows: Rows
) -> None:
    rows("tasks", "--create", "Animals")
    for name in ("cat", "dog"):
        rows("labels", "--create", name, "--task", "Animals")
    with pytest.raises(ConfigError, match=r"cat \(0\), dog \(0\)"):
        command(table, "train", "Animals")
    assert not any("train/" in note["path"] for note in server.asked())


def test_a_task_is_known_by_its_id_or_its_only_name(table: dict[str, Any], rows: Rows) -> None:
    assert rows("status", DEMO) == rows("status", "Demo")
    with pytest.raises(ConfigError, match="no task of this name"):
        command(table, "status", "Demos")
    with pytest.raises(AccountError, match="tagbridge vize tasks"):
        command(table, "status", DEMO.replace("0a8c", "ffff"))


def test_a_wrong_token_is_told(table: dict[str, Any]) -> None:
    with pytest.raises(AccountError, match=r"providers\.vize\.api_token"):
        command({**table, "api_token": "guessed"}, "tasks")


def test_a_busy_service_is_waited_for(server: RecognitionServer, rows: Rows) -> None:
    server.fault("503", times=1)
    assert len(rows("tasks")) == 2
    assert len(server.asked("vize")) == 2


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(None, name, "--help") == 0
    shown = capsys.readouterr().out
    assert f"tagbridge vize {name}" in shown
    assert COMMANDS[name] in " ".join(shown.split())


@pytest.mark.parametrize(
    "arguments",
    [("tasks", "--nonsense"), ("upload", "Animals"), ("train",), ("status", "x", "--every", "0")],
)
def test_wrong_usage_ends_with_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(None, *arguments) == 2
    assert "usage: tagbridge vize" in capsys.readouterr().err
