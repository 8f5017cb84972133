"""Classify pictures by a task of Vize: one by a form, up to ten by records.

The two ways name the same things differently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.servers.forms import FormError, read_form
from tests.servers.pictures import from_base64, is_decodable
from tests.servers.records import read_records, recognized
from tests.servers.rest import (
    check_allowance,
    check_caller,
    check_method,
    check_parameters,
    read_object,
    refused,
)
from tests.servers.wire import Answer, RefusedError
from tests.servers.words import chance, identifier, ranked

if TYPE_CHECKING:
    from tests.servers.forms import Part
    from tests.servers.records import Record
    from tests.servers.visits import Visit
    from tests.servers.vize.workspace import Task, Workspace

LARGEST = 10 * 1024 * 1024
SOURCES = {"image_file", "image_url", "image_base64"}


def by_form(visit: Visit, workspace: Workspace) -> Answer:
    """Answer version 1: one picture and the field `task`."""
    check_caller(visit)
    check_method(visit.request, "POST")
    check_parameters(visit.request)
    try:
        parts = {part.name: part for part in read_form(visit.request)}
    except FormError as error:
        raise refused(415, str(error)) from error
    source = SOURCES & set(parts)
    if len(source) != 1 or set(parts) - source != {"task"}:
        raise refused(400, "exactly one of image_file, image_url, image_base64, and task")
    task = trained(workspace, parts["task"].text, "task")
    digest = visit.shown(_picture(parts[source.pop()]))
    check_allowance(visit, 1)
    visit.cost = 1
    rows = [
        {"label_id": identifier(name), "label_name": name, "probability": share}
        for name, share in shares("vize", workspace, task, digest)
    ]
    return Answer(body={"best_label": rows[0], "labels": rows, "task_id": task.id})


def _picture(part: Part) -> bytes:
    if part.name == "image_url":
        return part.content
    if (part.name == "image_file") != bool(part.filename):
        raise _unusable(part.name, "The submitted data was not a file.")
    picture = part.content
    if part.name == "image_base64":
        picture = from_base64(part.text, prefix=False) or b""
    if len(picture) > LARGEST:
        raise refused(413, "The picture is larger than 10 MB.")
    if not is_decodable(picture, "jpeg", "png"):
        raise _unusable(part.name, "Upload a valid image.")
    return picture


def _unusable(name: str, why: str) -> RefusedError:
    return RefusedError(why, Answer(status=400, body={name: [why]}))


def by_records(visit: Visit, workspace: Workspace, service: str, *also: str) -> Answer:
    """Answer version 2: up to ten records and `task_id`; `also` are further names of that."""
    check_caller(visit)
    check_method(visit.request, "POST")
    check_parameters(visit.request)
    body = read_object(visit.request)
    named = [name for name in ("task_id", *also) if name in body]
    if len(named) != 1:
        raise refused(400, "task_id is required")
    check_options(body, {*named, "records", "version", "descriptor"})
    records = read_records(visit, body)
    task = trained(workspace, body[named[0]], named[0])
    if body.get("version", 1) > task.production_version:
        raise refused(404, "There is no such version of the model.")

    def result(record: Record) -> dict[str, object]:
        rows = [
            {"prob": share, "name": name, "id": identifier(name)}
            for name, share in shares(service, workspace, task, record.digest)
        ]
        answer: dict[str, object] = {"labels": rows, "best_label": rows[0]}
        return answer | ({"_descriptor": [0.5] * 4} if body.get("descriptor") else {})

    return recognized(visit, records, result)


def check_options(body: dict[str, Any], allowed: set[str]) -> None:
    """Refuse fields that are not documented, and a version or descriptor of another type."""
    if unknown := set(body) - allowed:
        raise refused(400, f"unknown field {min(unknown)[:40]}")
    if type(body.get("version", 1)) is not int or body.get("version", 1) < 1:
        raise refused(400, "version must be an integer")
    if type(body.get("descriptor", 0)) is not int or body.get("descriptor", 0) not in {0, 1}:
        raise refused(400, "descriptor must be 0 or 1")


def trained(workspace: Workspace, task_id: object, field: str) -> Task:
    """Return the task with this id, which must have been trained."""
    try:
        known = workspace.tasks.get(str(UUID(str(task_id))))
    except ValueError as error:
        raise _unusable(field, "Must be a valid UUID.") from error
    if known is None:
        raise refused(404, "Not found.")
    if known.production_version < 1:
        raise refused(400, "The task has no trained model.")
    return known


def shares(service: str, workspace: Workspace, task: Task, digest: str) -> list[tuple[str, float]]:
    """Return the labels of a task with their shares, best first: together 1, if only one holds."""
    drawn = chance(service, f"{task.id} {task.production_version} {digest}")
    if task.made_up:
        names = [word for word, _ in ranked(service, digest)[:4]]
    else:
        names = [workspace.labels[label].name for label in task.labels]
        drawn.shuffle(names)
    weights = sorted((drawn.uniform(0.05, 1) for _ in names), reverse=True)
    total = 1.0 if task.type == "multi_label" else sum(weights)
    return [(name, round(w / total, 5)) for name, w in zip(names, weights, strict=True)]
