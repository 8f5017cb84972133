"""imagerecognize.com: one address for six types, everything in a form, answers as text/html."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.forms import FormError, Part, read_form
from tests.servers.imagerecognize.answers import found
from tests.servers.pictures import format_of, is_whole
from tests.servers.wire import Answer, RefusedError

if TYPE_CHECKING:
    from tests.servers.visits import Visit
    from tests.servers.wire import Request

PATH = "/imagerecognize/api/v2/"
LARGEST = 50 * 1024 * 1024
TYPES = ("objects", "celebrities", "detect_faces", "detect_text", "nsfw", "cache")
PERCENT = range(101)
# What each type needs besides; a parameter of another type is ignored.
NEEDED = {
    "objects": {"max_labels": range(1, 1_000_000), "min_confidence": PERCENT},
    "nsfw": {"nsfw_min_confidence": PERCENT},
}
NAMES = {"apikey", "type", "file", "max_labels", "min_confidence", "nsfw_min_confidence"}


@dataclass(slots=True, kw_only=True)
class Imagerecognize:
    """The service.

    Attributes:
        always_200: Whether the status stands in the JSON alone, as the documentation can be read.
        earlier: The objects of earlier answers, for the type `cache`.
    """

    always_200: bool = False
    earlier: list[dict[str, object]] = field(default_factory=list)
    name: str = "imagerecognize"
    full: int = 100

    def answer(self, visit: Visit) -> Answer:
        """Serve one request."""
        if visit.request.path == PATH.removesuffix("/"):
            moved = Answer(status=301, body=b"", media_type="text/html", headers={"Location": PATH})
            raise RefusedError("the slash at the end is missing", moved)
        if visit.request.path != PATH:
            raise RefusedError(
                "no such address", Answer(status=404, body=b"", media_type="text/html")
            )
        parts = self.parts(visit.request)
        file = next((part.content for part in parts if part.name == "file"), None)
        if file:
            visit.shown(file)
        fields = self.fields(parts)
        self.check_caller(visit, fields)
        visit.kind = self.checked_type(visit.request.method, fields)
        options = self.checked_options(visit.kind, fields)
        if visit.kind != "cache":
            self.check_file(file)
        return self.recognized(visit, options)

    def parts(self, request: Request) -> list[Part]:
        """Return the fields of a form, or of the address of a GET."""
        try:
            parts = read_form(request) if request.method == "POST" else _queried(request)
        except FormError:
            parts = []
        if not parts:
            raise self.refused(300, "Invalid request, no data received")
        return parts

    def fields(self, parts: list[Part]) -> dict[str, str]:
        """Return the fields that are no file, by name."""
        names = [part.name for part in parts]
        for name in names:
            if name not in NAMES or names.count(name) > 1:
                raise self.refused(430, f"Invalid parameter {name[:40]}")
        return {part.name: part.text for part in parts if part.name != "file"}

    def check_caller(self, visit: Visit, fields: dict[str, str]) -> None:
        """Refuse whoever has no key, comes too often, or has used up the plan."""
        if not fields.get("apikey"):
            raise self.refused(400, "APIkey missing")
        if not visit.account.is_key(fields["apikey"]):
            raise self.refused(401, "APIkey invalid")
        if excess := visit.account.excess(visit.at):
            busy = Answer(status=503, body=b"<html>Busy</html>", media_type="text/html")
            raise RefusedError(excess, busy)

    def checked_type(self, method: str, fields: dict[str, str]) -> str:
        """Return the type; only earlier results can be had by GET."""
        kind = fields.get("type", "")
        if kind not in TYPES or (method == "GET" and kind != "cache"):
            raise self.refused(420, "Invalid type")
        return kind

    def checked_options(self, kind: str, fields: dict[str, str]) -> dict[str, int]:
        """Return the whole numbers that this type needs."""
        options = {}
        for name, allowed in NEEDED.get(kind, {}).items():
            text = fields.get(name, "")
            if not (text.isascii() and text.isdecimal() and int(text) in allowed):
                raise self.refused(430, f"Parameter {name} missing or invalid")
            options[name] = int(text)
        return options

    def check_file(self, file: bytes | None) -> None:
        """Refuse what is no PNG or JPEG of at most 50 MB."""
        if file is None:
            raise self.refused(430, "Parameter file missing")
        if len(file) > LARGEST:
            raise self.refused(413, "Image size too large")
        if format_of(file) not in {"jpeg", "png"}:
            raise self.refused(415, "Invalid file format")
        if not is_whole(file):
            raise self.refused(412, "Invalid file")

    def recognized(self, visit: Visit, options: dict[str, int]) -> Answer:
        """Answer, with the allowance that is left after it."""
        cost = 0 if visit.kind == "cache" else 1
        if visit.account.lacks(cost):
            raise self.refused(402, "Quota limit reached")
        visit.cost = cost
        if cost:
            objects = found(visit.kind, visit.pictures[0], options)
            self.earlier = [*objects, *self.earlier][:100]
        quota = 3000 if visit.account.quota is None else visit.account.quota
        data = {
            # Documented as the number 0 and as '0': it is either.
            "error": "0" if visit.pictures and visit.pictures[0] < "8" else 0,
            "type": visit.kind,
            "objects": objects if cost else self.earlier,
            "quota": max(quota - visit.account.paid - cost, 0),
        }
        return self.said(200, {"status": 200, "message": "Success", "data": data})

    def refused(self, status: int, why: str) -> RefusedError:
        """Return a refusal; its text has another name than that of a success."""
        return RefusedError(
            why, self.said(status, {"status": status, "status_message": why, "data": None})
        )

    def said(self, status: int, body: object) -> Answer:
        """Return an answer, its status in front of it as well where it is meant to be."""
        return Answer(
            status=200 if self.always_200 else status,
            body=body,
            media_type="text/html; charset=UTF-8",
        )


def _queried(request: Request) -> list[Part]:
    return [Part(name=name, filename=None, content=t.encode()) for name, t in request.parameters]
