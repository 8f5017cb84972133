"""What one writes in an afternoon: decode all of it, ask, wait, call exiftool, next.

`python -m benchmarks.naive URL PHOTO...`
"""

from __future__ import annotations

import io
import subprocess
import sys
import time

import httpx
from PIL import Image

from benchmarks.exiftool import arguments

_EDGE = 512
_PATIENCE = 1.0


def tag(client: httpx.Client, path: str) -> None:
    """Do it with one photo."""
    with Image.open(path) as picture:
        small = picture.convert("RGB")
    small = small.resize((_EDGE, _EDGE * small.height // small.width), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=88)
    keywords = _asked(client, buffer.getvalue())
    command = ["exiftool", "-q", "-overwrite_original", *arguments(keywords), path]
    subprocess.run(command, check=True)


def _asked(client: httpx.Client, data: bytes) -> list[str]:
    while True:
        answer = client.post("/v1/keywords", files={"data": ("picture.jpg", data, "image/jpeg")})
        if answer.is_success:
            return [row["keyword"] for row in answer.json()["keywords"]]
        time.sleep(_PATIENCE)


if __name__ == "__main__":
    with httpx.Client(base_url=sys.argv[1], timeout=60.0) as one_client:
        for one in sys.argv[2:]:
            tag(one_client, one)
