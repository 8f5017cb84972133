"""What all pages share, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tagbridge.web.serving import Serving


class Served(Protocol):
    serving: Serving
    address: str


@pytest.fixture
def page(served: Served, open_page: Callable[..., Page]) -> Page:
    shown = open_page(served.serving.opening)
    shown.wait_for_url("**/state")
    return shown


def test_the_address_opens_the_page_and_hides_the_token(page: Page, served: Served) -> None:
    assert page.url == f"{served.address}/state"
    assert page.evaluate("document.cookie") == ""


def test_the_first_key_offers_to_skip_to_the_content(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_htmx_is_there_and_needs_neither_eval_nor_inline_styles(page: Page) -> None:
    found = page.evaluate("[htmx.config.allowEval, htmx.config.includeIndicatorStyles]")
    assert found == [False, False]
    assert page.locator("style").count() == 0


def test_the_page_that_is_open_is_marked_in_the_navigation(page: Page) -> None:
    assert page.locator("nav [aria-current=page]").inner_text() == "State"
