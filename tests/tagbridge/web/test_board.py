"""How often the pages look into the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagbridge.web.state.board import Board

if TYPE_CHECKING:
    from tagbridge.web.house import House


class Clock:
    """Goes on by so many seconds each time that somebody looks."""

    def __init__(self, step: float) -> None:
        self.time = 1000.0
        self.step = step

    def __call__(self) -> float:
        self.time += self.step
        return self.time


def test_who_comes_soon_after_sees_the_same(house: House) -> None:
    board = Board(house, Clock(0.1))
    assert board.look() is board.look()


def test_who_comes_later_sees_anew(house: House) -> None:
    clock = Clock(0.01)
    board = Board(house, clock)
    first = board.look()
    clock.time += 3.0
    assert board.look() is not first


def test_after_a_look_that_took_long_there_is_a_longer_rest(house: House) -> None:
    clock = Clock(1.0)
    board = Board(house, clock)
    first = board.look()
    clock.time += 15.0
    assert board.look() is first
    clock.time += 15.0
    assert board.look() is not first


def test_after_a_change_everybody_sees_anew(house: House) -> None:
    board = Board(house, Clock(0.1))
    first = board.look()
    board.forget()
    assert board.look() is not first
