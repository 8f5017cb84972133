"""Commands that a plugin brings, run by the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Program
    from tests.journey.paid.conftest import Album, Customer


@pytest.fixture(scope="module")
def we(customer: Callable[..., Customer]) -> Customer:
    return customer()


def test_a_question_of_a_command_is_paid_for_once(we: Customer, album: Album) -> None:
    photo = album.add()
    before = len(we.service.arrived())
    said = [we.program.run("postman", "ask", photo, name) for name in ("a", "a", "b")]
    assert [ended.status for ended in said] == [0, 0, 0], said[0].err
    assert {ended.out for ended in said} == {said[0].out}
    assert said[0].out.startswith("plain ")
    assert said[0].out.endswith(" 64 **********\n")
    assert len(we.service.arrived()) == before + 2


def test_a_command_is_given_its_arguments_as_they_are(we: Customer) -> None:
    ended = we.program.run("postman", "echo", "--help", "-x", "--", "two words")
    assert (ended.status, ended.out) == (4, "['--help', '-x', '--', 'two words'] False\n")


def test_what_it_raises_is_a_message_and_a_status(we: Customer) -> None:
    failed, wrong = we.program.run("postman", "fail"), we.program.run("postman", "fail", "x")
    assert (failed.status, failed.err) == (1, "Error: postman: no answer that makes sense\n")
    assert wrong.status == 2
    assert wrong.err.endswith("Error: providers.postman.key is wrong\n")


def test_the_commands_of_a_plugin_are_listed_below_its_name(we: Customer) -> None:
    ended = we.program.run("postman", "--help")
    assert ended.status == 0
    assert "\n  ask   Ask about a photo under a name of its own.\n" in ended.out
    (row,) = (row for row in we.program.run("providers", "--json").rows if row["name"] == "postman")
    assert row["commands"] == ["ask", "echo", "fail"]
    assert "tagbridge postman ask\n" in we.program.run("providers").out


@pytest.mark.parametrize("words", [["puppet"], ["puppet", "x"], ["nobody"], ["postman", "x"]])
def test_what_no_plugin_brings_is_wrong_usage(we: Customer, words: list[str]) -> None:
    ended = we.program.run(*words)
    assert ended.status == 2
    assert "No such command" in ended.err


def test_a_provider_that_is_not_configured_is_not_asked(
    program: Callable[[Path], Program], tmp_path: Path, album: Album
) -> None:
    ended = program(tmp_path / "home").run("postman", "ask", album.add(), "x")
    assert ended.status == 2
    assert ended.err.endswith("Error: providers.postman is not configured\n")
