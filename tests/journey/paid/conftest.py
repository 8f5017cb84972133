"""Two providers that cost money, who bills for them, and the judge of what was paid."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tests.journey.conftest import Daemon, Program

SERVER = Path(__file__).parents[2] / "servers" / "recognition.py"
PHOTOS = int(os.environ.get("TAGBRIDGE_TEST_PAID_PHOTOS", "0"))
LONG = 60.0 + PHOTOS  # seconds; bounds a wait that would otherwise hang, and is never reached
# What the service's first keyword begins with, by the address that was asked.
SPEAKERS = {"/v1/keywords": "v1 ", "/plain/keywords": "plain "}
NOT_DONE = ("fresh", "backlog", "running", "waiting", "parked", "missing")


def until(condition: Callable[[], object], what: str, seconds: float = LONG) -> None:
    """Return when something is so that can only be seen by looking: a file, another process."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.005)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A request as the service noted it when it arrived."""

    at: float
    path: str
    picture: str
    status: int
    why: str = ""
    kind: str = ""
    fault: str = ""
    leaks: bool = False
    pictures: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    charged: int | None = None

    @property
    def bill(self) -> list[str]:
        """Return the pictures that it was charged for."""
        if self.statuses:
            told = zip(self.pictures, self.statuses, strict=True)
            return [picture for picture, status in told if status == 200 and self.charged]
        usual = int(self.status == 200 and bool(self.picture))
        return [self.picture] * (usual if self.charged is None else self.charged)


class Service:
    """The recognition services: a process of its own, and its log, which is what is billed."""

    def __init__(self, log: Path, *options: str) -> None:
        self.log = log
        self.port = "0"
        self._arrived: list[Arrival] = []
        self._read = 0
        self.start(*options)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *options: str) -> None:
        """Serve, on the same port as before if there was one."""
        place = ["--log", str(self.log), "--port", self.port]
        command = [sys.executable, str(SERVER), *place, *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.port = self.process.stdout.readline().strip()
        assert self.port

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()

    def arrived(self) -> list[Arrival]:
        """Return all requests so far."""
        if self.log.exists():
            with self.log.open("rb") as file:
                file.seek(self._read)
                whole, newline, _ = file.read().rpartition(b"\n")
            self._read += len(whole + newline)
            self._arrived += [Arrival(**json.loads(line)) for line in whole.splitlines()]
        return list(self._arrived)

    def asked(self, path: str) -> list[Arrival]:
        return [arrival for arrival in self.arrived() if arrival.path == path]

    def charged(self) -> Counter[tuple[str, str]]:
        """Return how often each picture was paid for at each address."""
        return Counter((a.path + a.kind, picture) for a in self.arrived() for picture in a.bill)

    def wait_for(self, number: int) -> None:
        until(lambda: len(self.arrived()) >= number, f"{number} requests")


def picture(path: Path) -> str:
    """Return a digest of what a photo shows: its pixels and its compressed picture data."""
    data = path.read_bytes()
    with Image.open(path) as opened:
        pixels = opened.tobytes()
    return sha256(pixels + data[data.rindex(b"\xff\xda") :]).hexdigest()


def is_tagged(path: Path) -> bool:
    return b"<x:xmpmeta" in path.read_bytes()


@dataclass(slots=True, kw_only=True)
class Album:
    """Photos that all differ, and what each of them shows."""

    folder: Path
    photos: dict[Path, str] = field(default_factory=dict)

    def add(self, name: str = "", number: int | None = None) -> Path:
        """Draw a photo: sixteen squares that are black or white, as the bits of its number."""
        number = len(self.photos) if number is None else number
        path = self.folder / (name or f"{number}.jpg")
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn = Image.linear_gradient("L").convert("RGB").resize((96, 96))
        for bit in range(16):
            shade = (number >> bit & 1) * 255
            x, y = bit % 4 * 24, bit // 4 * 24
            drawn.paste((shade, shade, shade), (x, y, x + 16, y + 16))
        hidden = path.with_name(f".{path.name}.part")
        drawn.save(hidden, "JPEG", quality=90)
        hidden.rename(path)
        self.photos[path] = picture(path)
        return path

    def add_many(self, count: int) -> list[Path]:
        return [self.add() for _ in range(count)]


class Status:
    """What `tagbridge status` says."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [row for row in self._rows if row["kind"] == kind]

    @property
    def left(self) -> dict[str, int]:
        """Return how many photos are not done, by the state they are in."""
        (queue,) = self.of("queue")
        return {state: queue[state] for state in NOT_DONE if queue[state]}

    def provider(self, name: str) -> dict[str, Any]:
        (row,) = (row for row in self.of("provider") if row["name"] == name)
        return row

    def each(self, field: str) -> list[Any]:
        """Return one field of all providers."""
        return [row[field] for row in self.of("provider")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """tagbridge with both providers, and the services that bill it."""

    program: Program
    service: Service
    watching: Callable[..., Daemon]
    exiftool: Callable[..., dict[Any, Any]]

    @property
    def judge(self) -> Judge:
        return Judge(customer=self)

    def watch(self, folder: Path, **settings: str) -> Daemon:
        """Start the daemon and return once it watches."""
        return self.watching(self.program, folder, **settings)

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Return when something is so that can only be seen by looking."""
        until(condition, what)

    def wait_until_left(self, **left: int) -> None:
        """Return when so many photos, by their state, are not done."""
        until(lambda: self.left() == left, f"a queue with {left}")

    def status(self) -> Status:
        ended = self.program.run("status", "--json")
        assert (ended.status, ended.err) == (0, "")
        return Status(ended.rows)

    def left(self) -> dict[str, int]:
        """Return how many photos are not done, by the state they are in."""
        return self.status().left

    def wait_until_done(self, photos: Iterable[Path]) -> None:
        """Return when each of the photos has keywords and no job is left."""
        missing = set(photos)
        while missing:  # cheaper than to ask for the status all the time
            photo = missing.pop()
            until(partial(is_tagged, photo), f"keywords in {photo}")
        self.wait_until_left()

    def couriers(self) -> list[int]:
        """Return the process ids of the couriers that run for this home."""
        found = []
        for process in Path("/proc").iterdir():
            try:
                command = (process / "cmdline").read_bytes()
                environment = (process / "environ").read_bytes()
            except OSError:  # it has ended, or is no process
                continue
            # Our home is on its PYTHONPATH, for this purpose.
            if b"courier_process" in command and os.fsencode(self.program.home) in environment:
                found.append(int(process.name))
        return found


def stamps(photos: Iterable[Path]) -> dict[Path, tuple[int, int, bytes]]:
    """Return all by which a change of a file can be told."""
    return {p: (p.stat().st_ino, p.stat().st_mtime_ns, p.read_bytes()) for p in photos}


def chunks(photos: Iterable[Path]) -> Iterator[list[Path]]:
    rest = list(photos)
    while rest:
        yield rest[:250]
        rest = rest[250:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Says whether everything is tagged, paid for once, and unharmed."""

    customer: Customer

    def finds_all_in_order(self, photos: Mapping[Path, str]) -> None:
        """Fail unless each photo has all keywords, each was paid for once, and nothing is left."""
        self.finds_each_paid_once(photos)
        self.finds_all_tagged(photos)
        assert {photo: picture(photo) for photo in photos} == photos
        folders = {photo.parent for photo in photos}
        assert [str(p) for f in folders for p in f.glob(".tagbridge-*")] == []

    def finds_all_tagged(self, photos: Mapping[Path, str]) -> None:
        """Fail unless each photo has all keywords and nothing is left, whatever it cost."""
        self.finds_the_keywords(photos)
        self.finds_nothing_left()
        self.finds_nothing_more_to_do(photos)

    def finds_each_paid_once(self, photos: Mapping[Path, str]) -> None:
        charged = self.customer.service.charged()
        assert {call: times for call, times in charged.items() if times > 1} == {}
        pictures = len(set(photos.values()))
        assert Counter(path for path, _ in charged) == dict.fromkeys(SPEAKERS, pictures)

    def finds_the_keywords(self, photos: Mapping[Path, str]) -> None:
        """Fail unless each photo has the keywords that each provider gave to just its picture."""
        paid = {SPEAKERS[path] + picture[:8] for path, picture in self.customer.service.charged()}
        told: dict[str, set[str]] = {}
        for some in chunks(photos):
            read = self.customer.exiftool(*some)
            read = {some[0]: read} if len(some) == 1 else read
            for photo, found in read.items():
                assert "ExifTool:Warning" not in found, (photo, found["ExifTool:Warning"])
                words = found["XMP-dc:Subject"].lower().split("\n")
                assert found["IPTC:Keywords"].lower().split("\n") == words
                ours = paid.intersection(words)
                speakers = sorted(word.split()[0] + " " for word in ours)
                assert speakers == sorted(SPEAKERS.values()), (photo, words)
                for word in ours:
                    told.setdefault(word, set()).add(photos[photo])
        assert {word: shown for word, shown in told.items() if len(shown) > 1} == {}

    def finds_nothing_left(self) -> None:
        """Fail unless no job, no call in doubt and no process is left."""
        until(lambda: not self.customer.couriers(), "the end of the courier", 60.0)
        status = self.customer.status()
        assert status.left == {}
        assert set(status.each("in_doubt") + status.each("in_flight")) == {0}
        checked = self.customer.program.run("ledger", "check")
        assert checked.status == 0, checked.out + checked.err

    def finds_nothing_more_to_do(self, photos: Iterable[Path]) -> None:
        """Fail unless tagging all of it once more asks for nothing and changes no byte."""
        requests, before = len(self.customer.service.arrived()), stamps(photos)
        for some in chunks(photos):
            ended = self.customer.program.tag(*some)
            assert ended.status == 0, ended.out
        assert stamps(photos) == before
        assert len(self.customer.service.arrived()) == requests


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Service]]:
    """Return a function that starts the services with options of theirs."""
    services: list[Service] = []

    def start(*options: str) -> Service:
        services.append(Service(tmp_path_factory.mktemp("service") / "arrivals", *options))
        return services[-1]

    yield start
    for service in services:
        service.stop()


def settings_for(service: Service, **more: object) -> dict[str, str]:
    own = {
        "EVERYPIXEL__BASE_URL": f"{service.url}/v1",
        "EVERYPIXEL__CLIENT_ID": "us",
        "EVERYPIXEL__CLIENT_SECRET": "our secret",
        "POSTMAN__BASE_URL": service.url,
        "POSTMAN__KEY": "our key",
        "POSTMAN__CONCURRENCY": "16",
    }
    named = {f"TAGBRIDGE_PROVIDERS__{name}": value for name, value in own.items()}
    return named | {f"TAGBRIDGE_{name}": str(value) for name, value in more.items()}


@pytest.fixture(scope="module")
def customer(
    tmp_path_factory: pytest.TempPathFactory,
    program: Callable[[Path], Program],
    watching: Callable[..., Daemon],
    serve: Callable[..., Service],
    exiftool: Callable[..., dict[Any, Any]],
) -> Iterator[Callable[..., Customer]]:
    """Return a function that makes a customer of new services, with options and settings.

    Couriers that are left in the end are killed: a failed test must not disturb the next.
    """
    made: list[Customer] = []

    def make(*options: str, of: Service | None = None, **settings: object) -> Customer:
        service = of or serve(*options)
        home = program(tmp_path_factory.mktemp("home"))
        given = settings_for(service, **settings)
        given["PYTHONPATH"] = f"{home.environment()['PYTHONPATH']}:{home.home}"
        new = replace(home, settings=given)
        made.append(Customer(program=new, service=service, watching=watching, exiftool=exiftool))
        return made[-1]

    yield make
    for one in made:
        for process in one.couriers():
            os.kill(process, signal.SIGKILL)


@pytest.fixture
def album(inbox: Path) -> Album:
    """Return the photos of the folder that is watched."""
    return Album(folder=inbox)
