"""Reading the structs of XMP in each of the forms that programs write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagbridge.metadata.properties import RDF_URI, XML_URI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagbridge.metadata.xml_positions import Element

_DESCRIPTION = f"{{{RDF_URI}}}Description"
_ABOUT = f"{{{RDF_URI}}}about"
_RESOURCE = f"{{{RDF_URI}}}resource"
PARSE_TYPE = f"{{{RDF_URI}}}parseType"
_LANGUAGE = f"{{{XML_URI}}}lang"
_NO_FIELDS = frozenset({_ABOUT, PARSE_TYPE, _LANGUAGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Struct:
    """The fields of a struct, by `{uri}name`.

    Attributes:
        values: The simple ones.
        elements: Those written as elements, simple or not.
    """

    values: Mapping[str, str]
    elements: Mapping[str, Element]


def read_struct(element: Element) -> Struct | None:
    """Return what is in an element that holds a struct, or None when its form is not understood.

    Fields may be attributes or elements, directly in it or in a description within.
    """
    attributes = dict(element.attributes)
    children = element.children
    if len(children) == 1 and children[0].name == _DESCRIPTION and PARSE_TYPE not in attributes:
        attributes.update(children[0].attributes)
        children = children[0].children
    elif children and attributes.get(PARSE_TYPE) != "Resource":
        return None
    values = {name: text for name, text in attributes.items() if name not in _NO_FIELDS}
    elements = {child.name: child for child in children}
    if len(elements) < len(children) or elements.keys() & values.keys():
        return None
    plain = (child for child in children if not child.children)
    values.update({c.name: c.attributes.get(_RESOURCE, c.text) for c in plain})
    return Struct(values=values, elements=elements)
