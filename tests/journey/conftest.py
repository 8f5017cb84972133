"""tagbridge as a process of its own, and the programs that judge what it wrote."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image, TiffImagePlugin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

HERE = Path(__file__).parent
PHOTOS = HERE.parent / "photos"
LONG = 60.0  # seconds; bounds a wait that would otherwise hang, and is never reached
DC = "{http://purl.org/dc/elements/1.1/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_ARRIVED = re.compile(r" (written|unchanged|skipped|parked) (.*): \d+ keywords? added")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a run said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def summary(self) -> dict[str, int]:
        counts: dict[str, int] = self.rows[-1]["summary"]
        return counts

    def of(self, path: Path) -> dict[str, Any]:
        (row,) = (row for row in self.rows[:-1] if row["path"] == str(path))
        return row


class Daemon:
    """`tagbridge watch` while it runs, and its log."""

    def __init__(self, process: subprocess.Popen[str], folders: tuple[Path, ...]) -> None:
        self.process = process
        self.folders = folders
        self.lines: list[str] = []
        self._news = Condition()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def said(self, *fragments: str) -> list[str]:
        return [line for line in self.lines if all(part in line for part in fragments)]

    def wait_for(self, *fragments: str, times: int = 1, seconds: float = LONG) -> None:
        """Return when so many lines of the log hold all of these."""
        with self._news:
            enough = self._news.wait_for(
                lambda: len(self.said(*fragments)) >= times or not self._reader.is_alive(), seconds
            )
        assert enough, f"{fragments} is not in the log:\n" + "\n".join(self.lines)
        assert len(self.said(*fragments)) >= times, "\n".join(self.lines)

    def arrivals(self, folder: Path | None = None) -> Counter[str]:
        """Return how often each photo below a folder arrived, by its path."""
        found = (_ARRIVED.search(line) for line in list(self.lines))
        below = f"{folder or self.folders[0]}/"
        return Counter(match[2] for match in found if match and match[2].startswith(below))

    def wait_for_photos(self, *photos: Path) -> None:
        for photo in photos:
            self.wait_for(f" {photo}: ", "keywords added")

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        status = self.process.wait(LONG)
        self._reader.join(LONG)
        assert self.process.stderr
        self.process.stderr.close()
        return status


@dataclass(frozen=True, kw_only=True)
class Program:
    """tagbridge with a home of its own, so that nothing of this machine's user counts."""

    home: Path
    prefix: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def state(self) -> Path:
        return self.home / "state"

    def environment(self, **more: str) -> dict[str, str]:
        ours = re.compile(r"(TAGBRIDGE_|XDG_|PYTEST_|PYTHON|COVERAGE_)")
        kept = {name: value for name, value in os.environ.items() if not ours.match(name)}
        path = {"HOME": str(self.home), "PYTHONPATH": str(HERE / "strangers")}
        return {**kept, **path, **self.settings, **more}

    def command(self, *arguments: str | bytes | Path) -> list[str | bytes]:
        start = [*self.prefix, sys.executable, "-m", "tagbridge", "--state", str(self.state)]
        return [*start, *(os.fspath(argument) for argument in arguments)]

    def start(self, *arguments: str | bytes | Path, **more: object) -> subprocess.Popen[str]:
        usual = {"env": self.environment(), "text": True, "errors": "surrogateescape"}
        options: dict[str, Any] = {**usual, **more}
        process: subprocess.Popen[str] = subprocess.Popen(self.command(*arguments), **options)
        return process

    def run(
        self,
        *arguments: str | bytes | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Ended:
        process = self.start(
            *arguments,
            cwd=cwd,
            env=self.environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        out, err = process.communicate(timeout=LONG)
        return Ended(status=process.returncode, out=out, err=err)

    def tag(
        self,
        *arguments: str | bytes | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Ended:
        """Tag with `--json`."""
        return self.run("tag", "--json", *arguments, cwd=cwd, env=env)


@pytest.fixture(scope="session")
def program() -> Callable[[Path], Program]:
    """Return a function that gives tagbridge another home."""
    return lambda home: Program(home=home)


@pytest.fixture
def tagbridge(tmp_path: Path) -> Program:
    """Return tagbridge with the offline provider."""
    return Program(home=tmp_path / "home")


@pytest.fixture(scope="session")
def puppet_in() -> Callable[[Path], Program]:
    """Return a function that gives a home to tagbridge with the puppet as its only provider."""
    return lambda folder: Program(
        home=folder / "home",
        settings={"TAGBRIDGE_PROVIDERS__PUPPET__ASKED": str(folder / "asked")},
    )


@pytest.fixture
def puppet(tmp_path: Path, puppet_in: Callable[[Path], Program]) -> Program:
    """Return tagbridge with a provider that needs no models and says `Puppet` of every picture."""
    return puppet_in(tmp_path)


@pytest.fixture
def asked(tmp_path: Path) -> Callable[[], int]:
    """Return how often the puppet was asked."""
    return lambda: len((tmp_path / "asked").read_text().splitlines())


@pytest.fixture(scope="module")
def watching() -> Iterator[Callable[..., Daemon]]:
    """Return a function that starts the daemon and returns once the folders are watched."""
    daemons: list[Daemon] = []

    def start(program: Program, *folders: Path, settle: float = 0.2, **settings: str) -> Daemon:
        for folder in folders:
            folder.mkdir(exist_ok=True)
        env = program.environment(TAGBRIDGE_WATCH__SETTLE_SECONDS=str(settle), **settings)
        process = program.start("watch", *folders, env=env, stderr=subprocess.PIPE)
        daemons.append(Daemon(process, folders))
        for folder in folders:
            daemons[-1].wait_for(f" {folder} is ")
        return daemons[-1]

    yield start
    for daemon in daemons:
        daemon.stop(signal.SIGKILL)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


@pytest.fixture(scope="session")
def photos() -> Path:
    return PHOTOS


@pytest.fixture(scope="session")
def draw() -> Callable[..., Path]:
    """Return a function that makes a small photo; another number gives another picture."""

    def make(path: Path, number: int = 0, kind: str | None = None) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = Image.linear_gradient("L").convert("RGB")
        picture.paste((number % 256, number // 256 % 256, 99), (0, 0, 64, 64))
        picture.save(path, kind)
        return path

    return make


@pytest.fixture(scope="session")
def draw_dng() -> Callable[[Path], Path]:
    """Return a function that writes the picture of a sensor: a 16-bit TIFF, said to be a DNG."""

    def make(path: Path) -> Path:
        info = TiffImagePlugin.ImageFileDirectory_v2()
        kinds: list[tuple[int, int, Any]] = [
            (271, 2, "Acme"),
            (272, 2, "One"),
            (33421, 3, (2, 2)),
            (33422, 1, b"\0\1\1\2"),
            (50706, 1, b"\1\4\0\0"),
            (50708, 2, "Acme One"),
            (50721, 10, tuple(float(i % 4 == 0) for i in range(9))),
        ]
        for tag, kind, value in kinds:
            info.tagtype[tag] = kind
            info[tag] = value
        sensor = Image.linear_gradient("L").resize((640, 480)).convert("I;16")
        buffer = BytesIO()
        sensor.save(buffer, "TIFF", tiffinfo=info)
        grey, mosaic = (b"\x06\x01\x03\0\1\0\0\0" + kind for kind in (b"\1\0", b"\x23\x80"))
        data = buffer.getvalue()
        assert data.count(grey) == 1
        path.write_bytes(data.replace(grey, mosaic))
        return path

    return make


@pytest.fixture(scope="session")
def exiftool() -> Callable[..., Any]:
    """Return a function that reads files as ExifTool does: a dict of `Group:Tag` for each."""
    if not shutil.which("exiftool"):
        pytest.skip("needs exiftool: apt-get install libimage-exiftool-perl")

    def read(*paths: Path) -> dict[Any, Any]:
        options = ["-j", "-G1", "-struct", "-sep", "\n"]
        said = subprocess.check_output(["exiftool", *options, *map(str, paths)])
        found: list[dict[Any, Any]] = json.loads(said)
        return found[0] if len(paths) == 1 else dict(zip(paths, found, strict=True))

    return read


@pytest.fixture(scope="session")
def edit() -> Callable[..., None]:
    """Return a function that changes a file as a user of ExifTool would."""
    if not shutil.which("exiftool"):
        pytest.skip("needs exiftool: apt-get install libimage-exiftool-perl")

    def change(path: Path, *options: str) -> None:
        subprocess.run(["exiftool", "-q", "-overwrite_original", *options, path], check=True)

    return change


@pytest.fixture(scope="session")
def exempi() -> Callable[[Path], list[str]]:
    """Return a function that reads the keywords of a file by Adobe's own library."""
    if not shutil.which("exempi"):
        pytest.skip("needs exempi: apt-get install exempi")

    def read(path: Path) -> list[str]:
        options = ["-X", "-x"] if path.suffix == ".xmp" else ["-x"]
        # Absolute, because this program fails on `a/b.jpg`.
        said = subprocess.check_output(["exempi", *options, str(path.absolute())])
        start = said.find(b"<x:xmpmeta")
        if start < 0:
            return []
        packet = ET.fromstring(said[start:])  # noqa: S314 - our own file, from a reader of it
        return [str(item.text) for item in packet.iterfind(f".//{DC}subject//{RDF}li")]

    return read


@pytest.fixture(scope="session")
def exiv2() -> Callable[[Path], list[str]]:
    """Return a function that reads the keywords of a file by the exiv2 program."""
    if not shutil.which("exiv2"):
        pytest.skip("needs exiv2: apt-get install exiv2")

    def read(path: Path) -> list[str]:
        command = ["exiv2", "-K", "Xmp.dc.subject", "-Pt", "print", str(path)]
        said: str = subprocess.check_output(command, text=True)
        return said.strip().split(", ")

    return read


@pytest.fixture
def leftovers() -> Callable[[Path], list[str]]:
    """Return a function that lists our temporary files below a folder."""
    return lambda folder: [str(p) for p in folder.rglob(".tagbridge-*")]
