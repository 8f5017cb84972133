"""From an account at Vize without a task to photos that are classified by one's own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fixtures.recognition import RecognitionServer
    from tests.journey.conftest import Ended, Program

LABELS = ("Cat", "Dog")
EACH = 20
LONG = 60.0  # seconds; bounds a wait that would otherwise hang, and is never reached
UPLOADED = "/vize/v2/training-image/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainer:
    """tagbridge with Vize as its only provider, and the service."""

    program: Program
    server: RecognitionServer

    def run(self, *arguments: str | Path) -> Ended:
        return self.program.run("vize", *arguments)

    def rows(self, *arguments: str | Path) -> list[dict[str, Any]]:
        ended = self.run(*arguments, "--json")
        assert (ended.status, ended.err) == (0, "")
        return ended.rows

    def with_task(self, task: str) -> Program:
        given = {**self.program.settings, "TAGBRIDGE_PROVIDERS__VIZE__TASK_ID": task}
        return replace(self.program, settings=given)

    def uploads(self) -> int:
        """Return how many pictures were sent to train with."""
        sent = [note for note in self.server.asked("vize") if note["picture"]]
        return len([note for note in sent if note["path"] == UPLOADED])


@pytest.fixture
def trainer(
    tmp_path: Path,
    program: Callable[[Path], Program],
    recognition_server: Callable[..., RecognitionServer],
) -> Callable[..., Trainer]:
    """Return a function that makes an account, at a service with options."""

    def make(limits: str = "") -> Trainer:
        server = recognition_server("--account", f"vize:key=sesame{limits}")
        settings = {
            "TAGBRIDGE_PROVIDERS__VIZE__API_TOKEN": "sesame",
            "TAGBRIDGE_PROVIDERS__VIZE__BASE_URL": f"{server.url}/vize",
            "TAGBRIDGE_KEYWORDS__MIN_CONFIDENCE": "0.0",
        }
        ours = replace(program(tmp_path / "home"), settings=settings)
        return Trainer(program=ours, server=server)

    return make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that holds enough pictures for each label, all of them different."""
    for place, label in enumerate(LABELS):
        below = tmp_path / "training" / label
        below.mkdir(parents=True)
        for number in range(EACH):
            picture = Image.linear_gradient("L").convert("RGB")
            picture.paste((number * 12, 200 * place, 99), (0, 0, 64, 64))
            picture.save(below / f"{number}.jpg")
    return tmp_path / "training"


@pytest.fixture
def cat(tmp_path: Path, photos: Path) -> Path:
    return shutil.copyfile(photos / "cat.jpg", tmp_path / "cat.jpg")


def test_a_folder_of_pictures_becomes_keywords_of_other_pictures(
    trainer: Callable[..., Trainer], folder: Path, cat: Path
) -> None:
    we = trainer()
    (task,) = we.rows("tasks", "--create", "Animals")
    assert task["production_version"] == -1

    planned = we.rows("upload", "Animals", folder, "--dry-run")
    assert [(row["label"], row["pictures"]) for row in planned] == [("Cat", EACH), ("Dog", EACH)]
    assert we.uploads() == 0
    assert we.rows("upload", "Animals", folder)[-1] == {"summary": {"uploaded": 2 * EACH}}
    labels = we.rows("labels", "--task", "Animals")
    assert {row["name"]: row["images"] for row in labels} == dict.fromkeys(LABELS, EACH)

    # Neither without a task nor with one that was never trained is anything written.
    assert "task_id" in we.program.tag(cat).of(cat)["reason"]
    ours = we.with_task(task["task"])
    assert "never trained" in ours.tag(cat).of(cat)["reason"]

    trained = we.run("train", "Animals")
    assert (trained.status, trained.err) == (0, "")
    said = trained.out.splitlines()[-1].split()
    assert said[:3] == ["tagbridge", "vize", "status"]
    followed = we.rows(*said[2:], "--every", "0.01")
    assert followed[-1]["production_version"] == 1

    assert ours.run("retry").status == 0
    row = ours.tag(cat).of(cat)
    assert row["outcome"] == "written"
    assert [keyword["text"] for keyword in row["keywords"]] in (["Cat"], ["Dog"])
    assert len(we.server.charged("vize")) == 1


def test_people_are_told_each_step_in_a_line(trainer: Callable[..., Trainer], folder: Path) -> None:
    we = trainer()
    made = we.run("tasks", "--create", "Animals").out
    assert made.endswith("  not trained  Animals\n")
    assert we.run("tasks").out.count("\n") == 3  # two are there from the beginning
    assert we.run("upload", "Animals", folder, "--dry-run").out == (
        f"{EACH} pictures  Cat\n{EACH} pictures  Dog\n"
    )
    sent = we.run("upload", "Animals", folder)
    assert (sent.status, sent.out, sent.err) == (0, f"{2 * EACH} uploaded\n", "")
    again = we.run("upload", "Animals", folder)
    assert (again.status, again.out, again.err) == (0, f"{2 * EACH} known\n", "")
    labels = we.run("labels", "--task", "Animals").out.splitlines()
    assert [line.split("  ", 1)[1] for line in labels] == [
        f"{EACH} pictures  {label}" for label in LABELS
    ]
    assert we.run("status", "Animals").out == "Animals: not trained\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["upload", "Nothing", "training"], "there is no task of this name"),
        (["upload", "Nothing", "nowhere"], "nowhere: cannot be read"),
        (["upload", "Nothing", "training/Cat"], "0 labels are too few"),
        (["train", "Nothing"], "there is no task of this name"),
        (
            ["status", "Nothing", "--every", "0"],
            "argument --every: it must be a number of seconds above 0",
        ),
        (["labels", "--task"], "expected one argument"),
        (["tasks", "Animals"], "unrecognized arguments"),
    ],
)
def test_what_cannot_be_done_is_told_without_a_picture_being_sent(
    trainer: Callable[..., Trainer], folder: Path, arguments: list[str], message: str
) -> None:
    we = trainer()
    ended = we.program.run("vize", *arguments, cwd=folder.parent)
    assert (ended.status, ended.out) == (2, "")
    assert message in ended.err
    assert we.uploads() == 0


def test_a_wrong_token_is_told_with_its_setting(trainer: Callable[..., Trainer]) -> None:
    we = trainer()
    ended = we.program.run("vize", "tasks", env={"TAGBRIDGE_PROVIDERS__VIZE__API_TOKEN": "simsim"})
    assert (ended.status, ended.out) == (1, "")
    assert "providers.vize.api_token" in ended.err
    assert ended.err.count("\n") == 1
    assert "simsim" not in ended.err


def test_an_upload_that_is_broken_off_ends_cleanly_and_goes_on(
    trainer: Callable[..., Trainer], folder: Path
) -> None:
    we = trainer(":latency=0.05")
    we.run("tasks", "--create", "Animals")
    pipe = subprocess.PIPE
    process = we.program.start(
        "vize", "upload", "Animals", folder, stdout=pipe, stderr=pipe, start_new_session=True
    )
    end = time.monotonic() + LONG
    while we.uploads() < 3:
        assert time.monotonic() < end
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does it
    out, err = process.communicate(timeout=LONG)

    assert process.returncode in {1, 130}
    assert (out, err.strip()) == ("", "Aborted!")
    begun = we.uploads()
    assert begun < 2 * EACH

    (*_, last) = we.rows("upload", "Animals", folder)
    counts = last["summary"]
    assert counts["uploaded"] + counts["known"] == 2 * EACH
    assert 2 <= counts["known"] <= begun
    labels = we.rows("labels", "--task", "Animals")
    assert {row["name"]: row["images"] for row in labels} == dict.fromkeys(LABELS, EACH)
