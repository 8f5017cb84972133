"""Ask a task of Vize which label one picture has."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING

from tagbridge_hooks import AccountError, Batch, ConfigError, ProviderError, Recognition
from tagbridge_hooks.responses import read_json
from tagbridge_vize.account import Account
from tagbridge_vize.answers import (
    blamed,
    blames_the_picture,
    check_answer,
    read_ranking,
    status_of,
    unreadable,
)
from tagbridge_vize.sending import headers

if TYPE_CHECKING:
    import httpx

    from tagbridge_hooks import Keyword, ProviderContext, Rendition
    from tagbridge_vize.settings import VizeSettings

BATCH = Batch(max_records=10)
# They may be about the picture, about the task, or about the request.
_DOUBTFUL = frozenset({400, 404, 413, 415, 422})


class Vize:
    """The open provider; it keeps nothing of one picture."""

    def __init__(self, settings: VizeSettings, context: ProviderContext) -> None:
        if settings.task_id is None:
            raise ConfigError(
                "providers.vize.task_id is not set; `tagbridge vize tasks` lists the tasks"
            )
        self._settings = settings
        self._task = str(settings.task_id)
        self._client = context.client

    async def recognize(self, rendition: Rendition) -> Recognition:
        """Say which label the picture has, or which labels.

        Raises:
            ProviderError: See `check_answer`, `read_ranking` and `_why`.
        """
        response = await self._ask(rendition)
        status = status_of(response)
        if status in _DOUBTFUL:
            raise await self._why(status, response)
        check_answer(status, response)
        ranking = read_ranking(
            read_json(response, "vize"), self._settings.api, several=self._settings.multi_label
        )
        keywords = tuple(map(self._placed, ranking))
        return Recognition(provider="vize", model=self._model(), keywords=keywords)

    async def aclose(self) -> None:
        """Do nothing: the client belongs to the core."""

    async def _ask(self, rendition: Rendition) -> httpx.Response:
        base, authorized = self._settings.base_url, headers(self._settings)
        if self._settings.api == "v1":
            return await self._client.post(
                f"{base}/v1/classify/",
                headers=authorized,
                data={"task": self._task},
                # The asset's own name stays here.
                files={"image_file": ("picture.jpg", rendition.data, rendition.media_type)},
            )
        version = self._settings.version
        question = {"task_id": self._task} | ({} if version is None else {"version": version})
        record = {"_base64": b64encode(rendition.data).decode()}
        return await self._client.post(
            f"{base}/v2/classify",
            headers=authorized,
            json=question | {"records": [record]},
            extensions={"tagbridge": BATCH},
        )

    async def _why(self, status: int, response: httpx.Response) -> ProviderError:
        """Return what is wrong, the picture or the task; the task is looked up, which is free."""
        if blames_the_picture(response):
            return unreadable(status)
        try:
            account = Account(self._settings, self._client, pauses=())
            task = await account.task(self._task)
        except AccountError as error:
            return error
        except ProviderError:
            return blamed(status, response, self._settings.api)
        if not task.trained:
            return AccountError(
                f"vize: task {self._task} was never trained, so it cannot classify; run "
                f"`tagbridge vize train {self._task}`, and `tagbridge retry` when it is done"
            )
        version = self._settings.version
        if version is not None and task.version is not None and version > task.version:
            return AccountError(
                f"vize: the task has no version {version} (providers.vize.version); in production "
                f"is {task.version}"
            )
        return blamed(status, response, self._settings.api)

    def _placed(self, keyword: Keyword) -> Keyword:
        name = self._settings.vocabulary_name
        return replace(keyword, broader=(name,)) if name else keyword

    def _model(self) -> str:
        version = self._settings.version
        return f"task {self._task} " + (
            "in production" if version is None else f"version {version}"
        )
