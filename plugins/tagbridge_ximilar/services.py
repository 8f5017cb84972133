"""What is asked of each service, and how its answer is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tagbridge_hooks import Batch
from tagbridge_ximilar.answers import about_picture, about_setting, read_answer, read_record
from tagbridge_ximilar.classification import read_classification
from tagbridge_ximilar.colors import read_colors
from tagbridge_ximilar.keywords import read_keywords
from tagbridge_ximilar.neighbours import borrowed, read_neighbours
from tagbridge_ximilar.outcome import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from tagbridge_hooks import Neighbour, ProviderError, Rendition
    from tagbridge_ximilar.answers import Json
    from tagbridge_ximilar.settings import Kind, XimilarSettings

# More pictures in one request are refused.
TOGETHER = {"tagbridge": Batch(max_records=10)}
_UNKNOWN = {404, 405, 410}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One of the services, as these settings ask it.

    Attributes:
        path: Below the address of the service.
        model: Kept with what it says.
        body: Makes the JSON of a request from a picture in base64.
        read: Reads an answer of any status about the picture that was sent.
        headers: Besides those of every request.
        extensions: Of the request.
    """

    path: str
    model: str
    body: Callable[[str], Json]
    read: Callable[[httpx.Response, Rendition], Said]
    headers: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)


def services_of(settings: XimilarSettings) -> tuple[Service, ...]:
    """Return what each picture is sent to."""
    return tuple(_SERVICES[kind](settings) for kind in settings.services)


def neighbours_of(response: httpx.Response, settings: XimilarSettings) -> tuple[Neighbour, ...]:
    """Return the similar pictures of an answer of any status, the nearest first."""
    return read_neighbours(read_answer(response, _no_search), settings.borrowed_fields)


def _no_search(code: int, said: str) -> ProviderError:
    """Return what the refusal of a search means: it is about one picture, or the collection."""
    about = about_setting("collection_id") if code in _UNKNOWN else about_picture
    return about(code, said)


def search_of(settings: XimilarSettings, count: int) -> Service:
    """Return the search for so many similar pictures in the collection."""
    collection, kind = settings.collection_id or "", settings.collection_type

    def body(picture: str) -> Json:
        # The header says which collection is meant, but headers are not what tells requests apart:
        # without the field, which the service ignores as it does every unknown one of a record, a
        # new collection would be answered with what the former one said.
        record = {"_base64": picture, "collection_id": collection}
        fields = ["_id", "_url", *settings.borrowed_fields]
        return {"query_record": record, "k": count, "fields_to_return": fields}

    def read(response: httpx.Response, _rendition: Rendition) -> Said:
        return Said(keywords=borrowed(neighbours_of(response, settings), settings))

    return Service(
        path=f"similarity/{kind}/v2/visualKNN",
        model=f"similar-{kind}-v2 {collection}",
        body=body,
        read=read,
        headers={"collection-id": collection},
    )


def _tags(settings: XimilarSettings) -> Service:
    options = {"lang": settings.language, "tagging_mode": settings.tagging_mode}

    def read(record: Json, rendition: Rendition) -> Said:
        return Said(keywords=read_keywords(record, rendition, settings.language))

    return _about_records("photo/tags/v2/tags", "photo-tags-v2", options, read)


def _fashion(settings: XimilarSettings) -> Service:
    method, profile = settings.fashion_method, settings.fashion_profile

    def read(record: Json, rendition: Rendition) -> Said:
        return Said(keywords=read_keywords(record, rendition, "en"))

    return _about_records(
        f"tagging/fashion/v2/{method}",
        f"fashion-{method}-v2" + (f" {profile}" if profile else ""),
        {"profile": profile} if profile else {},
        read,
        setting="fashion_profile" if profile else "base_url",
    )


def _colors(settings: XimilarSettings) -> Service:
    profile = settings.colors_profile

    def read(record: Json, _rendition: Rendition) -> Said:
        return Said(colors=read_colors(record))

    path = f"dom_colors/{profile}/v2/dominantcolor"
    return _about_records(path, f"colors-{profile}-v2", {"colors": settings.num_colors}, read)


def _classify(settings: XimilarSettings) -> Service:
    options: Json = {"task_id": settings.task_id}
    trained, setting = "newest", "task_id"
    if settings.version is not None:
        options["version"] = settings.version
        trained, setting = str(settings.version), "task_id or version"

    def read(record: Json, _rendition: Rendition) -> Said:
        return Said(keywords=read_classification(record, settings))

    model = f"classify-v2 {settings.task_id} version {trained}"
    return _about_records("recognition/v2/classify", model, options, read, setting=setting)


def _similar(settings: XimilarSettings) -> Service:
    return search_of(settings, settings.num_similar)


_SERVICES: dict[Kind, Callable[[XimilarSettings], Service]] = {
    "tags": _tags,
    "fashion": _fashion,
    "colors": _colors,
    "classify": _classify,
    "similar": _similar,
}


def _about_records(
    path: str,
    model: str,
    options: Json,
    read: Callable[[Json, Rendition], Said],
    *,
    setting: str = "base_url",
) -> Service:
    """Return a service that takes pictures as records; a refusal of all is about the setting."""
    return Service(
        path=path,
        model=model,
        body=lambda picture: {"records": [{"_base64": picture}], **options},
        read=lambda response, rendition: read(read_record(response, setting), rendition),
        extensions=TOGETHER,
    )
