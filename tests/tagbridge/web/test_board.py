"""How often the pages look into the ledger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

from tagbridge.web.state.board import Board, Kept

if TYPE_CHECKING:
    from tagbridge.web.house import House


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


class Sight:
    """Counts the looks, each of which takes so long."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.clock = clock
        self.seconds = seconds
        self.looks = 0

    def __call__(self) -> int:
        self.clock.time += self.seconds
        self.looks += 1
        return self.looks


def test_who_comes_soon_after_sees_the_same_and_who_comes_later_sees_anew() -> None:
    clock = Clock()
    kept, look = Kept[int](2.0, clock), Sight(clock, 0.01)
    seen = []
    for seconds in (0.0, 1.0, 0.9, 0.2):
        clock.time += seconds
        seen.append(kept.get(look))
    assert seen == [1, 1, 1, 2]


def test_after_a_look_that_took_long_there_is_a_longer_rest() -> None:
    clock = Clock()
    kept, look = Kept[int](2.0, clock), Sight(clock, 1.0)
    seen = []
    for seconds in (0.0, 19.0, 2.0):
        clock.time += seconds
        seen.append(kept.get(look))
    assert seen == [1, 1, 2]


def test_who_comes_at_the_same_time_waits_for_the_same_look() -> None:
    kept = Kept[int](60.0, Clock())
    looking, go_on = Event(), Event()

    def look() -> int:
        looking.set()
        assert go_on.wait(60)
        return 1

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(kept.get, look)
        assert looking.wait(60)
        others = [threads.submit(kept.get, lambda: 2) for _ in range(3)]
        go_on.set()
        assert [one.result(60) for one in (first, *others)] == [1, 1, 1, 1]


def test_after_a_change_everybody_sees_anew(house: House) -> None:
    board = Board(house)
    first = board.look()
    assert board.look() is first
    board.forget()
    assert board.look() is not first
