"""A stranger follows hooks/README.md in an empty environment, and a photograph gets its keyword."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "hooks" / "README.md").read_text(encoding="utf-8")
NAMED_BLOCK = re.compile(r"^\*\*`([\w.]+)`\*\*\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = "Scripts" if os.name == "nt" else "bin"

# Making two environments and installing into one takes minutes on a machine without caches.
pytestmark = pytest.mark.timeout(1200)


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program as a stranger would: nothing of ours in the environment."""
    ours = re.compile(r"(TAGBRIDGE_|PYTHONPATH|VIRTUAL_ENV|PYTEST_)")
    environment = {name: value for name, value in os.environ.items() if not ours.match(name)}
    arguments = [str(part) for part in command]
    done = subprocess.run(
        arguments, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done


def uv() -> list[str]:
    """Return how to call uv; empty without it, and pip does the same more slowly."""
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    return [found] if (found := shutil.which("uv")) else []


def built_wheel(folder: Path) -> Path:
    if uv():
        run(*uv(), "build", "--wheel", "--out-dir", folder, ROOT, cwd=folder)
    else:
        pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(folder)]
        run(*pip, ROOT, cwd=folder)
    (wheel,) = folder.glob("tagbridge-*.whl")
    return wheel


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the programs of a new environment that holds tagbridge and the page's plugin."""
    folder = tmp_path_factory.mktemp("stranger")
    plugin = folder / "tagbridge-lumen"
    plugin.mkdir()
    for name, text in NAMED_BLOCK.findall(PAGE):
        (plugin / name).write_text(text, encoding="utf-8")
    wheel = built_wheel(folder)
    run(sys.executable, "-m", "venv", folder / "environment", cwd=folder)
    python = folder / "environment" / PROGRAMS / "python"
    if uv():
        run(*uv(), "pip", "install", "--python", python, wheel, plugin, cwd=folder)
    else:
        run(python, "-m", "pip", "install", "--quiet", wheel, plugin, cwd=folder)
    return python.parent


class Lumen(BaseHTTPRequestHandler):
    """The service of the page, as far as a client can tell."""

    asked: ClassVar[list[tuple[str, str, bytes]]] = []

    def do_POST(self) -> None:
        picture = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.path, self.headers["Authorization"], picture))
        tag = {"name": "lighthouse", "score": 93.5, "language": "en"}
        body = json.dumps({"model": "lumen-3", "tags": [tag]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the library
        """Keep the output of the tests clean."""


@contextmanager
def service() -> Iterator[str]:
    Lumen.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Lumen) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    image = Image.radial_gradient("L").resize((1600, 1200)).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "A camera maker"
    exif[0x8298] = "A photographer"
    path = tmp_path / "harbour.jpg"
    image.save(path, quality=90, exif=exif)
    return path


def tag(programs: Path, photo: Path, address: str) -> list[dict[str, Any]]:
    folder = photo.parent
    config = folder / "config.toml"
    config.touch(mode=0o600)
    config.write_text(
        f'[providers.lumen]\napi_key = "open-sesame"\nbase_url = "{address}"\n', encoding="utf-8"
    )
    program = programs / "tagbridge"
    places = ("--config", config, "--state", folder / "state")
    done = run(program, *places, "tag", photo, "--json", cwd=folder)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_installed_plugin_is_found_as_a_strangers(programs: Path, tmp_path: Path) -> None:
    code = (
        "import json; from dataclasses import asdict; from tagbridge.plugins import load_plugins\n"
        "print(json.dumps([asdict(plugin) for plugin in load_plugins().loaded]))"
    )
    answer = json.loads(run(programs / "python", "-c", code, cwd=tmp_path).stdout)
    (lumen,) = (plugin for plugin in answer if not plugin["bundled"])
    assert lumen == {
        "name": "lumen",
        "distribution": "tagbridge-lumen",
        "version": "1.0.0",
        "bundled": False,
        "providers": ["lumen"],
    }


def test_a_photograph_gets_the_keyword_of_a_strangers_provider(programs: Path, photo: Path) -> None:
    with service() as address:
        result, summary = tag(programs, photo, address)
    assert (Path(result["path"]), result["outcome"]) == (photo, "written")
    assert summary == {"summary": {"written": 1}}
    (keyword,) = result["keywords"]
    assert keyword["text"].casefold() == "lighthouse"
    assert keyword["confidence"] == pytest.approx(0.935)
    assert keyword["providers"] == ["lumen"]


def test_only_the_picture_and_the_key_leave_the_machine(programs: Path, photo: Path) -> None:
    with service() as address:
        tag(programs, photo, address)
    ((path, authorization, picture),) = Lumen.asked
    assert (path, authorization) == ("/v1/tags", "Bearer open-sesame")
    image = Image.open(BytesIO(picture))
    assert (image.format, max(image.size)) == ("JPEG", 1024)
    assert dict(image.getexif()) == {}
    assert photo.name.encode() not in picture


def test_other_programs_read_the_keyword_and_find_the_rest_unchanged(
    programs: Path, photo: Path
) -> None:
    if not shutil.which("exiftool"):
        pytest.skip("needs exiftool, which reads the photograph as other programs do")
    before = Image.open(photo).tobytes()
    with service() as address:
        tag(programs, photo, address)
    fields = ["-XMP-dc:Subject", "-IPTC:Keywords", "-EXIF:Make", "-EXIF:Copyright"]
    (found,) = json.loads(run("exiftool", "-j", "-G1", *fields, photo, cwd=photo.parent).stdout)
    assert str(found["XMP-dc:Subject"]).casefold() == "lighthouse"
    assert str(found["IPTC:Keywords"]).casefold() == "lighthouse"
    assert (found["IFD0:Make"], found["IFD0:Copyright"]) == ("A camera maker", "A photographer")
    assert Image.open(photo).tobytes() == before
