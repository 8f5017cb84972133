"""The parameters that Everypixel takes in the address, and their bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.wire import Answer, RefusedError

if TYPE_CHECKING:
    from tests.servers.wire import Request

NUMBERS = {
    "num_keywords": (int, 1, 499),
    "threshold": (float, 0, 1),
    "num_colors": (int, 1, 10),
}
CHOICES = {
    "lang": ("en", "ru", "es", "fr", "de", "pt", "it"),
    "colors": ("true", "false", "1", "0"),
    "type": ("dynamic",),
    "caption_len": ("short", "normal", "long"),
}
TAKEN = {
    "/v1/keywords": {"num_keywords", "threshold", "lang", "colors", "num_colors"},
    "/v1/video_keywords": {"num_keywords", "threshold", "lang", "type"},
    "/v1/image_captioning": {"caption_len"},
}


def out_of_bounds(where: str, name: str, why: str) -> RefusedError:
    """Return the refusal of a parameter that is missing or wrong."""
    detail = [{"loc": [where, name], "msg": why, "type": "value_error"}]
    return RefusedError(f"{where} {name}: {why}", Answer(status=422, body={"detail": detail}))


def checked_options(request: Request) -> dict[str, float]:
    """Return the numbers asked for; words count as the place they have among the choices."""
    options: dict[str, float] = {"num_keywords": 50, "threshold": 0, "num_colors": 5, "colors": 1}
    seen = request.parameters
    if len(dict(seen)) < len(seen):
        raise out_of_bounds("query", "parameters", "one is given twice")
    for name, text in seen:
        if name == "url" and request.method == "GET":
            continue
        if name not in TAKEN.get(request.path, ()):
            raise out_of_bounds("query", name, "no such parameter")
        options[name] = number(name, text) if name in NUMBERS else choice(name, text)
    return options


def number(name: str, text: str) -> float:
    """Return a number within its bounds."""
    kind, low, high = NUMBERS[name]
    try:
        value = float(kind(text))
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise out_of_bounds("query", name, f"must be from {low} to {high}")
    return value


def choice(name: str, text: str) -> float:
    """Return the place of a word among those that are allowed."""
    if text not in CHOICES[name]:
        raise out_of_bounds("query", name, f"must be one of {', '.join(CHOICES[name])}")
    return CHOICES[name].index(text)
