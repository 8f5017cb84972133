from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from tagbridge.watching.coverage import Census, Coverage, Verdict

PHOTOS = Path("/photos")
Logged = Callable[[], Iterable[str]]


def test_a_watch_for_every_folder_and_room_for_more_is_fine(logged: Logged) -> None:
    coverage = Coverage(PHOTOS, 300.0)

    assert coverage.judge(Census(folders=10, watches=12, room=True)) is Verdict.FINE
    assert coverage.interval == 300.0
    assert logged() == []


def test_no_room_is_said_once_with_the_remedy_and_shortens_the_scans(logged: Logged) -> None:
    coverage = Coverage(PHOTOS, 300.0)

    assert coverage.judge(Census(folders=200, watches=49, room=False)) is Verdict.GAPS
    assert coverage.judge(Census(folders=200, watches=49, room=False)) is Verdict.GAPS
    assert coverage.interval == 60.0
    (message,) = logged()
    assert "49 for 200 folders" in message
    assert "sysctl fs.inotify.max_user_watches=" in message


def test_enough_watches_without_room_are_a_gap_because_hidden_folders_have_some() -> None:
    coverage = Coverage(PHOTOS, 300.0)

    assert coverage.judge(Census(folders=10, watches=50, room=False)) is Verdict.GAPS


def test_a_short_interval_stays_as_it_is() -> None:
    coverage = Coverage(PHOTOS, 20.0)
    coverage.judge(Census(folders=10, watches=1, room=False))

    assert coverage.interval == 20.0


def test_missing_watches_are_set_up_again_once_while_there_is_room() -> None:
    coverage = Coverage(PHOTOS, 300.0)
    census = Census(folders=10, watches=9, room=True)

    verdicts = [coverage.judge(census) for _ in range(3)]

    assert verdicts == [Verdict.RENEW, Verdict.GAPS, Verdict.GAPS]


def test_new_room_closes_the_gaps_and_is_said(logged: Logged) -> None:
    coverage = Coverage(PHOTOS, 300.0)
    coverage.judge(Census(folders=200, watches=49, room=False))

    assert coverage.judge(Census(folders=200, watches=49, room=True)) is Verdict.RENEW
    assert coverage.judge(Census(folders=200, watches=200, room=True)) is Verdict.FINE
    assert coverage.interval == 300.0
    assert "again" in list(logged())[-1]


def test_a_folder_that_cannot_be_watched_is_scanned_and_said_once(logged: Logged) -> None:
    coverage = Coverage(PHOTOS, 300.0)

    coverage.failed(OSError("inotify instance limit reached"))
    coverage.failed(OSError("inotify instance limit reached"))

    assert coverage.interval == 60.0
    (message,) = logged()
    assert "fs.inotify.max_user_instances=" in message
