"""What `tagbridge tag` and `show` say, to people, to programs and to terminals."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Program

KEYS = {"path", "outcome", "target", "keywords", "added", "nsfw", "calls"}
HOSTILE = "a\x1b[2Jb\nc\rd\x07\x9b.jpg"


def is_harmless(text: str) -> bool:
    """Return whether lines of text do nothing to a terminal but show characters."""
    return all(c.isprintable() for line in text.split("\n") for c in line)


def with_puppet(**said: object) -> dict[str, str]:
    return {f"TAGBRIDGE_PROVIDERS__PUPPET__{k.upper()}": str(v) for k, v in said.items()}


def test_each_photo_is_one_object_and_the_summary_is_the_last(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photos = [draw(tmp_path / "photos" / name) for name in ("a.jpg", "b.png")]
    done = puppet.tag(tmp_path / "photos")
    assert (done.status, done.err, done.summary) == (0, "", {"written": 2})
    for photo in photos:
        row = done.of(photo)
        assert set(row) == KEYS
        assert (row["outcome"], row["target"], row["calls"]) == ("written", str(photo), 1)
        puppets = {"text": "Puppet", "confidence": 0.9, "providers": ["puppet"]}
        assert (row["keywords"], row["added"]) == ([puppets], ["Puppet"])
        assert row["nsfw"] == {"flagged": False, "confidence": 0.0, "providers": []}


def test_a_flagged_picture_says_so(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photo = draw(tmp_path / "a.jpg")
    row = puppet.tag(photo, env=with_puppet(nsfw=0.97)).of(photo)
    assert row["nsfw"] == {"flagged": True, "confidence": 0.97, "providers": ["puppet"]}


def test_for_people_each_photo_is_one_line(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photo, scan = draw(tmp_path / "a.jpg"), draw(tmp_path / "b.tif")
    done = puppet.run("tag", photo, scan)
    assert sorted(done.out.splitlines()) == sorted(
        [f"written   {photo}: Puppet", f"written   {scan} -> b.tif.xmp: Puppet", "2 written"]
    )


def test_paths_are_told_as_they_were_given(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    draw(tmp_path / "photos" / "a.jpg")
    done = puppet.tag("photos", cwd=tmp_path)
    assert done.rows[0]["path"] == "photos/a.jpg"


def test_a_folder_without_photos_is_no_failure(puppet: Program, tmp_path: Path) -> None:
    done = puppet.run("tag", tmp_path)
    assert (done.status, done.out) == (0, "no photos found\n")


def test_a_photo_that_is_named_twice_is_tagged_once(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path], asked: Callable[[], int]
) -> None:
    photo = draw(tmp_path / "photos" / "a.jpg")
    (tmp_path / "link").symlink_to("photos")
    done = puppet.tag(photo, photo.parent, photo, tmp_path / "link", photo.parent / ".." / "photos")
    assert (done.summary, asked()) == ({"written": 1}, 1)


def named(folder: Path, name: bytes, draw: Callable[..., Path]) -> bytes:
    drawn = draw(folder / "plain.jpg")
    return os.fsencode(drawn.rename(folder / os.fsdecode(name)))


@pytest.mark.parametrize(
    "name", [b"\xff\xfe.jpg", b"caf\xe9 \xed\xa0\x80.jpg", "日本.jpg".encode()]
)
def test_any_name_can_be_read_back_from_json(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path], name: bytes
) -> None:
    folder = tmp_path / "photos"
    path = named(folder, name, draw)
    tagged, shown = puppet.tag(folder), puppet.run("show", "--json", folder)
    assert (tagged.status, shown.status) == (0, 0)
    assert os.fsencode(tagged.rows[0]["path"]) == path
    assert os.fsencode(tagged.rows[0]["target"]) == path
    assert os.fsencode(shown.rows[0]["path"]) == path
    assert tagged.out.isascii()


@pytest.mark.parametrize("name", [HOSTILE.encode(), b"\xff\n\x1b]0;x\x07.jpg", b"\xff.tif"])
@pytest.mark.parametrize("command", ["tag", "show"])
def test_no_name_does_anything_to_a_terminal(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path], name: bytes, command: str
) -> None:
    folder = tmp_path / "photos"
    named(folder, name, draw)
    done = puppet.run(command, folder)
    assert done.status == 0
    assert is_harmless(done.out)


def test_a_broken_file_with_a_hostile_name_does_nothing_to_a_terminal(
    puppet: Program, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / HOSTILE).write_bytes(b"no picture")
    (folder / "\udcff.tif").write_bytes(b"II*\0 broken")
    for command in ("tag", "show"):
        done = puppet.run(command, folder)
        assert done.status == 1
        assert is_harmless(done.out + done.err)


def test_the_words_of_a_service_do_nothing_to_a_terminal(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photo = draw(tmp_path / "a.jpg")
    env = with_puppet(raises="RejectedError", message="sorry\x1b[31m\nwritten   /etc/passwd")
    done = puppet.run("tag", photo, env=env)
    assert (done.status, is_harmless(done.out)) == (1, True)
    assert len(done.out.splitlines()) == 2


def test_keywords_that_others_wrote_do_nothing_to_a_terminal(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path], edit: Callable[..., None]
) -> None:
    photo = draw(tmp_path / "a.jpg")
    edit(photo, "-IPTC:Keywords=red\x1b[31m\x07alarm")
    done = puppet.run("show", photo)
    assert "alarm" in done.out
    assert is_harmless(done.out)


def test_a_terminal_that_lacks_the_letters_does_not_end_the_run(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photo = draw(tmp_path / "photos" / "日本.jpg")
    env = {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    done = puppet.run("tag", photo, env=env | with_puppet(words='["Łódź"]'))
    assert (done.status, done.err) == (0, "")
    assert "\\u65e5\\u672c.jpg" in done.out


def test_a_reader_that_goes_away_ends_the_run_quietly(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    for number in range(20):
        draw(tmp_path / "photos" / f"{number}.jpg", number)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = puppet.start("tag", tmp_path / "photos", **pipes)
    assert process.stdout
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 1


def on_a_terminal(puppet: Program, folder: Path, *options: str) -> tuple[str, str]:
    """Run with standard error on a terminal; return standard output and what was shown there."""
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        process = puppet.start("tag", folder, *options, stdout=subprocess.PIPE, stderr=theirs)
        os.close(theirs)
        out, _ = process.communicate()
        shown = b""
        with suppress(OSError):  # how Linux tells that the other side is closed
            while piece := terminal.read(4096):
                shown += piece
    assert process.returncode == 0
    return out, shown.decode()


def test_a_terminal_shows_how_far_the_work_is(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    for number in range(3):
        draw(tmp_path / "photos" / f"{number}.jpg", number)
    out, shown = on_a_terminal(puppet, tmp_path / "photos")
    assert "3 of 3 photos" in shown
    assert is_harmless(out)
    assert len(out.splitlines()) == 4


def test_json_comes_without_progress(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    draw(tmp_path / "photos" / "a.jpg")
    out, shown = on_a_terminal(puppet, tmp_path / "photos", "--json")
    assert shown == ""
    assert [json.loads(line) for line in out.splitlines()][-1] == {"summary": {"written": 1}}


def test_a_pipe_gets_no_progress(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    draw(tmp_path / "photos" / "a.jpg")
    assert puppet.run("tag", tmp_path / "photos").err == ""
