"""What Ximilar says of a picture, in the form that each of its endpoints has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.pictures import size_of
from tests.servers.words import boxes, chance, identifier, ranked

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.records import Record

    Options = dict[str, Any]

SERVICE = "ximilar"
FEATURES = ("Category", "Color", "Style", "Material")


def _tag(name: str, share: float) -> dict[str, object]:
    return {"prob": share, "name": name, "id": identifier(name)}


def photo(record: Record, options: Options) -> dict[str, object]:
    """Return the tags of a photograph; the simple mode gives no probabilities."""
    tags = [_tag(name, share) for name, share in ranked(SERVICE, record.digest)]
    if options.get("tagging_mode") == "simple":
        tags = [{"name": tag["name"], "id": tag["id"]} for tag in tags]
    return {"_tags": tags}


def features(digest: str) -> dict[str, object]:
    """Return tags below their features, and their names alone; the first is the first category."""
    rows = ranked(SERVICE, digest)[:8]
    tags = {
        feature: [_tag(name, share) for name, share in rows[place :: len(FEATURES)]]
        for place, feature in enumerate(FEATURES)
    }
    return {"_tags": tags, "_tags_simple": [name for name, _ in rows]}


def tags(record: Record, _options: Options) -> dict[str, object]:
    """Return the tags of a product picture."""
    return features(record.digest)


def meta(record: Record, _options: Options) -> dict[str, object]:
    """Return what is told of the picture itself."""
    return {"_tags_meta_simple": [name for name, _ in ranked(SERVICE, record.digest)[:3]]}


def detect(record: Record, _options: Options) -> dict[str, object]:
    """Return the objects with their boxes, in pixels of the picture that was sent."""
    width, height = size_of(record.picture)
    drawn = chance(SERVICE, f"objects {record.digest}")
    found = []
    rows = ranked(SERVICE, record.digest)
    for (name, share), (x, y, w, h) in zip(rows, boxes(drawn, 3), strict=False):
        box = [x * width, y * height, (x + w) * width, (y + h) * height]
        found.append(_tag(name, share) | {"bound_box": [int(side) for side in box]})
    return {"_objects": found}


def detect_tags(record: Record, options: Options) -> dict[str, object]:
    """Return the objects, each with its tags."""
    found: Any = detect(record, options)["_objects"]
    return {"_objects": [one | features(record.digest) for one in found]}


def dominantcolor(record: Record, options: Options) -> dict[str, object]:
    """Return parallel lists of colours, the largest first.

    Whether their shares are fractions or percent is not documented: both occur.
    """
    drawn = chance(SERVICE, f"colors {record.digest}")
    weights = sorted((drawn.uniform(0.1, 1) for _ in range(options.get("colors", 6))), reverse=True)
    full = 1 if record.digest < "8" else 100
    rgb = [[drawn.randrange(256) for _ in range(3)] for _ in weights]
    return {
        "_dominant_colors": {
            "rgb_colors": rgb,
            "rgb_hex_colors": ["#{:02x}{:02x}{:02x}".format(*one) for one in rgb],
            "luv_colors": [[round(drawn.uniform(0, 100), 2) for _ in range(3)] for _ in rgb],
            "percentages": [round(full * weight / sum(weights), 6) for weight in weights],
            "color_names": [f"Shade {place}" for place in range(len(rgb))],
            "color_names_pantone": [f"Tone {place}" for place in range(len(rgb))],
        }
    }


NAMED: dict[str, Callable[[Record, Options], dict[str, object]]] = {
    "photo": photo,
    "tags": tags,
    "meta": meta,
    "detect": detect,
    "detect_tags": detect_tags,
    "detect_tags_all": detect_tags,
    "dominantcolor": dominantcolor,
}
