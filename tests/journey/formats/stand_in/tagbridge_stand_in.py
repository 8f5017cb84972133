"""A plugin that gives a picture to files whose own pixels nobody could make here."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from tagbridge_hooks import Rendition, hookimpl

if TYPE_CHECKING:
    from tagbridge_hooks import Asset


@hookimpl
def tagbridge_render_asset(asset: Asset) -> Rendition | None:
    """Render what says in its name that it has no pixels."""
    if not asset.path.name.startswith("no-pixels"):
        return None
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "grey").save(file, "JPEG")
    return Rendition(data=file.getvalue(), media_type="image/jpeg", width=8, height=8)
