"""Every photo goes to six services at once, which have bad days, and ends with all keywords."""

from __future__ import annotations

import os
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

pytestmark = pytest.mark.timeout(3600)


def test_the_daemon_has_all_photos_tagged_by_all_services_for_one_call_of_each_kind(
    everybody: Callable[..., Customer],
    inspector_of: Callable[[Customer], Inspector],
    album: Album,
) -> None:
    we = everybody("--latency", "0.05:0.3", "--faults", "0.05", "--fault-kinds", FREE)
    inspector = inspector_of(we)
    daemon = we.watch(album.folder)
    album.add_many(PHOTOS)
    try:
        we.wait_until_done(album.photos)
    finally:
        sys.stdout.write(inspector.report())
    assert daemon.stop() == 0
    inspector.finds_all_in_order(album.photos)
