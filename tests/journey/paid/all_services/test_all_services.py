"""Every photo goes to six services at once, which have bad days, and ends with all keywords."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journey.paid.all_services.conftest import Inspector
    from tests.journey.paid.conftest import Album, Customer

PHOTOS = int(os.environ.get("TAGBRIDGE_TEST_PAID_PHOTOS", "12"))
# Nothing is done, so that nothing is charged. Not `redirect`: it switches a provider off.
FREE = "html,500,502,503,429,error-inside"
# The work was done.
CHARGED = (
    "truncated,not-utf8,bom,score-text,score-nan,score-null,score-scale,missing-list,"
    "records-shuffled,record-missing,record-failed,chatter,half-json,no-choices,"
    "closed,reset,short,short-chunk,endless"
)

pytestmark = pytest.mark.timeout(3600)


def faults(kinds: str) -> tuple[str, ...]:
    """Return the options of services of which one answer in twenty is bad."""
    return ("--latency", "0.05:0.3", "--faults", "0.05", "--fault-kinds", kinds)


def test_the_daemon_has_all_photos_tagged_by_all_services_for_one_call_of_each_kind(
    everybody: Callable[..., Customer],
    inspector_of: Callable[[Customer], Inspector],
    album: Album,
) -> None:
    we = everybody(*faults(FREE))
    inspector = inspector_of(we)
    daemon = we.watch(album.folder)
    album.add_many(PHOTOS)
    we.wait_until_done(album.photos)
    assert daemon.stop() == 0
    sys.stdout.write(inspector.report())
    inspector.finds_all_in_order(album.photos)
    for sizes in (*inspector.sizes("ximilar").values(), *inspector.sizes("vize").values()):
        assert sum(sizes) / len(sizes) > 2  # records in a request


def test_a_single_run_has_all_photos_tagged_and_tells_of_every_call(
    everybody: Callable[..., Customer],
    inspector_of: Callable[[Customer], Inspector],
    album: Album,
) -> None:
    we = everybody(*faults(FREE), "--fault-seed", "1")
    inspector = inspector_of(we)
    album.add_many(PHOTOS)
    run = we.program.start("tag", "--json", album.folder, stdout=subprocess.PIPE)
    *rows, last = map(json.loads, run.communicate()[0].splitlines())
    sys.stdout.write(inspector.report())
    assert (run.returncode, last) == (0, {"summary": {"written": PHOTOS}})
    inspector.finds_all_in_order(album.photos)
    assert sum(row["calls"] for row in rows) == sum(len(a.pictures) or 1 for a in inspector.arrived)


def test_answers_that_are_charged_for_and_useless_are_all_that_is_paid_for_on_top(
    everybody: Callable[..., Customer],
    inspector_of: Callable[[Customer], Inspector],
    album: Album,
) -> None:
    we = everybody(*faults(CHARGED))
    inspector = inspector_of(we)
    daemon = we.watch(album.folder)
    album.add_many(min(PHOTOS, 50))
    we.wait_until_done(album.photos)
    assert daemon.stop() == 0
    sys.stdout.write(inspector.report())
    inspector.finds_all_in_order(album.photos, more=True)
