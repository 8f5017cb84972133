"""The photos: the contact sheet, the page of one of them, and every decision about it."""

from tagbridge.web.photos.routes import routes

__all__ = ["routes"]
