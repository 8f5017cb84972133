"""The clock is an argument here, and so is what a look shows."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tagbridge.watching.settling import Settling
from tagbridge.watching.sight import Sight

if TYPE_CHECKING:
    from collections.abc import Callable

PHOTO = Path("/photos/a.jpg")
SMALL = Sight(device=1, inode=2, size=10, mtime_ns=100, ctime_ns=100)
LARGE = replace(SMALL, size=20, mtime_ns=200, ctime_ns=200)
MANY = 100


def quiet_at(settling: Settling, now: float, sight: Sight | None) -> bool:
    """Look at whatever is due; return whether the photograph is quiet."""
    due = settling.due(now, MANY)
    return [settling.looked(path, sight, now) for path in due] == [True]


def settle(settling: Settling, now: float, sight: Sight = SMALL) -> None:
    """Bring the photograph from an event at `now` into work, five seconds later."""
    settling.happened(PHOTO, now)
    assert not quiet_at(settling, now, sight)
    assert quiet_at(settling, now + 5, sight)
    assert settling.complete(PHOTO, now + 5)
    assert settling.take(PHOTO) == sight


def test_an_unchanged_asset_is_quiet_after_the_settle_time_and_not_before() -> None:
    settling = Settling(5.0)
    settling.happened(PHOTO, 0.0)

    assert not quiet_at(settling, 0.0, SMALL)
    assert settling.due(4.9, MANY) == []
    assert settling.next_due() == 5.0
    assert quiet_at(settling, 5.0, SMALL)


def test_a_growing_asset_waits_from_its_last_change_on() -> None:
    settling = Settling(5.0)
    settling.happened(PHOTO, 0.0)

    assert not quiet_at(settling, 0.0, SMALL)
    assert not quiet_at(settling, 5.0, LARGE)
    assert settling.due(9.9, MANY) == []
    assert quiet_at(settling, 10.0, LARGE)


def test_an_asset_replaced_by_one_of_the_same_size_and_time_waits() -> None:
    settling = Settling(5.0)
    settling.happened(PHOTO, 0.0)

    assert not quiet_at(settling, 0.0, SMALL)
    assert not quiet_at(settling, 5.0, replace(SMALL, inode=3))
    assert not quiet_at(settling, 10.0, replace(SMALL, inode=3, ctime_ns=101))
    assert quiet_at(settling, 15.0, replace(SMALL, inode=3, ctime_ns=101))


def test_an_event_without_a_visible_change_starts_the_wait_anew() -> None:
    settling = Settling(5.0)
    settling.happened(PHOTO, 0.0)
    assert not quiet_at(settling, 0.0, SMALL)

    settling.happened(PHOTO, 4.0)

    assert not quiet_at(settling, 5.0, SMALL)
    assert quiet_at(settling, 9.0, SMALL)


def test_times_in_the_future_do_not_matter() -> None:
    future = replace(SMALL, mtime_ns=10**19, ctime_ns=10**19)
    settling = Settling(5.0)
    settling.happened(PHOTO, 0.0)

    assert not quiet_at(settling, 0.0, future)
    assert quiet_at(settling, 5.0, future)


def test_an_old_asset_found_by_a_scan_is_looked_at_at_once() -> None:
    settling = Settling(5.0)
    settling.found(PHOTO, SMALL, 100.0, old=True)

    assert quiet_at(settling, 100.0, SMALL)


def test_an_old_asset_that_changes_after_the_scan_waits() -> None:
    settling = Settling(5.0)
    settling.found(PHOTO, SMALL, 100.0, old=True)

    assert not quiet_at(settling, 100.0, LARGE)
    assert quiet_at(settling, 105.0, LARGE)


def test_a_new_asset_found_by_a_scan_waits_once() -> None:
    settling = Settling(5.0)
    settling.found(PHOTO, SMALL, 100.0, old=False)

    assert settling.due(104.9, MANY) == []
    assert quiet_at(settling, 105.0, SMALL)


def test_a_scan_that_sees_nothing_new_does_not_prolong_the_wait() -> None:
    settling = Settling(5.0)
    settling.happened(PHOTO, 0.0)
    assert not quiet_at(settling, 0.0, SMALL)

    settling.found(PHOTO, SMALL, 4.0, old=False)

    assert quiet_at(settling, 5.0, SMALL)


def test_a_scan_that_sees_a_change_starts_the_wait_anew() -> None:
    settling = Settling(5.0)
    settling.happened(PHOTO, 0.0)
    assert not quiet_at(settling, 0.0, SMALL)

    settling.found(PHOTO, LARGE, 4.0, old=False)

    assert not quiet_at(settling, 5.0, LARGE)
    assert quiet_at(settling, 10.0, LARGE)


def test_an_asset_that_vanishes_is_forgotten() -> None:
    settling = Settling(5.0)
    settling.happened(PHOTO, 0.0)

    assert not quiet_at(settling, 0.0, None)
    assert len(settling) == 0
    assert settling.due(1000.0, MANY) == []


def test_an_incomplete_asset_is_looked_at_with_growing_pauses_for_ever() -> None:
    settling = Settling(5.0)
    settling.happened(PHOTO, 0.0)
    assert not quiet_at(settling, 0.0, SMALL)
    looks, now = [], 5.0
    for times in range(1, 9):
        assert quiet_at(settling, now, SMALL)
        assert settling.vain(PHOTO, now, longest=60.0) == times
        due = settling.next_due()
        assert due is not None
        looks.append(due - now)
        now = due

    assert looks == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0, 60.0, 60.0]


def test_an_incomplete_asset_that_is_written_on_waits_no_longer_than_any_other() -> None:
    settling = Settling(5.0)
    settling.happened(PHOTO, 0.0)
    assert not quiet_at(settling, 0.0, SMALL)
    assert quiet_at(settling, 5.0, SMALL)
    for now in (5.0, 10.0, 20.0, 40.0):
        settling.vain(PHOTO, now, longest=900.0)

    settling.happened(PHOTO, 41.0)

    assert not quiet_at(settling, 41.0, LARGE)
    assert quiet_at(settling, 46.0, LARGE)
    assert settling.complete(PHOTO, 46.0)


def test_a_change_makes_the_growing_pauses_short_again() -> None:
    settling = Settling(5.0)
    settling.happened(PHOTO, 0.0)
    assert not quiet_at(settling, 0.0, SMALL)
    for now in (5.0, 10.0, 20.0):
        assert quiet_at(settling, now, SMALL)
        settling.vain(PHOTO, now, longest=60.0)
    assert not quiet_at(settling, 40.0, LARGE)
    assert quiet_at(settling, 45.0, LARGE)

    settling.vain(PHOTO, 45.0, longest=60.0)

    assert settling.next_due() == 50.0


def test_an_event_during_the_reading_makes_the_answer_void() -> None:
    settling = Settling(5.0)
    settling.happened(PHOTO, 0.0)
    assert not quiet_at(settling, 0.0, SMALL)
    assert quiet_at(settling, 5.0, SMALL)

    settling.happened(PHOTO, 6.0)

    assert not settling.complete(PHOTO, 7.0)
    assert settling.take(PHOTO) is None
    assert quiet_at(settling, 11.0, SMALL)


def test_an_event_makes_a_ready_asset_wait_again() -> None:
    settling = Settling(5.0)
    settling.happened(PHOTO, 0.0)
    assert not quiet_at(settling, 0.0, SMALL)
    assert quiet_at(settling, 5.0, SMALL)
    assert settling.complete(PHOTO, 5.0)

    settling.happened(PHOTO, 6.0)

    assert settling.take(PHOTO) is None


def test_an_asset_in_work_is_not_handed_out_again() -> None:
    settling = Settling(5.0)
    settle(settling, 0.0)

    settling.happened(PHOTO, 6.0)
    settling.found(PHOTO, LARGE, 7.0, old=True)

    assert settling.due(1000.0, MANY) == []
    assert settling.take(PHOTO) is None


def test_an_asset_that_is_done_is_forgotten() -> None:
    settling = Settling(5.0)
    settle(settling, 0.0)

    settling.done(PHOTO, 6.0)

    assert len(settling) == 0


def test_an_asset_that_changed_in_work_settles_anew_afterwards() -> None:
    settling = Settling(5.0)
    settle(settling, 0.0)
    settling.happened(PHOTO, 6.0)

    settling.done(PHOTO, 7.0)

    assert not quiet_at(settling, 7.0, LARGE)
    assert quiet_at(settling, 12.0, LARGE)


def test_a_settle_time_of_zero_does_not_retry_without_a_pause() -> None:
    settling = Settling(0.0)
    settling.happened(PHOTO, 0.0)
    assert quiet_at(settling, 0.0, SMALL)

    settling.vain(PHOTO, 0.0, longest=60.0)

    assert settling.due(0.05, MANY) == []


def test_what_somebody_has_to_do_first_is_the_backlog() -> None:
    settling = Settling(5.0)
    broken, fresh = Path("/photos/broken.jpg"), Path("/photos/fresh.jpg")
    settle(settling, 0.0)
    settling.happened(broken, 10.0)
    settling.due(10.0, MANY)
    settling.looked(broken, SMALL, 10.0)
    settling.vain(broken, 15.0, longest=60.0)
    settling.happened(fresh, 16.0)

    assert len(settling) == 3
    assert settling.backlog() == 1


def one_step(settling: Settling, path: Path, now: float, chance: random.Random) -> None:
    """Let anything happen that may happen to a path."""
    sight = chance.choice((SMALL, SMALL, LARGE, None))
    steps: tuple[Callable[[], object], ...] = (
        lambda: settling.happened(path, now),
        lambda: settling.found(path, sight or SMALL, now, old=True),
        lambda: [settling.looked(one, sight, now) for one in settling.due(now, MANY)],
        lambda: settling.complete(path, now),
        lambda: settling.vain(path, now, longest=60.0),
        lambda: settling.take(path),
        lambda: settling.done(path, now, changed=chance.random() < 0.5),
    )
    chance.choice(steps)()


def test_the_backlog_is_nothing_when_nothing_is_left_whatever_happened_before() -> None:
    chance = random.Random(7)  # noqa: S311 - a test must be repeatable
    settling = Settling(5.0)
    paths = [Path(f"/photos/{number}.jpg") for number in range(6)]
    now = 0.0
    for _ in range(5000):
        now += chance.choice((0.0, 1.0, 6.0))
        one_step(settling, chance.choice(paths), now, chance)
        assert 0 <= settling.backlog() <= len(settling)

    for path in paths:
        settling.complete(path, now)
        settling.take(path)
        settling.done(path, now)
        settling.happened(path, now)
    for path in settling.due(now + 100.0, MANY):
        settling.looked(path, None, now + 100.0)

    assert len(settling) == 0
    assert settling.backlog() == 0


def test_no_more_than_asked_for_come_up_at_once_and_none_is_lost() -> None:
    settling = Settling(5.0)
    paths = [Path(f"/photos/{number}.jpg") for number in range(10)]
    for path in paths:
        settling.happened(path, 0.0)

    assert settling.due(0.0, 4) + settling.due(0.0, 4) + settling.due(0.0, 4) == paths


def test_a_stream_of_events_leaves_nothing_behind() -> None:
    settling = Settling(5.0)
    for tick in range(10_000):
        settling.happened(PHOTO, tick / 10)
        for path in settling.due(tick / 10, MANY):
            settling.looked(path, SMALL, tick / 10)
    settling.due(10_000.0, MANY)
    settling.looked(PHOTO, None, 10_000.0)

    assert len(settling) == 0
    assert settling.next_due() is None
