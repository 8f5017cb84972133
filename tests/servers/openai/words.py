"""Let the model write: a value that any schema allows, or JSON within chatter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.servers.words import chance, ranked, spoken

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

ITEMS = 12


def written(service: str, digest: str, schema: dict[str, Any]) -> object:
    """Return a value as the schema wants it; the first word of each list is `spoken`."""
    writer = Writer(service, digest, schema)
    return writer.value(schema, 0)


class Writer:
    """Fills one schema; numbers of a list fall from its first item to its last."""

    def __init__(self, service: str, digest: str, schema: dict[str, Any]) -> None:
        self._rows = ranked(service, digest)
        self._drawn: random.Random = chance(service, f"schema {digest}")
        self._definitions = schema.get("$defs", {})

    def value(self, schema: dict[str, Any], place: int) -> object:
        """Return a value for one part of the schema, at a place in the list it is in."""
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][place % len(schema["enum"])]
        kind = schema.get("type", "string")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind in {"boolean", "null"}:
            return False if kind == "boolean" else None
        fill: dict[str, Callable[[dict[str, Any], int], object]] = {
            "object": self._object,
            "array": self._array,
            "number": self._number,
            "integer": self._integer,
        }
        return fill.get(kind, self._text)(schema, place)

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while True:
            if "$ref" in schema:
                schema = self._definitions[schema["$ref"].rpartition("/")[2]]
            elif choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
                schema = choices[0]
            else:
                return schema

    def _object(self, schema: dict[str, Any], place: int) -> object:
        return {name: self.value(one, place) for name, one in schema.get("properties", {}).items()}

    def _array(self, schema: dict[str, Any], _place: int) -> object:
        least, most = schema.get("minItems", 0), schema.get("maxItems", ITEMS)
        choices = self._resolved(schema.get("items", {})).get("enum")
        count = max(least, min(most, ITEMS, len(choices) if choices else ITEMS))
        return [self.value(schema.get("items", {}), place) for place in range(count)]

    def _number(self, schema: dict[str, Any], place: int) -> object:
        low, high = schema.get("minimum", 0), schema.get("maximum", 1)
        return round(low + (high - low) * self._rows[place % len(self._rows)][1], 4)

    def _integer(self, schema: dict[str, Any], place: int) -> object:
        low, high = schema.get("minimum", 0), schema.get("maximum", 100)
        return int(low + (high - low) * self._rows[place % len(self._rows)][1])

    def _text(self, schema: dict[str, Any], place: int) -> object:
        word = self._rows[place % len(self._rows)][0]
        return word[: schema.get("maxLength", len(word))]


def prose(service: str, digest: str, *, bare: bool) -> str:
    """Return what a model writes unless it is held to a schema; `bare` is JSON alone."""
    rows = ranked(service, digest)[:ITEMS]
    told = json.dumps(
        {
            "keywords": [{"keyword": word, "confidence": share} for word, share in rows],
            "caption": f"{spoken(service, digest)}: a picture",
        }
    )
    return told if bare else f"Here is what I see:\n```json\n{told}\n```\nShall I say more?"
