"""Manage the training images of Vize."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.forms import FormError, read_form
from tests.servers.pictures import from_base64, is_decodable
from tests.servers.rest import check_method, check_parameters, read_object, refused
from tests.servers.vize.classify import LARGEST
from tests.servers.vize.forms import fields, paged
from tests.servers.vize.tasks import GONE, known, required
from tests.servers.wire import Answer, RefusedError

if TYPE_CHECKING:
    from tests.servers.visits import Visit
    from tests.servers.vize.workspace import Image, Workspace
    from tests.servers.wire import Request


def of_images(visit: Visit, workspace: Workspace, about: list[str]) -> Answer:
    """Answer below `/v2/training-image/`."""
    request = visit.request
    if not about:
        check_method(request, "GET", "POST")
        return upload(visit, workspace) if request.method == "POST" else listed(visit, workspace)
    image = known(workspace.images, about[0])
    check_parameters(request)
    if about[1:] in (["add-label"], ["remove-label"]):
        return connect(visit, workspace, image, about[1])
    if about[1:]:
        raise refused(404, "Not found.")
    check_method(request, "GET", "DELETE")
    if request.method == "DELETE":
        del workspace.images[image.id]
        return GONE
    return Answer(body=shown(image, workspace))


def listed(visit: Visit, workspace: Workspace) -> Answer:
    """List the images: all, or those of a label."""
    label = check_parameters(visit.request, "page", "labels").get("labels")
    kept = [one for one in workspace.images.values() if label is None or label in one.labels]
    return paged(visit.request, [shown(image, workspace) for image in kept])


def upload(visit: Visit, workspace: Workspace) -> Answer:
    """Keep a training image; one that is there already is refused with the id that it has."""
    check_parameters(visit.request)
    picture = _picture(visit.request)
    digest = visit.shown(picture)
    if len(picture) > LARGEST:
        raise refused(413, "The picture is larger than 10 MB.")
    if not is_decodable(picture, "jpeg", "png"):
        raise RefusedError(
            "no valid image", Answer(status=400, body={"img_path": ["Upload a valid image."]})
        )
    image, is_new = workspace.add_image(digest)
    if not is_new:
        raise refused(400, f"The image already exists: {image.id}")
    return Answer(status=201, body=shown(image, workspace))


def _picture(request: Request) -> bytes:
    """Return the file `img_path` of a form, or the field `base64` of a JSON object."""
    if request.headers.get_content_type() == "application/json":
        body = read_object(request)
        if set(body) != {"base64"} or not isinstance(body["base64"], str):
            raise required("base64")
        return from_base64(body["base64"], prefix=False) or b""
    try:
        parts = read_form(request)
    except FormError as error:
        raise refused(415, str(error)) from error
    if [part.name for part in parts] != ["img_path"] or not parts[0].filename:
        raise required("img_path")
    return parts[0].content


def connect(visit: Visit, workspace: Workspace, image: Image, action: str) -> Answer:
    """Give a label to an image, or take it away."""
    check_method(visit.request, "POST")
    label = known(workspace.labels, fields(visit.request, {"label_id"}).get("label_id", ""))
    image.labels = [one for one in image.labels if one != label.id]
    if action == "add-label":
        image.labels.append(label.id)
    return Answer(body=shown(image, workspace))


def shown(image: Image, workspace: Workspace) -> dict[str, object]:
    """Return an image as the service shows it."""
    labels = [{"id": one, "name": workspace.labels[one].name} for one in image.labels]
    return {"id": image.id, "labels": labels}
