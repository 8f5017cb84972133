"""The tasks, labels and training images of an account at Vize."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import httpx

from tagbridge_hooks import (
    FREE,
    AccountError,
    MalformedAnswerError,
    RejectedError,
    TransientError,
)
from tagbridge_hooks.responses import read_json, retry_after
from tagbridge_vize.answers import SUCCESS, check_answer, parsed
from tagbridge_vize.things import Image, Label, Task, image_of, label_of, task_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from tagbridge_vize import VizeSettings

_MOST_PAGES = 10_000
_BUSY = 429
_FAULTS = 500
_LONGEST_PAUSE = 300.0
_KNOWN = re.compile(rb"already\s+exists?", re.IGNORECASE)
_ID = re.compile(rb"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)


def headers(settings: VizeSettings) -> dict[str, str]:
    """Return what shows the service who asks."""
    return {"Authorization": f"Token {settings.api_token.get_secret_value()}"}


class Account:
    """The management side of the service; nothing here is about recognizing, or costs a call."""

    def __init__(
        self,
        settings: VizeSettings,
        client: httpx.AsyncClient,
        pauses: Sequence[float] = (5.0, 20.0, 80.0),
    ) -> None:
        """Take how to reach the service.

        Args:
            settings: Where it is, and who asks.
            client: Carries the requests.
            pauses: Seconds before a request that met a busy service is made again, unless it says
                how long to wait.
        """
        self._pauses = pauses
        self._base = f"{settings.base_url}/v2"
        self._headers = headers(settings)
        self._seconds = settings.timeout_seconds
        self._client = client

    async def task(self, task: str) -> Task:
        """Return a task.

        Raises:
            AccountError: The account has none with this id.
        """
        response = await self._send("GET", f"task/{task}/")
        if response.status_code in {400, 404}:
            raise AccountError(
                f"vize: the account has no task {task}; `tagbridge vize tasks` lists what it has"
            )
        return task_of(_read(response))

    async def tasks(self) -> list[Task]:
        """Return all tasks."""
        return [task_of(row) async for row in self._all("task/")]

    async def create_task(self, name: str) -> Task:
        """Make a task that has no labels yet."""
        return task_of(_read(await self._send("POST", "task/", data={"name": name})))

    async def labels(self, task: str | None = None) -> list[Label]:
        """Return all labels, or those of a task."""
        wanted = {"task": task} if task else {}
        return [label_of(row) async for row in self._all("label/", wanted)]

    async def create_label(self, name: str) -> Label:
        """Make a label that belongs to no task yet."""
        return label_of(_read(await self._send("POST", "label/", data={"name": name})))

    async def connect(self, task: str, label: str) -> None:
        """Make a label one of a task."""
        _read(await self._send("POST", f"task/{task}/add-label/", data={"label_id": label}))

    async def images(self, label: str) -> list[Image]:
        """Return the training images of a label."""
        return [image_of(row) async for row in self._all("training-image/", {"labels": label})]

    async def upload(self, name: str, picture: bytes) -> tuple[str, bool]:
        """Return the id of a training image, and whether it is new there.

        Raises:
            RejectedError: The service does not take this picture.
        """
        files = {"img_path": (name, picture, "image/jpeg")}
        response = await self._send("POST", "training-image/", files=files)
        if _KNOWN.search(response.content) and (found := _ID.search(response.content)):
            return found[0].decode().lower(), False
        return image_of(_read(response)).id, True

    async def mark(self, image: str, label: str) -> None:
        """Give a training image a label; one that it has already does no harm."""
        path = f"training-image/{image}/add-label/"
        response = await self._send("POST", path, data={"label_id": label})
        if not _KNOWN.search(response.content):
            _read(response)

    async def train(self, task: str) -> None:
        """Queue a training.

        Raises:
            AccountError: The service does not begin it.
        """
        response = await self._send("POST", f"task/{task}/train/")
        if response.status_code in {400, 409}:
            raise AccountError(
                f"vize: HTTP {response.status_code}, the service does not start the training; it "
                "needs 2 labels with 20 pictures each, and no other training under way"
            )
        if response.status_code not in SUCCESS:
            _read(response)

    async def _all(
        self, path: str, wanted: Mapping[str, str] | None = None
    ) -> AsyncIterator[Mapping[str, Any]]:
        """Yield the rows of all pages, each once.

        The address of the next page is made here: the one in the answer could lead the token to
        another host.
        """
        seen: set[str] = set()
        for page in range(1, _MOST_PAGES):
            response = await self._send("GET", path, params={**(wanted or {}), "page": str(page)})
            if page > 1 and response.status_code == 404:  # noqa: PLR2004 - the list became shorter
                return
            answer = _read(response)
            rows = answer.get("results") if isinstance(answer, dict) else answer
            if not isinstance(rows, list):
                raise MalformedAnswerError("vize: the answer has no list of results")
            new = [row for row in rows if isinstance(row, dict) and str(row.get("id")) not in seen]
            seen.update(str(row.get("id")) for row in new)
            for row in new:
                yield row
            if not new or not isinstance(answer, dict) or not answer.get("next"):
                return

    async def _send(self, method: str, path: str, **content: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes it
        for pause in self._pauses:
            response = await self._once(method, path, **content)
            if response.status_code != _BUSY and response.status_code < _FAULTS:
                return response
            asked = retry_after(response)
            await asyncio.sleep(pause if asked is None else min(asked, _LONGEST_PAUSE))
        return await self._once(method, path, **content)

    async def _once(self, method: str, path: str, **content: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes it
        try:
            return await self._client.request(
                method,
                f"{self._base}/{path}",
                headers=self._headers,
                timeout=self._seconds,
                extensions=dict(FREE),
                **content,
            )
        except httpx.RequestError as error:
            raise TransientError(f"vize: no connection ({type(error).__name__})") from error


def _read(response: httpx.Response) -> Any:  # noqa: ANN401 - JSON is anything
    """Return the JSON of a success; an empty one is a success as well."""
    try:
        check_answer(response.status_code, response)
    except RejectedError as error:
        message = f"vize: HTTP {response.status_code}, not accepted{_where(response)}"
        raise RejectedError(message) from error
    return read_json(response, "vize") if response.content else {}


def _where(response: httpx.Response) -> str:
    """Return which fields a refusal complains of; their names are short words, and nothing else."""
    answer = parsed(response)
    fields = answer if isinstance(answer, dict) else ()
    names = [name for name in fields if re.fullmatch(r"[a-z_]{1,32}", name)]
    return f" ({', '.join(names[:5])})" if names else ""
