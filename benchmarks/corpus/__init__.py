"""Photographs to measure with, made once and kept in a cache."""

from __future__ import annotations

from benchmarks.corpus.made import Corpus, Kind, copied

__all__ = [
    "FIVE_MB",
    "SMALL",
    "TWELVE",
    "TWELVE_MB",
    "WITH_PREVIEW",
    "Corpus",
    "Kind",
    "copied",
]

TWELVE = Kind(name="12mp", width=4240, height=2832, quality=92)
SMALL = Kind(name="small", width=1600, height=1068, quality=90)
WITH_PREVIEW = Kind(name="12mp-preview", width=4240, height=2832, quality=92, preview=True)
FIVE_MB = Kind(name="5mb", width=4240, height=2832, quality=95)
TWELVE_MB = Kind(name="12mb", width=6000, height=4000, quality=96)
