"""People decide on the page of the real daemon, and the photos say so afterwards."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.journey.conftest import Daemon, Program

NOTHING = "\N{EN DASH}"
LISTS = ("XMP-dc:Subject", "IPTC:Keywords")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A daemon that serves its page, and somebody who looks at it.

    Attributes:
        program: With its settings.
        inbox: The folder that is watched.
        watching: Starts the daemon.
        open_page: Opens an address in a browser.
        exiftool: Reads photos.
    """

    program: Program
    inbox: Path
    watching: Callable[..., Daemon]
    open_page: Callable[..., Page]
    exiftool: Callable[..., Any]

    def with_settings(self, **more: str) -> Desk:
        settings = {**self.program.settings, **more}
        return replace(self, program=replace(self.program, settings=settings))

    def daemon(self) -> Daemon:
        started = self.watching(self.program, self.inbox, TAGBRIDGE_WEB__SERVE="true")
        started.wait_for("the page is served on http://127.0.0.1:")
        return started

    def page(self, **options: object) -> Page:
        """Open the page by the address that the program says, and wait for the first picture."""
        address = self.program.run("review", "--no-browser").out.strip()
        shown = self.open_page(address, **options)
        shown.locator(".cell img:not([hidden])").first.wait_for()
        return shown

    def keywords(self, photo: Path) -> set[str]:
        """Return the keywords of a photo, which all lists must agree about."""
        found = self.exiftool(photo)
        first, second = (set(str(found.get(name, "")).splitlines()) for name in LISTS)
        assert first == second
        return first


@pytest.fixture
def desk(
    puppet: Program,
    inbox: Path,
    watching: Callable[..., Daemon],
    open_page: Callable[..., Page],
    exiftool: Callable[..., Any],
) -> Desk:
    """Return a desk whose provider says `Sea` and `Boat` of every picture."""
    made = Desk(
        program=puppet, inbox=inbox, watching=watching, open_page=open_page, exiftool=exiftool
    )
    return made.with_settings(TAGBRIDGE_PROVIDERS__PUPPET__WORDS='["Sea", "Boat"]')


def cell(page: Page, name: str) -> Locator:
    return page.locator(".cell", has_text=name)


def decided(page: Page, what: str) -> None:
    """Wait until the page says that something was done."""
    page.locator("#said", has_text=what).wait_for()


def test_real_photos_are_reviewed_one_keyword_at_a_time(
    desk: Desk, tagbridge: Program, photos: Path
) -> None:
    home = replace(desk, program=tagbridge)
    daemon = home.daemon()
    dogs, cat = (Path(shutil.copy(photos / name, home.inbox)) for name in ("dogs.jpg", "cat.jpg"))
    daemon.wait_for_photos(dogs, cat)
    before = home.keywords(dogs)
    assert {"Dog", "Spaniel"} <= before

    page = home.page()
    cell(page, "dogs.jpg").dblclick()
    page.get_by_role("button", name="Remove: Spaniel").click()
    decided(page, "Removed Spaniel in 1 photo.")
    page.get_by_role("button", name="Accept: Dog").click()
    decided(page, "Accepted Dog in 1 photo.")
    assert page.locator("[aria-labelledby=confirmed] .text").all_inner_texts() == ["Dog"]
    assert page.locator("[aria-labelledby=removed] .text").all_inner_texts() == ["Spaniel"]

    assert home.keywords(dogs) == before - {"Spaniel"}
    records = home.exiftool(dogs)["XMP-tagbridge:Results"]
    confirmed = {r["Value"] for r in records if str(r.get("Confirmed")) == "True"}
    assert confirmed == {"Dog"}
    assert daemon.stop() == 0
    again = tagbridge.tag(dogs, cat)
    assert again.summary == {"unchanged": 2}
    assert home.keywords(dogs) == before - {"Spaniel"}
    (row,) = tagbridge.run("show", "--json", dogs).rows
    whose = {k["text"]: k["whose"] for k in row["keywords"]}
    assert whose["Dog"] == "confirmed"
    assert whose["Animal"] == "ours"


def test_the_sheet_is_worked_through_by_keys_alone(desk: Desk, draw: Callable[..., Path]) -> None:
    daemon = desk.daemon()
    drawn = [draw(desk.inbox / f"{number}.jpg", number) for number in range(4)]
    daemon.wait_for_photos(*drawn)
    page = desk.page()

    cell(page, "0.jpg").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    assert page.locator("#count").inner_text() == "4 photos, 2 selected"
    page.keyboard.press("a")
    decided(page, "Accepted Boat, Sea in 2 photos.")
    assert page.locator(".cell.reviewed").count() == 2

    page.keyboard.press("Escape")
    page.keyboard.press("End")
    page.keyboard.press("r")
    page.get_by_role("checkbox", name="Sea").check()
    page.get_by_role("button", name="Remove", exact=True).click()
    decided(page, "Removed Sea in 1 photo.")
    assert desk.keywords(drawn[3]) == {"Boat"}

    page.keyboard.press("u")
    decided(page, "Taken back for 1 photo.")
    assert desk.keywords(drawn[3]) == {"Sea", "Boat"}
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("boat")
    page.keyboard.press("Enter")
    page.wait_for_url("**/photos?*keyword=boat*")
    page.locator("#count", has_text="4 photos").wait_for()
    page.get_by_role("radio", name="Not reviewed").click()
    page.locator("#count", has_text="2 photos").wait_for()


def test_a_keyword_that_is_never_wanted_again_is_blocked_at_once(
    desk: Desk, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('# mine\n[keywords]\nblocked = ["Sky"] # as well\n')
    blocking = desk.with_settings(TAGBRIDGE_CONFIG=str(config))
    daemon = blocking.daemon()
    first = draw(blocking.inbox / "first.jpg", 1)
    daemon.wait_for_photos(first)
    page = blocking.page()
    cell(page, "first.jpg").press("Enter")
    page.get_by_role("button", name="Never again: Sea").click()
    decided(page, "Sea is never written again.")

    assert blocking.keywords(first) == {"Boat"}
    assert config.read_text() == '# mine\n[keywords]\nblocked = ["Sky", "Sea"] # as well\n'
    second = draw(blocking.inbox / "second.jpg", 2)
    daemon.wait_for_photos(second)
    assert blocking.keywords(second) == {"Boat"}

    page.get_by_role("button", name="Undo the last decision").click()
    decided(page, "Sea is no longer blocked.")
    assert blocking.keywords(first) == {"Sea", "Boat"}
    third = draw(blocking.inbox / "third.jpg", 3)
    daemon.wait_for_photos(third)
    assert blocking.keywords(third) == {"Sea", "Boat"}


def test_what_awaits_a_review_is_written_when_it_is_accepted(
    desk: Desk, draw: Callable[..., Path], asked: Callable[[], int]
) -> None:
    reviewing = desk.with_settings(TAGBRIDGE_WRITE__REVIEW="true")
    daemon = reviewing.daemon()
    photo, other = (draw(reviewing.inbox / f"{name}.jpg", n) for n, name in enumerate("ab"))
    before = photo.read_bytes()
    daemon.wait_for(f" {photo}: ", "it awaits your review")
    daemon.wait_for(f" {other}: ", "it awaits your review")
    assert daemon.stop() == 0
    assert photo.read_bytes() == before
    said = reviewing.program.run("status").out
    assert '2 await yours: "tagbridge review" shows them' in said

    daemon = reviewing.daemon()  # it neither asks again nor writes
    page = reviewing.page()
    page.locator(".tab", has_text="Awaiting review 2").click()
    cell(page, "a.jpg").press("Enter")
    would = page.locator(".fields tr", has_text="dc:subject").locator("td").all_inner_texts()
    assert would == [NOTHING, "Boat\nSea"]
    page.get_by_role("button", name="Remove: Sea").click()
    decided(page, "Refused Sea in 1 photo.")
    assert photo.read_bytes() == before
    page.keyboard.press("a")
    decided(page, "Wrote Boat in 1 photo.")
    assert reviewing.keywords(photo) == {"Boat"}
    page.keyboard.press("Escape")
    page.locator("#count", has_text="1 photo").wait_for()
    assert daemon.stop() == 0
    assert reviewing.program.tag(photo).of(photo)["outcome"] == "unchanged"
    row = reviewing.program.tag(other).of(other)
    assert (row["outcome"], row["reason"]) == ("planned", "it awaits your review")
    assert asked() == 2 + 1 + 2  # once for each, when it was accepted, and by the last two runs


def test_a_picture_that_is_not_safe_for_work_is_blurred_until_somebody_asks(
    desk: Desk, draw: Callable[..., Path]
) -> None:
    flagging = desk.with_settings(TAGBRIDGE_PROVIDERS__PUPPET__NSFW="0.95")
    daemon = flagging.daemon()
    daemon.wait_for_photos(draw(flagging.inbox / "a.jpg"))
    page = flagging.page()
    blurred = page.locator(".cell.blurred")
    blurred.wait_for()
    blurred.press("v")
    page.locator(".cell:not(.blurred)").wait_for()
    page.locator(".cell").press("Enter")
    assert page.locator(".picture.blurred").count() == 1
    page.get_by_role("button", name="Show it").click()
    assert page.locator(".picture.blurred").count() == 0


def test_a_face_is_drawn_where_it_is_on_a_picture_that_is_turned(
    desk: Desk, draw: Callable[..., Path]
) -> None:
    from PIL import Image  # noqa: PLC0415 - only to turn one

    naming = desk.with_settings(TAGBRIDGE_PROVIDERS__PUPPET__PERSON="Ada")
    turned = draw(naming.inbox.parent / "turned.jpg")
    picture = Image.open(turned).resize((400, 200))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(turned, exif=exif)
    daemon = naming.daemon()
    photo = Path(shutil.copy(turned, naming.inbox))
    daemon.wait_for_photos(photo)

    page = naming.page(viewport={"width": 1024, "height": 768})
    cell(page, "turned.jpg").press("Enter")
    drawn = page.locator(".region[data-name=Ada]")
    drawn.wait_for(state="attached")
    edges = [float(drawn.get_attribute(name) or "") for name in ("x", "y", "width", "height")]
    assert edges == pytest.approx([0.0, 0.0, 0.25, 0.25], abs=0.001)
    image = page.locator(".picture img")
    image.evaluate("image => image.decode()")
    assert image.evaluate("image => image.naturalWidth < image.naturalHeight")


def test_the_page_fits_a_tablet(desk: Desk, draw: Callable[..., Path]) -> None:
    daemon = desk.daemon()
    daemon.wait_for_photos(draw(desk.inbox / "a.jpg"))
    page = desk.page(viewport={"width": 768, "height": 1024}, has_touch=True)
    overflow = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(overflow)
    cell(page, "a.jpg").tap()
    page.locator("#count", has_text="1 selected").wait_for()
    page.get_by_role("button", name="Open").tap()
    page.get_by_role("button", name="Accept all").wait_for()
    assert not page.evaluate(overflow)
