"""The application: every page and what it is made of. Who may come in is decided by `guard`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tagbridge.web import photos, state
from tagbridge.web.pages import problem_page

if TYPE_CHECKING:
    from starlette.requests import Request

    from tagbridge.web.house import House

_STATIC = Path(__file__).with_name("static")


def make_app(house: House) -> Starlette:
    """Return the application for one house.

    It lets everybody in; `serving.Serving` puts the guard around it.
    """
    app = Starlette(
        routes=[
            Route("/", _front if house.equipment is None else _front_with_photos),
            *photos.routes(house),
            *state.routes(house),
            Mount("/static", StaticFiles(directory=_STATIC), name="static"),
        ],
        exception_handlers={404: problem_page, 405: problem_page, 500: problem_page},
    )
    app.state.house = house
    return app


def _front_with_photos(_request: Request) -> RedirectResponse:
    return RedirectResponse("/photos", status_code=303)


def _front(_request: Request) -> RedirectResponse:
    return RedirectResponse("/state", status_code=303)
