"""Ximilar: photo and fashion tags, dominant colours, recognition by task, visual similarity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.servers.records import read_records, recognized
from tests.servers.rest import check_caller, check_method, check_parameters, read_object, refused
from tests.servers.vize import classify
from tests.servers.vize.service import Vize
from tests.servers.ximilar.answers import NAMED
from tests.servers.ximilar.similarity import neighbours

if TYPE_CHECKING:
    from tests.servers.visits import Visit
    from tests.servers.vize.workspace import Workspace
    from tests.servers.wire import Answer

# What an endpoint takes besides `records`: the type of each field, and the words allowed for it.
PHOTO: dict[str, type] = {"lang": str, "tagging_mode": str}
PROFILES: dict[str, type] = {"profile": str, "aggregate_labels": bool}
COLORS: dict[str, type] = {"colors": int}
TASK: dict[str, type] = {"task_id": str, "task": str, "version": int}
WORDS = {"lang": ("en", "cs"), "tagging_mode": ("complex", "simple")}
OPTIONS: dict[str, dict[str, type]] = {
    "photo/tags/v2/tags": PHOTO,
    "tagging/generic/v2/tags": PHOTO,
    **{
        f"tagging/{kind}/v2/{action}": PROFILES
        for kind in ("fashion", "homedecor")
        for action in ("tags", "detect_tags", "detect", "detect_tags_all", "meta")
    },
    "dom_colors/generic/v2/dominantcolor": COLORS,
    "dom_colors/product/v2/dominantcolor": COLORS,
    "detection/v2/detect": TASK,
}
SIMILARITY = ("similarity/photos/v2/visualKNN", "similarity/products/v2/visualKNN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ximilar:
    """The service, with the tasks that the account holds; Vize is a part of it."""

    workspace: Workspace
    name: str = "ximilar"
    full: int = 1

    def answer(self, visit: Visit) -> Answer:
        """Serve one request."""
        path = visit.request.path.removeprefix("/ximilar/")
        if path in {"recognition/v2/classify", "recognition/v2/classify/"}:
            return classify.by_records(visit, self.workspace, "ximilar", "task")
        if path.startswith("recognition/v2/"):
            return Vize(workspace=self.workspace).below(visit, path.removeprefix("recognition"))
        check_caller(visit)
        if path in SIMILARITY:
            return neighbours(visit)
        if path not in OPTIONS:
            raise refused(404, "Not found.")
        return self.recognized(visit, path)

    def recognized(self, visit: Visit, path: str) -> Answer:
        """Answer a batch of records."""
        check_method(visit.request, "POST")
        check_parameters(visit.request)
        body = read_object(visit.request)
        options = {name: value for name, value in body.items() if name != "records"}
        check_options(options, OPTIONS[path])
        records = read_records(visit, body)
        if path == "detection/v2/detect":
            named = [name for name in ("task_id", "task") if name in options]
            if len(named) != 1:
                raise refused(400, "task_id is required")
            classify.trained(self.workspace, options[named[0]], named[0])
        action = path.rpartition("/")[2]
        result = NAMED["photo" if OPTIONS[path] is PHOTO else action]
        return recognized(visit, records, lambda record: result(record, options))


def check_options(options: dict[str, Any], allowed: dict[str, type]) -> None:
    """Refuse options that this endpoint does not take, or not like this."""
    for name, value in options.items():
        if name not in allowed or type(value) is not allowed[name]:
            raise refused(400, f"unknown or wrong field {name[:40]}")
        if name in WORDS and value not in WORDS[name]:
            raise refused(400, f"{name} must be one of {', '.join(WORDS[name])}")
        if type(value) is int and value < 1:
            raise refused(400, f"{name} must be positive")
