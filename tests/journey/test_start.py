"""What one photo costs beside itself: only that is loaded which it needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.journey.conftest import Program

OTHERS = [
    *("numpy", "onnxruntime", "pillow_heif", "rawpy", "av"),  # other formats, the offline provider
    *("starlette", "uvicorn", "jinja2", "prometheus_client", "tagbridge.web"),  # the page
    *("tomlkit", "difflib"),  # a change of the settings, or a fault in them
    *("tagbridge.vocabulary.reading", "tagbridge.vocabulary.rules_file"),
    *("tagbridge.daemon", "tagbridge.engine.engine", "watchdog", "tagbridge.undoing"),
    *("tagbridge_local.provider", "tagbridge_ximilar.provider", "procrastinate", "psycopg"),
]


def test_a_photo_is_tagged_without_loading_what_others_need(
    puppet: Program, tmp_path: Path, draw: Callable[..., Path]
) -> None:
    photo = draw(tmp_path / "a.jpg")
    done = puppet.tag(photo, env={"PYTHONPROFILEIMPORTTIME": "1"})
    loaded = set(re.findall(r"\| +([\w.]+)$", done.err, re.MULTILINE))

    assert done.of(photo)["outcome"] == "written"
    assert loaded >= {"tagbridge.pipeline", "PIL.JpegImagePlugin", "pydantic"}
    assert sorted(loaded & set(OTHERS)) == []
