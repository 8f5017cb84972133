"""Read the parts of a form, whichever way it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from tests.servers.wire import Request


class FormError(ValueError):
    """The body is no form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One field of a form; a file is one that has a file name."""

    name: str
    filename: str | None
    content: bytes

    @property
    def text(self) -> str:
        """Return the value of a field that is no file."""
        return self.content.decode("utf-8", "replace")


def read_form(request: Request) -> list[Part]:
    """Return the parts of a form in their order.

    Raises:
        FormError: The body is neither multipart/form-data nor urlencoded, or damaged.
    """
    kind = request.headers.get_content_type()
    if kind == "application/x-www-form-urlencoded":
        fields = parse_qsl(request.body.decode("latin-1"), keep_blank_values=True)
        return [Part(name=name, filename=None, content=text.encode()) for name, text in fields]
    boundary = request.headers.get_param("boundary")
    if kind != "multipart/form-data" or not isinstance(boundary, str):
        raise FormError("the body is not multipart/form-data")
    start, *parts, end = (b"\r\n" + request.body).split(b"\r\n--" + boundary.encode())
    if start or end not in {b"--", b"--\r\n"}:
        raise FormError("the body does not end with its boundary")
    return [_part(data) for data in parts]


def _part(data: bytes) -> Part:
    head, blank, content = data.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    part = message_from_bytes(head)
    name = part.get_param("name", header="Content-Disposition")
    if not blank or part.get_content_disposition() != "form-data" or not isinstance(name, str):
        raise FormError("a part has no name")
    return Part(name=name, filename=part.get_filename(), content=content)
