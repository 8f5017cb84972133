"""Several hosts with one ledger in PostgreSQL do the work of one another, and pay once."""

from __future__ import annotations

import sys
import time
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.journey.paid.cluster.conftest import Worker
    from tests.journey.paid.conftest import Album, Customer

RESEND = {f"PROVIDERS__{name}__IN_DOUBT": "resend" for name in ("EVERYPIXEL", "POSTMAN")}


def test_the_work_of_a_host_that_dies_is_taken_over_within_a_minute(
    hosts: Callable[..., Iterator[Customer]],
    hire: Callable[[Customer], Worker],
    album: Album,
) -> None:
    new = hosts("--latency", "1", **RESEND)
    we = next(new)
    doomed = hire(next(new))
    daemon = we.watch(album.folder)
    album.add_many(12)
    # Only what the other one has begun is of interest here.
    we.until(lambda: len(doomed.host.couriers()) == 1, "work for the other host")
    we.service.wait_for(24)
    doomed.kill_the_host()
    died = time.monotonic()
    we.wait_until_done(album.photos)
    assert time.monotonic() - died < 60
    assert daemon.stop() == 0
    assert max(we.service.charged().values()) <= 2
    we.judge.finds_all_tagged(album.photos)


def test_hosts_keep_a_rate_together(
    hosts: Callable[..., Iterator[Customer]],
    hire: Callable[[Customer], Worker],
    album: Album,
) -> None:
    rates = {f"PROVIDERS__{name}__REQUESTS_PER_SECOND": 10 for name in ("EVERYPIXEL", "POSTMAN")}
    new = hosts("--latency", "0.1:0.3", **rates)
    we = next(new)
    for _ in range(2):
        hire(next(new))
    daemon = we.watch(album.folder)
    album.add_many(40)
    we.wait_until_done(album.photos)
    assert daemon.stop() == 0
    for path in ("/v1/keywords", "/plain/keywords"):
        times = sorted(arrival.at for arrival in we.service.asked(path))
        assert len(times) == 40
        most = max(bisect_right(times, time + 1.0) - at for at, time in enumerate(times))
        # They leave on the second; on busy cores some arrive later than they left.
        assert most <= 10 + 3
        sys.stdout.write(f"{path}: {39 / (times[-1] - times[0]):.2f}/s, {most} at most\n")


def test_two_watchers_on_one_folder_pay_once(
    hosts: Callable[..., Iterator[Customer]], album: Album
) -> None:
    new = hosts("--latency", "0.1:0.3")
    we, others = next(new), next(new)
    daemons = [we.watch(album.folder), others.watch(album.folder)]
    album.add_many(12)
    we.wait_until_done(album.photos)
    assert [daemon.stop() for daemon in daemons] == [0, 0]
    we.judge.finds_all_in_order(album.photos)


def test_hosts_that_see_a_folder_under_two_names_do_the_work_of_one_another(
    hosts: Callable[..., Iterator[Customer]],
    hire: Callable[[Customer], Worker],
    album: Album,
) -> None:
    here, there = album.folder, album.folder.with_name("elsewhere")
    here.mkdir()
    there.symlink_to(here)
    new = hosts("--latency", "0.3", ROOTS__PHOTOS=here)
    we, other = next(new), next(new)
    other.program.settings["TAGBRIDGE_ROOTS__PHOTOS"] = str(there)
    worker = hire(other)
    daemon = we.watch(here)
    album.add_many(10)
    we.wait_until_done(album.photos)
    # What one has done the other one knows.
    assert other.program.tag(there).summary == {"unchanged": 10}
    assert f" written {there}/" in worker.log.read_text()
    assert daemon.stop() == 0
    second = other.watch(there)
    album.add_many(1)
    we.wait_until_done(album.photos)
    assert sum(second.arrivals().values()) <= 1
    assert second.stop() == 0
    worker.process.terminate()
    assert worker.process.wait() == 0
    we.judge.finds_all_in_order(album.photos)
