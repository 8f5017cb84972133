"""The addresses of the photos."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tagbridge.ledger import sheet
from tagbridge.ledger.onlooker import look
from tagbridge.ledger.sheet_filter import Filter
from tagbridge.thumbnails import Thumbnails
from tagbridge.web.pages import form_of, page, rendered
from tagbridge.web.photos.acting import Acts
from tagbridge.web.photos.asked import asked_in, asked_of
from tagbridge.web.photos.asking import (
    filter_of,
    is_shown,
    key_of_name,
    name_of_key,
    path_of,
    query_of,
    whole_number,
)
from tagbridge.web.photos.cells import cells_of
from tagbridge.web.photos.gallery import Gallery
from tagbridge.web.photos.view import view_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Any

    from starlette.requests import Request

    from tagbridge.equipment import Equipment
    from tagbridge.ledger.connection import Connection
    from tagbridge.ledger.sheet_filter import Condition
    from tagbridge.web.house import House
    from tagbridge.web.photos.acting import Done

_MOST_ROWS = 500
_COUNTED: tuple[Condition, ...] = ("review", "parked")
_FOR_EVER = {"cache-control": "private, max-age=31536000, immutable"}


def routes(house: House) -> list[Route]:
    """Return the routes of the photos; none where there is nothing to decide with."""
    if house.equipment is None:
        return []
    photos = _Photos(house, house.equipment)
    return [
        Route("/photos", photos.sheet),
        Route("/photos/rows", photos.rows),
        Route("/photos/starts", photos.starts),
        Route("/photos/small", photos.small),
        Route("/photos/large", photos.large),
        Route("/photos/photo", photos.photo),
        Route("/photos/decide", photos.decide, methods=["POST"]),
        Route("/photos/undo", photos.undo, methods=["POST"]),
        Route("/photos/photo/decide", photos.decide_here, methods=["POST"]),
    ]


class _Photos:
    def __init__(self, house: House, equipment: Equipment) -> None:
        self._house = house
        self._equipment = equipment
        web = house.settings.web
        kept = equipment.thumbnails or Thumbnails(house.state, most_bytes=web.thumbnails_mb << 20)
        self._gallery = Gallery(kept, equipment.plugins)
        self._acts = Acts(equipment, house.settings)

    def sheet(self, request: Request) -> Response:
        """Answer with the contact sheet; its photos are asked for by its script."""
        query, house = request.query_params, self._house
        chosen = filter_of(house, query)
        wanted = (Filter(folders=house.roots, condition=c) for c in _COUNTED)
        with self._look() as connection:
            providers = sheet.providers(connection)
            waiting, parked = (sheet.count(connection, house.ledger.paths, f) for f in wanted)
        return page(
            *(request, "photos/sheet.html"),
            chosen=chosen,
            folder=query.get("folder", ""),
            roots=house.roots,
            providers=providers,
            waiting=waiting,
            parked=parked,
            query=query_of(query),
        )

    def rows(self, request: Request) -> Response:
        """Answer with some photos, from a key on."""
        query, ledger = request.query_params, self._house.ledger
        chosen = filter_of(self._house, query)
        start = key_of_name(query.get("start", ""))
        limit = min(whole_number(query.get("limit", "200")), _MOST_ROWS)
        with self._look() as connection:
            found = sheet.page(connection, ledger.paths, chosen, start=start, limit=limit)
        return JSONResponse({"rows": cells_of(found, ledger.paths)})

    def starts(self, request: Request) -> Response:
        """Answer with how many photos there are, and where their pages begin."""
        ledger = self._house.ledger
        chosen = filter_of(self._house, request.query_params)
        with self._look() as connection:
            found = sheet.starts(connection, ledger.paths, chosen)
        keys = [name_of_key(key) for key in found.keys]
        return JSONResponse({"total": found.total, "size": found.size, "starts": keys})

    async def small(self, request: Request) -> Response:
        """Answer with the thumbnail of a photo."""
        query = request.query_params
        picture = await run_in_threadpool(self._kept, query)
        if picture is None and not await request.is_disconnected():
            picture = await self._gallery.small(await run_in_threadpool(self._path, query))
        return _picture(picture)

    async def large(self, request: Request) -> Response:
        """Answer with a photo as large as a screen."""
        path = await run_in_threadpool(self._path, request.query_params)
        return _picture(await self._gallery.large(path))

    def photo(self, request: Request) -> Response:
        """Answer with the page of one photo."""
        query, ledger = request.query_params, self._house.ledger
        key = key_of_name(query.get("key", ""))
        path = path_of(self._house, key)
        chosen = filter_of(self._house, query)
        with self._look() as connection:
            before, behind = sheet.neighbours(connection, ledger.paths, chosen, key)
        return page(
            *(request, "photos/photo.html"),
            view=view_of(path, self._equipment),
            key=name_of_key(key),
            before=name_of_key(before) if before else "",
            behind=name_of_key(behind) if behind else "",
            query=query_of(query),
        )

    async def decide(self, request: Request) -> Response:
        """Decide about the photos of some keys, and answer with how they are then."""
        asked = asked_in(await request.body())
        paths = await run_in_threadpool(lambda: [self._path({"key": key}) for key in asked.keys])
        return await self._done(await self._acts.do(asked.order, paths))

    async def undo(self, _request: Request) -> Response:
        """Take the last decision back."""
        return await self._done(await self._acts.undo())

    async def decide_here(self, request: Request) -> Response:
        """Decide about one photo, and answer with the part of its page that tells of it."""
        form = await form_of(request)
        key = form.get("key", [""])[0]
        path = await run_in_threadpool(self._path, {"key": key})
        deed = form.get("deed", [""])[0]
        if deed == "undo":
            done = await self._acts.undo()
        else:
            asked = asked_of(deed=deed, keywords=form.get("keyword", ()), keys=(key,))
            done = await self._acts.do(asked.order, [path])
        view = await run_in_threadpool(view_of, path, self._equipment)
        html = rendered("photos/details.html", view=view, key=key)
        return Response(
            html.encode("utf-8", "backslashreplace"),
            media_type="text/html",
            headers={"HX-Trigger": json.dumps({"say": done.said})},
        )

    def _look(self) -> AbstractContextManager[Connection]:
        """Return a connection of its own: the daemon's must not wait while many rows are read."""
        house = self._house
        return look(house.state, house.settings.engine.database)

    def _kept(self, query: Mapping[str, str]) -> bytes | None:
        """Return the thumbnail that was made of a photo in the folders, without a look at it."""
        path = self._house.ledger.paths.path(key_of_name(query.get("key", "")))
        if path is None or not is_shown(self._house, path):
            return None
        known = self._house.ledger.files.find(path)
        return self._gallery.known(known.identity) if known and known.identity else None

    def _path(self, query: Mapping[str, str]) -> Path:
        return path_of(self._house, key_of_name(query.get("key", "")))

    async def _done(self, done: Done) -> Response:
        rows = await run_in_threadpool(self._rows, [*done.paths, *(p for p, _ in done.failed)])
        return JSONResponse({"said": done.said, "failed": len(done.failed), "rows": rows})

    def _rows(self, paths: Sequence[Path]) -> list[dict[str, Any]]:
        ledger = self._house.ledger
        keys = [ledger.paths.key(path) for path in paths]
        return cells_of(ledger.database.read(lambda c: sheet.rows_of(c, keys)), ledger.paths)


def _picture(picture: bytes | None) -> Response:
    if picture is None:
        return Response(status_code=404)
    return Response(picture, media_type="image/jpeg", headers=_FOR_EVER)
