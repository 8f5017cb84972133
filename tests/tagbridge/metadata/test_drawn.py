"""Regions are found as they were noted, whoever did; what is not understood is left out."""

from __future__ import annotations

import pytest

from tagbridge.metadata.drawn import drawn_regions
from tagbridge.metadata.edit import PropertyEdit, edited, empty_packet
from tagbridge.metadata.packet import Packet, read_packet
from tagbridge.metadata.properties import FURTHER_NAMESPACES, IMAGE_REGION, RDF_URI

EXT = FURTHER_NAMESPACES["Iptc4xmpExt"]


def packet(*boundaries: str, name: str = "<rdf:Alt><rdf:li>Dog</rdf:li></rdf:Alt>") -> Packet:
    items = tuple(
        f'<rdf:li xmlns:rdf="{RDF_URI}" xmlns:Iptc4xmpExt="{EXT}">'
        f'<rdf:Description Iptc4xmpExt:rId="r{number}">{boundary}'
        f"<Iptc4xmpExt:Name>{name}</Iptc4xmpExt:Name></rdf:Description></rdf:li>"
        for number, boundary in enumerate(boundaries)
    )
    edit = PropertyEdit(target=IMAGE_REGION, items=items)
    return read_packet(edited(read_packet(empty_packet()), [edit]))


def boundary(shape: str = "rectangle", unit: str = "relative", x: str = "0.1") -> str:
    form = f'Iptc4xmpExt:rbShape="{shape}" Iptc4xmpExt:rbUnit="{unit}"'
    numbers = f'Iptc4xmpExt:rbX="{x}" Iptc4xmpExt:rbY="0.2" Iptc4xmpExt:rbW="0.3"'
    return f'<Iptc4xmpExt:RegionBoundary {form} {numbers} Iptc4xmpExt:rbH="0.4"/>'


def test_a_thing_is_drawn_with_its_name_and_whose_it_is() -> None:
    ours, theirs = drawn_regions(packet(boundary(), boundary()), {"r0"})
    assert (ours.name, ours.ours, theirs.ours) == ("Dog", True, False)
    region = ours.region
    assert (region.x, region.y, region.width, region.height) == pytest.approx((0.1, 0.2, 0.3, 0.4))


@pytest.mark.parametrize(
    "odd", [boundary(shape="circle"), boundary(unit="pixel"), boundary(x="left"), ""]
)
def test_what_is_no_rectangle_of_fractions_is_left_out(odd: str) -> None:
    assert [r.name for r in drawn_regions(packet(odd, boundary()), set())] == ["Dog"]


def test_where_nothing_is_noted_nothing_is_drawn() -> None:
    assert drawn_regions(read_packet(empty_packet()), set()) == []
