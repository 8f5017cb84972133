"""Read the fields and write the pages of the management of Vize."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.servers.forms import FormError, read_form
from tests.servers.rest import check_parameters, read_object, refused
from tests.servers.wire import Answer

if TYPE_CHECKING:
    from tests.servers.wire import Request

PAGE = 10


def fields(request: Request, allowed: set[str]) -> dict[str, str]:
    """Return the fields of a form or of a JSON object; refuse those that are not documented."""
    check_parameters(request)
    if request.headers.get_content_type() == "application/json":
        given = [(name, value) for name, value in read_object(request).items()]
    else:
        try:
            given = [(part.name, part.text) for part in read_form(request)]
        except FormError as error:
            raise refused(415, str(error)) from error
    for name, value in given:
        if name not in allowed or not isinstance(value, str):
            raise refused(400, f"unknown or wrong field {name[:40]}")
    return dict(given)


def paged(request: Request, things: list[dict[str, object]]) -> Answer:
    """Return one page of a list, with the addresses of the pages around it."""
    asked = dict(request.parameters)
    text = asked.pop("page", "1")
    last = max(1, -(-len(things) // PAGE))
    if not text.isdecimal() or not 1 <= int(text) <= last:
        raise refused(404, "Invalid page.")
    page = int(text)

    def address(number: int) -> str:
        return f"http://{request.host}{request.path}?{urlencode(asked | {'page': number})}"

    return Answer(
        body={
            "count": len(things),
            "next": address(page + 1) if page < last else None,
            "previous": address(page - 1) if page > 1 else None,
            "results": things[(page - 1) * PAGE : page * PAGE],
        }
    )
