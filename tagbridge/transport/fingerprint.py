"""Whether two requests ask the same of a service.

What tells requests apart is method, address and body. What does not: the key, so that a new one
costs nothing; the bytes of the picture, which is known by its identity, so that a new version of
the library that encodes it costs nothing either; and the random boundary of a form.
"""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote_to_bytes

from tagbridge.transport.masking import without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import httpx

_BYTES = 16
_PERSON = b"tagbridge call 1"
_FORM = "application/x-www-form-urlencoded"
_PICTURE = b"<picture>"
_BOUNDARY = b"<boundary>"


def fingerprint(request: httpx.Request, picture: bytes, secrets: Iterable[str]) -> bytes:
    """Return 16 bytes that are the same for requests which ask the same.

    Args:
        request: It must have been read.
        picture: The bytes that stand for the picture, in whatever encoding they are in it.
        secrets: What does not count, wherever it stands.
    """
    digest = blake2b(digest_size=_BYTES, person=_PERSON)
    for part in _parts(request, picture, tuple(secrets)):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def repeated(first: bytes, occurrence: int) -> bytes:
    """Return the fingerprint of a request that had so many good answers before: it is a poll."""
    if not occurrence:
        return first
    return blake2b(first + occurrence.to_bytes(8, "big"), digest_size=_BYTES).digest()


def _parts(request: httpx.Request, picture: bytes, secrets: tuple[str, ...]) -> Iterator[bytes]:
    url = request.url
    path, _, query = url.raw_path.partition(b"?")
    yield request.method.encode()
    yield f"{url.scheme}://{url.host}:{url.port}".encode()
    for segment in path.split(b"/"):
        yield without_secrets(unquote_to_bytes(segment), secrets, shortest=1)
    yield from _pairs(query, picture, secrets)
    yield b"body"
    yield from _body(request, picture, secrets)


def _body(request: httpx.Request, picture: bytes, secrets: tuple[str, ...]) -> Iterator[bytes]:
    body = _without_picture(request.content, picture)
    content_type = request.headers.get("content-type", "")
    if content_type.startswith(_FORM):
        yield from _pairs(body, picture, secrets)
        return
    boundary = content_type.partition("boundary=")[2].partition(";")[0].strip().strip('"')
    if boundary:
        body = body.replace(boundary.encode(), _BOUNDARY)
    yield without_secrets(body, secrets, shortest=1)


def _pairs(text: bytes, picture: bytes, secrets: tuple[str, ...]) -> Iterator[bytes]:
    """Return names and values as they are meant, however they were escaped."""
    for pair in filter(None, text.split(b"&")):
        name, _, value = pair.partition(b"=")
        for part in (name, value):
            meant = unquote_to_bytes(part.replace(b"+", b" "))
            yield without_secrets(_without_picture(meant, picture), secrets, shortest=1)


def _without_picture(text: bytes, picture: bytes) -> bytes:
    if not picture or len(text) < len(picture):
        return text  # no encoding is shorter than what it encodes
    for spelling in _encodings(picture):
        if spelling in text:
            return text.replace(spelling, _PICTURE)
    return text


def _encodings(picture: bytes) -> Iterator[bytes]:
    """Return how a picture may stand in a request, the longer forms of base64 first."""
    yield picture
    for encoded in (b64encode(picture), urlsafe_b64encode(picture)):
        text = encoded.decode()
        yield encoded
        yield quote_plus(text).encode()
        yield quote(text).encode()
        yield text.replace("/", "\\/").encode()
        yield encoded.rstrip(b"=")
    yield picture.hex().encode()
