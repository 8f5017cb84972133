"""Read a chat completion request strictly: one picture as a data URI, a schema that is one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.servers.pictures import format_of, from_base64, is_whole
from tests.servers.wire import Answer, RefusedError

if TYPE_CHECKING:
    from tests.servers.visits import Visit
    from tests.servers.wire import Request

FIELDS: dict[str, tuple[type, ...]] = {
    "model": (str,),
    "messages": (list,),
    "response_format": (dict,),
    "temperature": (int, float),
    "top_p": (int, float),
    "max_tokens": (int,),
    "max_completion_tokens": (int,),
    "seed": (int,),
    "n": (int,),
    "stream": (bool,),
    "stop": (str, list),
    "user": (str,),
    "frequency_penalty": (int, float),
    "presence_penalty": (int, float),
    "reasoning_effort": (str,),
}
FORMATS = ("jpeg", "png", "webp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A request that is in order.

    Attributes:
        digest: The picture's SHA-256.
        schema: What the answer must look like; None where it is free.
        bare: Whether a free answer must be JSON and nothing else.
    """

    model: str
    digest: str
    schema: dict[str, Any] | None
    bare: bool


def refused(status: int, why: str, code: str | None, **headers: str) -> RefusedError:
    """Return a refusal."""
    error = {"message": why, "type": "invalid_request_error", "param": None, "code": code}
    return RefusedError(why, Answer(status=status, body={"error": error}, headers=headers))


def invalid(status: int, why: str) -> RefusedError:
    """Return the refusal of a request that is not in order."""
    return refused(status, why, None)


def chat(request: Request, visit: Visit) -> Chat:
    """Return what is asked for, and note the picture."""
    body = _read_body(request)
    kind, schema = _response_format(body.get("response_format", {"type": "text"}))
    parts = [part for message in body["messages"] for part in _parts(message)]
    pictures = [part for part in parts if part["type"] == "image_url"]
    if len(pictures) != 1:
        raise invalid(400, "there must be one picture")
    digest = visit.shown(_picture(pictures[0].get("image_url")))
    return Chat(model=body["model"], digest=digest, schema=schema, bare=kind == "json_object")


def _read_body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise invalid(400, "could not parse the JSON body of your request") from error
    if request.headers.get_content_type() != "application/json" or not isinstance(body, dict):
        raise invalid(400, "the body must be a JSON object")
    for name, value in body.items():
        if name not in FIELDS or type(value) not in FIELDS[name]:
            raise invalid(400, f"unknown or wrong parameter {name[:40]}")
    if not body.get("model") or not body.get("messages"):
        raise invalid(400, "you must provide model and messages")
    if body.get("stream") or body.get("n", 1) != 1:
        raise invalid(400, "one answer at a time, and whole")
    return body


def _parts(message: object) -> list[dict[str, Any]]:
    """Return the parts of a message; only a user's may hold a picture."""
    if not isinstance(message, dict) or set(message) != {"role", "content"}:
        raise invalid(400, "a message has a role and a content")
    role, content = message["role"], message["content"]
    if role not in {"system", "developer", "user", "assistant"}:
        raise invalid(400, "no such role")
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise invalid(400, "a content is a text or a list of parts")
    for part in parts:
        is_text = set(part) == {"type", "text"} and part["type"] == "text"
        is_picture = set(part) == {"type", "image_url"} and part["type"] == "image_url"
        if not (is_text and isinstance(part["text"], str)) and not (is_picture and role == "user"):
            raise invalid(400, "no such part")
    return parts


def _picture(image: object) -> bytes:
    if not isinstance(image, dict) or not isinstance(image.get("url"), str):
        raise invalid(400, "image_url must be an object with a url")
    if set(image) - {"url", "detail"} or image.get("detail", "auto") not in {"auto", "low", "high"}:
        raise invalid(400, "image_url has a url and a detail")
    head, _, text = image["url"].partition(";base64,")
    kind = head.removeprefix("data:image/")
    picture = from_base64(text, prefix=False)
    if not head.startswith("data:image/") or not picture:
        raise invalid(400, "the picture must be a data URI in base64")
    if kind not in FORMATS or format_of(picture) != kind or not is_whole(picture):
        raise invalid(400, "the picture cannot be decoded as what it says it is")
    return picture


def _response_format(given: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    kind = given.get("type")
    if kind in {"text", "json_object"} and set(given) == {"type"}:
        return kind, None
    wanted = given.get("json_schema")
    if kind != "json_schema" or set(given) != {"type", "json_schema"}:
        raise invalid(400, "response_format is wrong")
    if not isinstance(wanted, dict) or set(wanted) - {"name", "schema", "strict", "description"}:
        raise invalid(400, "response_format.json_schema is wrong")
    name, schema = wanted.get("name"), wanted.get("schema")
    if not isinstance(name, str) or not name.replace("-", "").replace("_", "").isalnum():
        raise invalid(400, "response_format.json_schema.name is wrong")
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise invalid(400, "response_format.json_schema.schema must be of an object")
    if wanted.get("strict"):
        _check_strict(schema)
    return kind, schema


def _check_strict(schema: object) -> None:
    """Refuse a strict schema with an object that is open, or has fields that may be missing."""
    if isinstance(schema, list):
        for one in schema:
            _check_strict(one)
    if not isinstance(schema, dict):
        return
    if "properties" in schema and schema.get("type") == "object":
        closed = schema.get("additionalProperties") is False
        if not closed or set(schema.get("required", ())) != set(schema["properties"]):
            raise invalid(400, "a strict schema requires all fields and no others")
    for one in schema.values():
        _check_strict(one)
