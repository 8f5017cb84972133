"""Ternaus simages: similar pictures with labels, by a picture, an address or a sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.servers.pictures import from_base64, is_decodable
from tests.servers.wire import Answer, RefusedError
from tests.servers.words import chance, identifier, ranked

if TYPE_CHECKING:
    from tests.servers.visits import Visit
    from tests.servers.wire import Request

SERVICE = "simages"
MOST = 50
LABELS = "coco_yolov7"
ORIGINS = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "OPTIONS,POST"}
SOURCES = {"url", "image", "text"}


def refused(status: int, why: str) -> RefusedError:
    """Return a refusal: it has `error` and no `body`."""
    body = {"statusCode": status, "error": why, "headers": ORIGINS}
    return RefusedError(why, Answer(status=status, body=body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Simages:
    """The service."""

    name: str = SERVICE
    full: int = 1

    def answer(self, visit: Visit) -> Answer:
        """Serve one request."""
        request = visit.request
        if request.path not in {"/simages", "/simages/"} or request.query:
            raise refused(404, "Not found")
        if request.method != "POST":
            raise refused(405, "Method not allowed")
        key = request.headers["x-api-key"]
        if not key:
            raise refused(401, "Missing an API key")
        if not visit.account.is_key(key):
            raise refused(403, "Invalid API key")
        if excess := visit.account.excess(visit.at):
            raise refused(429, excess)
        body = read_body(request)
        digest = visit.shown(source(body))
        if visit.account.lacks(1):
            raise refused(402, "You exceeded free of charge day limit")
        visit.cost = 1
        told = found(digest, body.get("num_similar", 1), labelled="get_labels" in body)
        return Answer(body={"statusCode": 200, "body": json.dumps(told), "headers": ORIGINS})


def read_body(request: Request) -> dict[str, Any]:
    """Return the JSON object of the body, its options within their bounds."""
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise refused(400, "Invalid request: no JSON") from error
    if request.headers.get_content_type() != "application/json" or not isinstance(body, dict):
        raise refused(400, "Invalid request: no JSON object")
    count = body.get("num_similar", 1)
    if type(count) is not int or not 1 <= count <= MOST:
        raise refused(400, f"Invalid request: num_similar must be from 1 to {MOST}")
    if body.get("get_labels", LABELS) != LABELS:
        raise refused(400, f"Invalid request: get_labels must be {LABELS}")
    if set(body) - SOURCES - {"num_similar", "get_labels"}:
        raise refused(400, "Invalid request: unknown field")
    return body


def source(body: dict[str, Any]) -> bytes:
    """Return the picture, or the text that stands for it."""
    given = SOURCES & set(body)
    name = next(iter(given), "")
    text = body.get(name)
    if len(given) != 1 or not isinstance(text, str) or not text:
        raise refused(400, "Invalid request: one of url, image, text")
    if name == "url" and urlsplit(text).scheme not in {"http", "https"}:
        raise refused(400, "Invalid request: url")
    if name != "image":
        return text.encode()
    picture = from_base64(text, prefix=False) or b""
    if not is_decodable(picture, "jpeg"):
        raise refused(400, "Invalid request: image")
    return picture


def found(digest: str, count: int, *, labelled: bool) -> dict[str, object]:
    """Return so many pictures, the most similar first, with the labels of each if wanted."""
    drawn = chance(SERVICE, digest)
    scores = sorted((round(drawn.uniform(0.3, 0.95), 4) for _ in range(count)), reverse=True)
    images = [
        {
            "url": f"https://pictures.example/{digest[:8]}/{place}.jpg",
            "score": score,
            "thumbnail_url": f"https://pictures.example/{digest[:8]}/{place}.webp",
            "id": identifier(SERVICE, digest, str(place)),
        }
        for place, score in enumerate(scores)
    ]
    told: dict[str, object] = {"info": {"url": "https://ternaus.com"}, "images": images}
    if labelled:
        told["annotations"] = [annotation(digest, str(image["id"])) for image in images]
    return told


def annotation(digest: str, image: str) -> dict[str, object]:
    """Return the labels of one found picture, boxes in its own pixels; all have the first."""
    drawn = chance(SERVICE, image)
    words = [word for word, _ in ranked(SERVICE, digest)[:6]]
    width, height = drawn.randint(300, 2000), drawn.randint(300, 2000)
    rows = [
        {
            "name": word,
            "score": round(drawn.uniform(0.4, 0.99), 4),
            "box": [width // 8, height // 8, width // 2, height // 2],
            "category_id": place,
        }
        for place, word in enumerate([words[0], *drawn.sample(words[1:], 2)])
    ]
    return {"image_id": image, "height": height, "width": width, "annotations": rows}
