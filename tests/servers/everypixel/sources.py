"""Where Everypixel gets its picture from: the file `data` of a form, or an address.

An address is not fetched: the picture it stands for is the address itself, and one below
`.invalid` cannot be loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.servers.forms import FormError, read_form
from tests.servers.pictures import is_decodable, seconds_of
from tests.servers.wire import Answer, RefusedError

if TYPE_CHECKING:
    from tests.servers.forms import Part
    from tests.servers.wire import Request

LONGEST_URL = 2083
VIDEO_SECONDS = (5.0, 60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A picture or its address, or the fault that it has as a parameter at its place."""

    data: bytes = b""
    fault: str = ""
    place: str = "body"
    name: str = "data"

    @property
    def is_url(self) -> bool:
        """Say whether it is an address."""
        return self.name == "url"


def given_source(request: Request) -> Source:
    """Return what the request shows, or what is wrong with it."""
    if request.method == "GET":
        return _queried(request)
    try:
        parts = read_form(request)
    except FormError as error:
        return Source(fault=str(error))
    if len(parts) != 1:
        return Source(fault="the body must have exactly one part")
    return _posted(parts[0])


def _posted(part: Part) -> Source:
    if part.name == "url" and part.filename is None:
        return Source(data=part.content, fault=url_fault(part.text), name="url")
    if part.name != "data":
        return Source(fault="field required")
    if not part.filename:
        return Source(data=part.content, fault="the part has no file name")
    return Source(data=part.content)


def _queried(request: Request) -> Source:
    url = dict(request.parameters).get("url", "")
    # What is not encoded is cut at `&`, which makes parameters of it, and shows by its `?`.
    fault = "must be percent-encoded" if "?" in request.query else url_fault(url)
    return Source(data=url.encode(), fault=fault, place="query", name="url")


def url_fault(url: str) -> str:
    """Return why this is no address of a picture, or nothing."""
    if not url:
        return "field required"
    if len(url) > LONGEST_URL:
        return f"must have at most {LONGEST_URL} characters"
    parts = urlsplit(url)
    return "" if parts.scheme in {"http", "https"} and parts.netloc else "must be http or https"


def check_source(path: str, source: Source) -> None:
    """Refuse what cannot be decoded, and videos that are too short or too long."""
    if source.is_url:
        host = urlsplit(source.data.decode("utf-8", "replace")).hostname or ""
        fault = "the picture cannot be loaded" if host.endswith(".invalid") else ""
    elif path == "/v1/video_keywords":
        seconds = seconds_of(source.data)
        low, high = VIDEO_SECONDS
        fault = "" if seconds else "the video cannot be decoded"
        if seconds and not low <= seconds <= high:
            fault = f"the video must last from {low:.0f} to {high:.0f} seconds"
    else:
        whole = is_decodable(source.data, "jpeg", "png")
        fault = "" if whole else "the picture cannot be decoded"
    if fault:
        raise RefusedError(fault, Answer(status=400, body={"status": "error", "message": fault}))
