"""The keys of `[providers.ximilar]`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from tagbridge_hooks import ProviderSettings, ServiceRoot

Kind = Literal["tags", "fashion", "colors", "classify", "similar"]


class XimilarSettings(ProviderSettings):
    """What the user decides about Ximilar.

    Attributes:
        api_token: From the settings page of the account.
        base_url: Address of the service, for a proxy or a test.
        services: What each picture is sent to; each is a call of its own.
        tagging_mode: Of `tags`: `complex` tells how sure it is of each keyword, `simple` does not.
        language: Of the keywords of `tags`.
        fashion_method: `tags` looks at the picture as one product; `detect_tags` finds the
            products in it first, with their regions.
        fashion_profile: Name of the account's own fashion taxonomy; None for the usual one.
        colors_profile: `generic` looks at the whole picture, `product` leaves out the background.
        num_colors: Ask for so many colours at most.
        task_id: The trained task that `classify` uses.
        version: Of the task; None for the newest. A picture is asked about again, and paid for
            again, only when this is changed.
        classify_all: True for a task in which several answers may be right at once.
        classify_confidence: An answer of the task counts from here on, 0 to 1.
        classify_vocabulary: What the answers of the task are kinds of, such as `Habitat`; they
            become keywords below it.
        collection_id: The collection that `similar` searches.
        collection_type: Its type, as it stands in the address of its search: `photos`, `products`.
        num_similar: Pictures of the collection that keywords are borrowed from, the nearest.
        max_distance: Borrow from nothing farther away, in the measure of the collection; None for
            any distance.
        borrowed_fields: Fields of the collection's records that hold keywords.
        borrowed_confidence: A borrowed keyword counts from here on, 0 to 1, beside the
            `min_confidence` that holds for every keyword.
        concurrency: Pictures asked about at the same time; ten of them travel together.
    """

    api_token: SecretStr = Field(min_length=1)
    base_url: ServiceRoot = "https://api.ximilar.com"
    services: tuple[Kind, ...] = Field(default=("tags",), min_length=1)
    tagging_mode: Literal["complex", "simple"] = "complex"
    language: Literal["en", "cs"] = "en"
    fashion_method: Literal["tags", "detect_tags"] = "tags"
    fashion_profile: str | None = Field(default=None, min_length=1)
    colors_profile: Literal["generic", "product"] = "generic"
    num_colors: int = Field(default=6, ge=1, le=20)
    task_id: str | None = Field(default=None, min_length=1, validate_default=True)
    version: int | None = Field(default=None, ge=0)
    classify_all: bool = False
    classify_confidence: float = Field(default=0.5, ge=0.0, le=1.0)
    classify_vocabulary: str = ""
    collection_id: str | None = Field(
        default=None, pattern=r"^[A-Za-z0-9_.-]+$", validate_default=True
    )
    collection_type: str = Field(default="photos", pattern=r"^[a-z0-9-]+$")
    num_similar: int = Field(default=10, ge=1, le=100)
    max_distance: float | None = Field(default=None, gt=0.0, allow_inf_nan=False)
    borrowed_fields: tuple[str, ...] = Field(default=("_tags", "tags"), min_length=1)
    borrowed_confidence: float = Field(default=0.5, ge=0.0, le=1.0)
    concurrency: int = Field(default=20, ge=1)

    @field_validator("services")
    @classmethod
    def _each_once(cls, services: tuple[Kind, ...]) -> tuple[Kind, ...]:
        return tuple(dict.fromkeys(services))

    @field_validator("task_id", "collection_id")
    @classmethod
    def _set_where_needed(cls, value: str | None, info: ValidationInfo) -> str | None:
        wanting = {"task_id": "classify", "collection_id": "similar"}[info.field_name or ""]
        if value is None and wanting in info.data.get("services", ()):
            raise ValueError(f"services has {wanting}, which needs it")
        return value
