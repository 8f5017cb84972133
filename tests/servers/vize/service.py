"""Vize: `/vize/v1/classify/`, `/vize/v2/classify`, and the management below `/vize/v2/`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers.rest import check_caller, refused
from tests.servers.vize import classify, images, tasks
from tests.servers.wire import Answer, RefusedError

if TYPE_CHECKING:
    from tests.servers.visits import Visit
    from tests.servers.vize.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Vize:
    """The service, with what the account holds."""

    workspace: Workspace
    name: str = "vize"
    full: int = 1

    def answer(self, visit: Visit) -> Answer:
        """Serve one request."""
        return self.below(visit, visit.request.path.removeprefix("/vize"))

    def below(self, visit: Visit, path: str) -> Answer:
        """Serve a request by its path below the base of the API."""
        if path == "/v1/classify/":
            return classify.by_form(visit, self.workspace)
        if path in {"/v2/classify", "/v2/classify/"}:
            return classify.by_records(visit, self.workspace, "vize")
        version, _, rest = path.removeprefix("/").partition("/")
        kind, *about = rest.removesuffix("/").split("/")
        if version != "v2" or kind not in {"task", "label", "training-image"}:
            raise refused(404, "Not found.")
        check_caller(visit)
        check_slash(visit, kind, about)
        if kind == "task":
            return tasks.of_tasks(visit, self.workspace, about)
        if kind == "label":
            return tasks.of_labels(visit, self.workspace, about)
        return images.of_images(visit, self.workspace, about)


def check_slash(visit: Visit, kind: str, about: list[str]) -> None:
    """Send whoever forgot the slash at the end to the right address.

    The documentation leaves it out itself where one label or image is meant; there it may be.
    """
    path = visit.request.path
    optional = bool(about) and kind != "task"
    if not path.endswith("/") and not optional:
        moved = Answer(
            status=301, body=b"", media_type="text/html", headers={"Location": f"{path}/"}
        )
        raise RefusedError("the slash at the end is missing", moved)
