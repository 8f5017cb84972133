"""Swapping two names in one step, and the question whether somebody writes to a file."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tagbridge.metadata.exchange import exchange, is_written_by_others, take_free_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")

ROUNDS = int(os.environ.get("TAGBRIDGE_TEST_ROUNDS", "400"))
OPEN_IT = """
import mmap, os, sys
descriptor = os.open(sys.argv[1], os.O_RDWR)
if sys.argv[2] == "mapped":
    memory = mmap.mmap(descriptor, 0)
    os.close(descriptor)
print("open", flush=True)
sys.stdin.read()
"""
ASK_FOREVER = """
import os, sys
from tagbridge.metadata.exchange import is_written_by_others
descriptor = os.open(sys.argv[1], os.O_RDONLY)
print("asking", flush=True)
while os.fstat(descriptor).st_size:
    is_written_by_others(descriptor)
"""


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"1")
    second.write_bytes(b"2")
    return first, second


@pytest.fixture
def holding() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Return a function that lets another process open a file for writing."""
    processes = []

    def start(path: Path, how: str) -> subprocess.Popen[bytes]:
        command: list[str | Path] = [sys.executable, "-c", OPEN_IT, path, how]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        processes.append(process)
        assert process.stdout
        assert process.stdout.readline() == b"open\n"
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def asked(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return is_written_by_others(descriptor)
    finally:
        os.close(descriptor)


def test_two_files_swap_their_names(two: tuple[Path, Path]) -> None:
    first, second = two
    inodes = first.stat().st_ino, second.stat().st_ino
    if not exchange(first, second):
        pytest.skip("needs a file system that can exchange")
    assert (second.stat().st_ino, first.stat().st_ino) == inodes
    assert (first.read_bytes(), second.read_bytes()) == (b"2", b"1")


def test_a_name_that_is_missing_is_an_error_and_changes_nothing(two: tuple[Path, Path]) -> None:
    first, second = two
    second.unlink()
    with pytest.raises(FileNotFoundError):
        exchange(first, second)
    assert first.read_bytes() == b"1"


def test_a_name_that_is_taken_stays_with_its_file(two: tuple[Path, Path]) -> None:
    first, second = two
    with pytest.raises(FileExistsError):
        take_free_name(first, second)
    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"2")


def test_names_that_are_not_utf8_are_swapped_as_well(two: tuple[Path, Path]) -> None:
    odd = two[0].with_name(os.fsdecode(b"na\xefve\n.jpg"))
    two[0].rename(odd)
    if exchange(odd, two[1]):
        assert (odd.read_bytes(), two[1].read_bytes()) == (b"2", b"1")


def test_a_file_that_nobody_writes_is_found_free_again_and_again(two: tuple[Path, Path]) -> None:
    assert [asked(two[0]) for _ in range(3)] == [False, False, False]


@pytest.mark.parametrize("how", ["plain", "mapped"])
def test_a_file_that_another_process_has_open_for_writing_is_noticed(
    two: tuple[Path, Path], holding: Callable[..., subprocess.Popen[bytes]], how: str
) -> None:
    process = holding(two[0], how)
    assert asked(two[0])
    process.communicate()
    assert not asked(two[0])


def test_asking_leaves_no_lease_behind_that_would_hold_up_an_editor(two: tuple[Path, Path]) -> None:
    descriptor = os.open(two[0], os.O_RDONLY)
    is_written_by_others(descriptor)
    os.close(os.open(two[0], os.O_WRONLY | os.O_NONBLOCK))  # with a lease: BlockingIOError
    os.close(descriptor)


def test_somebody_who_opens_the_file_in_the_very_moment_does_not_end_us(
    two: tuple[Path, Path],
) -> None:
    command: list[str | Path] = [sys.executable, "-c", ASK_FOREVER, two[0]]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"asking\n"
        for _ in range(50 * ROUNDS):
            os.close(os.open(two[0], os.O_WRONLY))
        two[0].write_bytes(b"")  # which ends it
        assert process.wait(60) == 0
