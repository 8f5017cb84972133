"""Manage the tasks and labels of Vize."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tests.servers.rest import check_method, check_parameters, refused
from tests.servers.vize.forms import fields, paged
from tests.servers.vize.workspace import TYPES, Image, Label, Task
from tests.servers.wire import Answer, RefusedError

if TYPE_CHECKING:
    from tests.servers.visits import Visit
    from tests.servers.vize.workspace import Workspace

T = TypeVar("T")
GONE = Answer(status=204, body=b"")


def known(things: dict[str, T], name: str) -> T:
    """Return what has this id."""
    if name not in things:
        raise refused(404, "Not found.")
    return things[name]


def of_tasks(visit: Visit, workspace: Workspace, about: list[str]) -> Answer:
    """Answer below `/v2/task/`."""
    request = visit.request
    if not about:
        check_method(request, "GET", "POST")
        if request.method == "GET":
            return paged(request, [shown_task(task) for task in workspace.tasks.values()])
        return make_task(visit, workspace)
    task = known(workspace.tasks, about[0])
    check_parameters(request)
    if about[1:] in (["add-label"], ["remove-label"]):
        return connect(visit, workspace, task, about[1])
    if about[1:] == ["train"]:
        return train(visit, workspace, task)
    if about[1:]:
        raise refused(404, "Not found.")
    check_method(request, "GET", "DELETE")
    if request.method == "DELETE":
        del workspace.tasks[task.id]
        return GONE
    task.looked_at()
    return Answer(body=shown_task(task))


def make_task(visit: Visit, workspace: Workspace) -> Answer:
    """Make a task."""
    given = fields(visit.request, {"name", "description", "type"})
    kind = given.get("type", TYPES[0])
    if not given.get("name"):
        raise required("name")
    if kind not in TYPES:
        raise refused(400, "no such type")
    task = workspace.add_task(given["name"], given.get("description", ""), kind)
    return Answer(status=201, body=shown_task(task))


def connect(visit: Visit, workspace: Workspace, task: Task, action: str) -> Answer:
    """Connect a label to a task, or take it away."""
    check_method(visit.request, "POST")
    label = known(workspace.labels, fields(visit.request, {"label_id"}).get("label_id", ""))
    task.labels = [one for one in task.labels if one != label.id]
    if action == "add-label":
        task.labels.append(label.id)
    return Answer(body=shown_task(task))


def train(visit: Visit, workspace: Workspace, task: Task) -> Answer:
    """Begin a training, if there is enough to learn from."""
    check_method(visit.request, "POST")
    if missing := workspace.untrainable(task):
        raise refused(400, missing)
    workspace.train(task)
    return Answer(body=shown_task(task))


def of_labels(visit: Visit, workspace: Workspace, about: list[str]) -> Answer:
    """Answer below `/v2/label/`."""
    request = visit.request
    if about:
        label = known(workspace.labels, about[0])
        if about[1:]:
            raise refused(404, "Not found.")
        check_method(request, "GET", "DELETE")
        if request.method == "GET":
            return Answer(body=shown_label(label, workspace))
        forget(label, workspace)
        return GONE
    check_method(request, "GET", "POST")
    if request.method == "GET":
        return listed(visit, workspace)
    given = fields(request, {"name", "task"})
    if not given.get("name"):
        raise required("name")
    return Answer(status=201, body=shown_label(workspace.add_label(given["name"]), workspace))


def listed(visit: Visit, workspace: Workspace) -> Answer:
    """List the labels: all, those of a task, or those with a text in their name."""
    wanted = check_parameters(visit.request, "page", "task", "search")
    labels = list(workspace.labels.values())
    if "task" in wanted:
        labels = [workspace.labels[one] for one in known(workspace.tasks, wanted["task"]).labels]
    text = wanted.get("search", "").lower()
    return paged(
        visit.request,
        [shown_label(label, workspace) for label in labels if text in label.name.lower()],
    )


def forget(label: Label, workspace: Workspace) -> None:
    """Remove a label from everything that has it."""
    del workspace.labels[label.id]
    owners: list[Task | Image] = [*workspace.tasks.values(), *workspace.images.values()]
    for owner in owners:
        owner.labels = [one for one in owner.labels if one != label.id]


def required(name: str) -> RefusedError:
    """Return the refusal of a form that lacks a field."""
    why = "This field is required."
    return RefusedError(f"{name}: {why}", Answer(status=400, body={name: [why]}))


def shown_task(task: Task) -> dict[str, object]:
    """Return a task as the service shows it."""
    shown = ("id", "name", "description", "type", "production_version", "last_train_status")
    return {name: getattr(task, name) for name in shown} | {"labels_count": len(task.labels)}


def shown_label(label: Label, workspace: Workspace) -> dict[str, object]:
    """Return a label as the service shows it."""
    images = workspace.images_of(label.id)
    return {"id": label.id, "name": label.name, "training_images_count": images}
