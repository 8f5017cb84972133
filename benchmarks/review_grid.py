"""How quick the contact sheet is over very many photos, in a real browser.

    python -m benchmarks.review_grid [--photos 100000] [--folder FOLDER]

Makes a state with so many photos, with eight keywords each and a thumbnail, starts
`tagbridge review`, and measures from Chromium: the time until the first picture is painted and
until all are counted; the time until a screen is full of pictures after a jump anywhere; how long
frames take while one scrolls, and how many elements there are then. Medians are of all that was
seen.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from PIL import Image
from playwright.sync_api import sync_playwright

from tagbridge.ledger import open_ledger
from tagbridge.thumbnails import Thumbnails

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tagbridge.ledger.connection import Connection

_SEED = 4
_WORDS = [f"Word {number}" for number in range(1500)]
_JUMPS = 25
_BATCH = 10_000
_FIRST_PICTURE = """() => {
    const image = document.querySelector(".cell img:not([hidden])");
    return image ? performance.now() : 0;
}"""
_COUNTED = "() => /[0-9]/.test(document.getElementById('count').textContent)"
_JUMP = """async (share) => {
    const box = document.getElementById("grid");
    const began = performance.now();
    box.scrollTop = share * (box.scrollHeight - box.clientHeight);
    const seen = (node) => {
        const at = node.getBoundingClientRect(), frame = box.getBoundingClientRect();
        return at.bottom > frame.top && at.top < frame.bottom;
    };
    for (;;) {
        await new Promise(requestAnimationFrame);
        const cells = [...document.querySelectorAll(".cell")].filter(seen);
        const full = cells.length && cells.every((cell) => !cell.querySelector("img").hidden);
        if (full && performance.now() - began > 20) return performance.now() - began;
        if (performance.now() - began > 20000) return null;
    }
}"""
_SCROLL = """async (seconds) => {
    const box = document.getElementById("grid");
    const frames = [];
    let most = 0, last = performance.now();
    const ends = last + seconds * 1000;
    while (last < ends) {
        box.scrollTop += 40;
        const now = await new Promise(requestAnimationFrame);
        frames.push(now - last);
        last = now;
        most = Math.max(most, document.querySelectorAll("#grid *").length);
    }
    return { frames, most };
}"""


def main() -> None:
    """Make the state, measure, print one JSON object for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="for the state; removed in the end")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="review-grid-", dir=asked.folder))
    try:
        began = time.perf_counter()
        make(folder, asked.photos)
        say("made", time.perf_counter() - began, "s", photos=asked.photos)
        with_page(folder)
    finally:
        shutil.rmtree(folder)


def make(folder: Path, photos: int) -> None:
    """Fill a state; on the disk there is one photo, to which all names lead."""
    draw = random.Random(_SEED)  # noqa: S311 - no secret
    root = folder / "photos"
    (root / "one").mkdir(parents=True)
    picture = Image.effect_noise((320, 240), 20).convert("RGB")
    one = root / "one" / "photo.jpg"
    picture.save(one)
    small = io.BytesIO()
    picture.save(small, "JPEG", quality=60)
    for number in range(photos):
        name = name_of(root, number)
        name.parent.mkdir(parents=True, exist_ok=True)
        name.symlink_to(one)
    ledger = open_ledger(folder / "state")
    Thumbnails(folder / "state", most_bytes=8 << 30).close()
    for first in range(0, photos, _BATCH):
        numbers = range(first, min(first + _BATCH, photos))

        def work(connection: Connection, numbers: range = numbers) -> None:
            fill(connection, root, numbers, draw)

        ledger.database.transaction(work)
    ledger.close()
    with closing(sqlite3.connect(folder / "state" / "thumbnails.sqlite3")) as kept, kept:
        rows = ((bytes.fromhex(f"{number:064x}"), small.getvalue()) for number in range(photos))
        kept.executemany("INSERT INTO thumbnail (identity, picture) VALUES (?, ?)", rows)


def name_of(root: Path, number: int) -> Path:
    """Return the name of a photo."""
    return root / f"{2000 + number % 25}" / f"{number % 40:02}" / f"IMG_{number:07}.jpg"


def fill(connection: Connection, root: Path, numbers: range, draw: random.Random) -> None:
    """Put photos into the ledger."""
    if not numbers.start:
        connection.execute("INSERT INTO source (id, provider, model) VALUES (1, 'local', '')")
    connection.execute_many(
        "INSERT INTO asset (id, identity, media_type, seen_at) "
        "VALUES (:id, :identity, 'image/jpeg', 1)",
        [{"id": number + 1, "identity": bytes.fromhex(f"{number:064x}")} for number in numbers],
    )
    connection.execute_many(
        "INSERT INTO file (path, asset_id, inode, size, mtime_ns, outcome, reason, at) "
        "VALUES (:path, :asset_id, 1, 1, 1, 'written', '', 1)",
        [
            {"path": os.fsencode(name_of(root, number)), "asset_id": number + 1}
            for number in numbers
        ],
    )
    rows = [
        {
            "asset_id": number + 1,
            "value": word,
            "confidence": draw.randint(500, 999),
            "fate": draw.choices((0, 1, 2), (80, 15, 5))[0],
        }
        for number in numbers
        for word in {_WORDS[int(draw.paretovariate(0.6)) % len(_WORDS)] for _ in range(8)}
    ]
    connection.execute_many(
        "INSERT INTO written (asset_id, kind, value, source_id, confidence, at, fate) "
        "VALUES (:asset_id, 0, :value, 1, :confidence, 1, :fate)",
        rows,
    )


def with_page(folder: Path) -> None:
    """Start the page and measure it from a browser."""
    command = [sys.executable, "-m", "tagbridge", "--state", str(folder / "state")]
    arguments = ["review", "--no-browser", str(folder / "photos")]
    with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout  # noqa: S101 - it was asked for
            address = served.stdout.readline().strip()
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), args=["--no-sandbox"]
                )
                page = chromium.new_page(viewport={"width": 1600, "height": 1000})
                page.goto(address)
                measure(page, address.partition("/enter")[0])
                chromium.close()
        finally:
            served.terminate()


def measure(page: Page, address: str) -> None:
    """Print every figure."""
    firsts, counted = [], []
    for _ in range(5):
        page.goto(f"{address}/photos")
        firsts.append(page.wait_for_function(_FIRST_PICTURE).json_value())
        page.wait_for_function(_COUNTED)
        counted.append(page.evaluate("performance.now()"))
    say("first picture", median(firsts), "ms", each=rounded(firsts))
    say("all are counted", median(counted), "ms", each=rounded(counted))
    draw = random.Random(_SEED)  # noqa: S311 - no secret
    jumps = [page.evaluate(_JUMP, draw.random()) for _ in range(_JUMPS)]
    full = [took for took in jumps if took is not None]
    say("a screen of pictures after a jump", median(full), "ms", each=rounded(full))
    scrolled = page.evaluate(_SCROLL, 5)
    frames = sorted(scrolled["frames"])
    say(
        *("a frame while one scrolls", median(frames), "ms"),
        p95=round(quantiles(frames, n=20)[-1], 1),
        longest=round(frames[-1], 1),
        frames=len(frames),
    )
    say("elements at most", scrolled["most"], "")
    for name, query in {"unreviewed": "show=unreviewed", "a keyword": "keyword=word+2"}.items():
        page.goto(f"{address}/photos?{query}")
        took = page.wait_for_function(_FIRST_PICTURE).json_value()
        say(f"first picture of {name}", took, "ms")


def rounded(values: list[float]) -> list[float]:
    """Return values to the tenth."""
    return [round(value, 1) for value in values]


def say(what: str, value: float, unit: str, **more: Any) -> None:  # noqa: ANN401 - for JSON
    """Print a figure."""
    print(json.dumps({"what": what, "value": round(value, 1), "unit": unit, **more}), flush=True)


if __name__ == "__main__":
    main()
