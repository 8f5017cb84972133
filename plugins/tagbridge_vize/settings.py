"""The keys of `[providers.vize]`."""

from __future__ import annotations

from typing import Literal
from uuid import UUID  # noqa: TC003 - pydantic reads the annotation

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from tagbridge_hooks import ProviderSettings, ServiceRoot


class VizeSettings(ProviderSettings):
    """What the user decides about Vize.

    Attributes:
        api_token: From the options of the account.
        task_id: Which task classifies; None only as long as there is none, for the commands.
        base_url: Address of the service; `https://api.ximilar.com/recognition` has `v2` as well.
        api: `v2` sends up to ten pictures in one request, `v1` each as a file of its own.
        version: Of the model; None means the one in production. `v2` only.
        multi_label: Take all labels above the threshold, for a task in which several may be right;
            otherwise only the best one.
        vocabulary_name: Broader term of all its keywords; empty for none.
        concurrency: Pictures asked about at the same time.
    """

    api_token: SecretStr = Field(min_length=1)
    task_id: UUID | None = None
    base_url: ServiceRoot = "https://api.vize.ai"
    api: Literal["v2", "v1"] = "v2"
    version: int | None = Field(default=None, ge=0)
    multi_label: bool = False
    vocabulary_name: str = Field(default="", max_length=64)
    concurrency: int = Field(default=20, ge=1)

    @field_validator("version")
    @classmethod
    def _only_v2_has_versions(cls, version: int | None, info: ValidationInfo) -> int | None:
        if version is not None and info.data.get("api") == "v1":
            raise ValueError('only api = "v2" can be asked for a version')
        return version
