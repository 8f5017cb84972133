"""What the kit shows to a provider: pictures, and the answers of a service on a bad day."""

from __future__ import annotations

from base64 import b64decode

from tagbridge_hooks.assets import Rendition

# A drawn landscape: sky, sun, a mountain and a meadow.
_PLAIN = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVk"
    "VGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8"
    "fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAAwAEADASIAAhEBAxEB/8QAGAAAAwEBAAAAAAAAAAAAAAAAAAIDBQ"
    "T/xAAoEAABBAEBBwQDAAAAAAAAAAABAAIDERIxBBUhQVKR0QUyUWETIqH/xAAZAQACAwEAAAAAAAAAAAAAAAAAAwEC"
    "BAX/xAAdEQACAwADAQEAAAAAAAAAAAAAAQIDEQQSITET/9oADAMBAAIRAxEAPwC+KMVXFGK6OmPCWKMUSStje1rtT/"
    "FXFR2TJ6ksVeDZHTDK8W/J5pcVrNADQG6AcFi5nJlTFdfrHU1Kb9M2bYnRNyac2jXhxXNitxZT2gSODdLNKvC5U7U1"
    "P6ibqlDGh8VLaJGwxkn3H2j5KlvSDpk7DyuCfaPzSl5BF6D4TpXRzxlUlvoOcXuLnGyV3bFMHtEbj+w0+ws3MfaZk2"
    "Dg5pII0KTGxJ7oyTi1ht4q8M5YMXAkcvpZw9UhoWyQHnwHlG9IOmTsPKvY6rY9ZC4ycXqNKTaCRTARfMrnxXLvSDpk"
    "7DyjekHTJ2HlRV+VSyISk5PWY9otLaLWXAwa0WltFowMGtFpbRaMDBrRaW0WjAw//9k="
)
_PORTRAIT = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVk"
    "VGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8"
    "fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCABAADADASIAAhEBAxEB/8QAGQAAAwEBAQAAAAAAAAAAAAAAAAIDBQ"
    "QG/8QAJxAAAgIBAwIFBQAAAAAAAAAAAREAAgMEEiETQSIxUVOSMmFxgaH/xAAZAQADAQEBAAAAAAAAAAAAAAAAAgME"
    "AQX/xAAdEQADAQEBAQADAAAAAAAAAAAAAQIRAxIEFDFR/9oADAMBAAIRAxEAPwC6go6gp6OmPBFBR1L6XAMt/F9NfP"
    "7xOnRc5dV+kdmXTxHKoKbYrUV2ioFfRcTg1enGMi9AqnzHoZj4ffPW/DWFr+dwt0kpLUX6WI27+Q/M6FM7XZN2baDx"
    "UL9zTdYhZnWX0l9+EB814M7tLkGO5FuBbvMrQXWbZ2sP7NFSbldefmhnsXqNKcesyCyoOUWZN2AQsV6OKpl4fEuV+m"
    "9wpfb0sSJ5dVipitauSlrAcAWBmQbMkmzJ7uRcHO11dE1WF6322FgQCCxNiupwWqD1aBho2DEwHBwns5B1p6Dr4Pex"
    "/IQ6+D3sfyE8+4ON+Q/4KK4OK4OQw7gzg4rg4YGDODiuDhgYf//Z"
)
_DOT = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVk"
    "VGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8"
    "fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAABAAEDASIAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EAB"
    "QQAQAAAAAAAAAAAAAAAAAAAAD/xAAUAQEAAAAAAAAAAAAAAAAAAAAA/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwD"
    "AQACEQMRAD8AAA//2Q=="
)


def _sample(encoded: str, width: int, height: int) -> Rendition:
    return Rendition(data=b64decode(encoded), media_type="image/jpeg", width=width, height=height)


SAMPLES: tuple[Rendition, ...] = (
    _sample(_PLAIN, 64, 48),
    _sample(_PORTRAIT, 48, 64),
    _sample(_DOT, 1, 1),
)
"""A landscape, the same upright, and a single pixel."""

DAMAGED: tuple[Rendition, ...] = (
    Rendition(data=SAMPLES[0].data[:-99], media_type="image/jpeg", width=64, height=48),
    Rendition(data=b"not a picture", media_type="image/jpeg", width=64, height=48),
)
"""A picture that was cut off, and something that never was one."""

BAD_DAYS: tuple[tuple[int, bytes], ...] = (
    *(
        (status, b'{"error": "no"}')
        for status in (302, 400, 401, 402, 403, 404, 413, 429, 500, 503)
    ),
    *((200, body) for body in (b"", b"<html>Back soon</html>", b'{"tags": [{"na', b"\xff\xfe")),
    *((200, body) for body in (b"null", b"[]", b"{}", b"7", b'"text"', b"[" * 100_000)),
)
"""What a service sends on a bad day: refusals, a maintenance page, a cut text, another form."""
