"""Photographs land in a folder; seconds later they carry keywords that every program reads."""

__version__ = "0.1.0"
