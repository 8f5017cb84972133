"""A dry run asks no service: it says what a run would ask, and what that would cost."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journey.paid.conftest import Album, Customer

PRICE = 0.0006  # of one call to Everypixel; nobody knows what the other service costs


def files(customer: Customer) -> dict[str, bytes]:
    state = customer.program.state
    return {str(p): p.read_bytes() for p in sorted(state.rglob("*")) if p.is_file()}


def test_it_makes_no_call_and_counts_those_that_a_run_makes(
    customer: Callable[..., Customer], album: Album
) -> None:
    we = customer()
    album.add_many(5)
    shutil.copy(album.add("six.jpg"), album.folder / "copy of six.jpg")

    planned = we.program.tag("--dry-run", album.folder)

    assert (planned.status, planned.rows[-1]) == (
        0,
        {
            "summary": {"planned": 7},
            "calls": {"everypixel": 6, "postman": 6},
            "cost": {"USD": 6 * PRICE},
            "unpriced": ["postman"],
        },
    )
    assert {row["calls"] for row in planned.rows[:-1]} == {2}
    assert we.service.arrived() == []
    assert not we.program.state.exists()
    we.program.tag(album.folder)
    assert len(we.service.arrived()) == 12


def test_what_is_stored_costs_nothing_and_is_shown(
    customer: Callable[..., Customer], album: Album
) -> None:
    we = customer()
    known, new = album.add("known.jpg"), album.add("new.jpg")
    original = known.read_bytes()
    tagged = we.program.tag(known)
    known.write_bytes(original)
    asked, state = len(we.service.arrived()), files(we)

    planned = we.program.tag("--dry-run", album.folder)

    assert planned.of(known)["keywords"] == tagged.of(known)["keywords"]
    assert (planned.of(known)["outcome"], planned.of(known)["calls"]) == ("planned", 0)
    assert planned.of(new)["reason"] == "everypixel and postman would be asked"
    assert planned.rows[-1]["calls"] == {"everypixel": 1, "postman": 1}
    assert (len(we.service.arrived()), files(we)) == (asked, state)


def test_where_nothing_is_to_be_asked_nothing_is_said_of_calls(
    customer: Callable[..., Customer], album: Album
) -> None:
    we = customer()
    album.add()
    we.program.tag(album.folder)
    assert we.program.tag("--dry-run", album.folder).rows[-1] == {"summary": {"unchanged": 1}}


def test_people_read_it_in_a_sentence(customer: Callable[..., Customer], album: Album) -> None:
    we = customer(PROVIDERS__EVERYPIXEL__PRICE_PER_CALL=0.5)
    album.add_many(2)
    said = we.program.run("tag", "--dry-run", album.folder).out.splitlines()
    assert said[-2:] == [
        "2 planned",
        (
            "a run would make 4 calls (2 to everypixel, 2 to postman), for 1.00 USD; "
            "no price is known of postman"
        ),
    ]
