"""The formats we handle: how they are named, recognized by content, and decoded."""

from tagbridge.formats.naming import SUFFIXES, agrees, is_candidate, media_types_of
from tagbridge.formats.sniffing import SNIFF_BYTES, sniff
from tagbridge.formats.table import FORMATS, Format, format_of, kind_of

__all__ = [
    "FORMATS",
    "SNIFF_BYTES",
    "SUFFIXES",
    "Format",
    "agrees",
    "format_of",
    "is_candidate",
    "kind_of",
    "media_types_of",
    "sniff",
]
