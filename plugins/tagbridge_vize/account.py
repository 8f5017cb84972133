"""The tasks, labels and training images of an account at Vize."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagbridge_hooks import AccountError
from tagbridge_vize.answers import SUCCESS
from tagbridge_vize.sending import Sender, read
from tagbridge_vize.things import Image, Label, Task, image_of, label_of, task_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

    from tagbridge_vize.settings import VizeSettings

_KNOWN = re.compile(rb"already\s+exists?", re.IGNORECASE)
_ID = re.compile(rb"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)


class Account:
    """The management side of the service; nothing here is about recognizing, or costs a call."""

    def __init__(
        self,
        settings: VizeSettings,
        client: httpx.AsyncClient,
        pauses: Sequence[float] = (5.0, 20.0, 80.0),
    ) -> None:
        """Take how to reach the service; see `Sender`."""
        self._sender = Sender(settings, client, pauses)

    async def task(self, task: str) -> Task:
        """Return a task.

        Raises:
            AccountError: The account has none with this id.
        """
        response = await self._sender.send("GET", f"task/{task}/")
        if response.status_code in {400, 404}:
            raise AccountError(
                f"vize: the account has no task {task}; `tagbridge vize tasks` lists what it has"
            )
        return task_of(read(response))

    async def tasks(self) -> list[Task]:
        """Return all tasks."""
        return [task_of(row) async for row in self._sender.rows("task/")]

    async def create_task(self, name: str) -> Task:
        """Make a task that has no labels yet."""
        return task_of(read(await self._sender.once("POST", "task/", data={"name": name})))

    async def labels(self, task: str | None = None) -> list[Label]:
        """Return all labels, or those of a task."""
        wanted = {"task": task} if task else {}
        return [label_of(row) async for row in self._sender.rows("label/", wanted)]

    async def create_label(self, name: str) -> Label:
        """Make a label that belongs to no task yet."""
        return label_of(read(await self._sender.once("POST", "label/", data={"name": name})))

    async def connect(self, task: str, label: str) -> None:
        """Make a label one of a task."""
        read(await self._sender.send("POST", f"task/{task}/add-label/", data={"label_id": label}))

    async def images(self, label: str) -> list[Image]:
        """Return the training images of a label."""
        return [
            image_of(row) async for row in self._sender.rows("training-image/", {"labels": label})
        ]

    async def upload(self, name: str, picture: bytes) -> tuple[str, bool]:
        """Return the id of a training image, and whether it is new there.

        Raises:
            RejectedError: The service does not take this picture.
        """
        files = {"img_path": (name, picture, "image/jpeg")}
        response = await self._sender.send("POST", "training-image/", files=files)
        if _KNOWN.search(response.content) and (found := _ID.search(response.content)):
            return found[0].decode().lower(), False
        return image_of(read(response)).id, True

    async def mark(self, image: str, label: str) -> None:
        """Give a training image a label; one that it has already does no harm."""
        path = f"training-image/{image}/add-label/"
        response = await self._sender.send("POST", path, data={"label_id": label})
        if not _KNOWN.search(response.content):
            read(response)

    async def train(self, task: str) -> None:
        """Queue a training.

        Raises:
            AccountError: The service does not begin it.
        """
        response = await self._sender.once("POST", f"task/{task}/train/")
        if response.status_code in {400, 409}:
            raise AccountError(
                f"vize: HTTP {response.status_code}, the service does not start the training; it "
                "needs 2 labels with 20 pictures each, and no other training under way"
            )
        if response.status_code not in SUCCESS:
            read(response)
