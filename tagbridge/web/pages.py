"""Pages out of templates."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from tagbridge.printable import plain, printable
from tagbridge.status.phrases import amount

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

_TEMPLATES = Environment(
    loader=PackageLoader("tagbridge.web", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"printable": printable, "plain": plain, "amount": amount}


def rendered(template: str, **values: object) -> str:
    """Return a template filled with values; all of them are escaped."""
    return _TEMPLATES.get_template(template).render(values)


def page(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Return the answer with a page; its template extends `base.html` and may ask for `path`."""
    html = rendered(template, path=request.url.path, **values)
    return HTMLResponse(encoded(html), status_code=status)


def encoded(html: str) -> bytes:
    """Return the bytes of an answer; a name that is not UTF-8 must not end it."""
    return html.encode("utf-8", "backslashreplace")


async def form_of(request: Request) -> Mapping[str, Sequence[str]]:
    """Return the fields of a form that was sent; its size is bounded by the guard."""
    return parse_qs((await request.body()).decode("utf-8", "surrogateescape"))


def problem_page(request: Request, error: Exception) -> HTMLResponse:
    """Return the page that says what went wrong, without anything of the inside."""
    if isinstance(error, HTTPException):
        return page(
            *(request, "problem.html"),
            status=error.status_code,
            title=error.detail,
            text="The address is wrong, or what it showed is not there any more.",
        )
    return page(
        *(request, "problem.html"),
        status=500,
        title="Something went wrong",
        text="This is a fault in tagbridge; what happened is in the log of the terminal.",
    )
