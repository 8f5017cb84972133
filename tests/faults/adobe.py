"""Edit a photo as Adobe's programs do, by their own library (libexempi).

adobe.py FILE remove NAMESPACE LIST TEXT
adobe.py FILE add NAMESPACE LIST TEXT
adobe.py FILE set NAMESPACE PROPERTY TEXT

A sidecar, which the library does not know as a file, is parsed and written anew.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import contextmanager
from ctypes import byref, c_char_p, c_int, c_size_t, c_uint32, c_void_p
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

FOR_READING, FOR_UPDATE, SAFE = 1, 2, 1
BAG = 0x200
POINTERS = (
    *("xmp_files_open_new", "xmp_files_get_new_xmp", "xmp_string_new", "xmp_new"),
    "xmp_new_empty",
)


class Adobe:
    """The library, for as many edits as are wanted."""

    def __init__(self) -> None:
        """Load the library; OSError if it is not installed."""
        self._library = ctypes.CDLL("libexempi.so.8")
        for name in POINTERS:
            getattr(self._library, name).restype = c_void_p
        self._library.xmp_string_cstr.restype = c_char_p
        self._library.xmp_init()

    def items(self, path: Path, namespace: str, name: str) -> list[str]:
        """Return what a list holds."""
        with self._packet(path, writing=False) as packet:
            return self._items(packet, (namespace.encode(), name.encode()))

    def edit(self, path: Path, verb: str, namespace: str, name: str, text: str) -> None:
        """Change one property; LookupError if what is to be removed is not there."""
        place = (namespace.encode(), name.encode())
        with self._packet(path, writing=True) as packet:
            if verb == "remove":
                done = self._remove(packet, place, text)
            elif verb == "add":
                done = self._library.xmp_append_array_item(
                    *(packet, *place), c_uint32(BAG), text.encode(), c_uint32(0)
                )
            else:
                done = self._library.xmp_set_property(packet, *place, text.encode(), c_uint32(0))
            assert done

    def _remove(self, packet: c_void_p, place: tuple[bytes, bytes], text: str) -> bool:
        items = self._items(packet, place)
        if text not in items:
            raise LookupError(text)
        item = place[1] + b"[%d]" % (items.index(text) + 1)
        return bool(self._library.xmp_delete_property(packet, place[0], item))

    def _items(self, packet: c_void_p, place: tuple[bytes, bytes]) -> list[str]:
        found: list[str] = []
        with self._string() as string:
            while self._library.xmp_get_array_item(
                *(packet, *place), c_int(len(found) + 1), string, byref(c_uint32())
            ):
                found.append(self._library.xmp_string_cstr(string).decode())
        return found

    def _packet(self, path: Path, *, writing: bool) -> AbstractContextManager[c_void_p]:
        opened = self._sidecar if path.suffix == ".xmp" else self._photo
        return opened(path, writing=writing)

    @contextmanager
    def _photo(self, path: Path, *, writing: bool) -> Iterator[c_void_p]:
        flags = FOR_UPDATE if writing else FOR_READING
        file = c_void_p(self._library.xmp_files_open_new(bytes(path), c_int(flags)))
        assert file, f"the library cannot open {path}"
        packet = self._library.xmp_files_get_new_xmp(file) or self._library.xmp_new_empty()
        try:
            yield c_void_p(packet)
            if writing:
                assert self._library.xmp_files_put_xmp(file, c_void_p(packet))
        finally:
            self._library.xmp_free(c_void_p(packet))
            assert self._library.xmp_files_close(file, c_int(SAFE if writing else 0))
            self._library.xmp_files_free(file)

    @contextmanager
    def _sidecar(self, path: Path, *, writing: bool) -> Iterator[c_void_p]:
        data = path.read_bytes()
        packet = c_void_p(self._library.xmp_new(data, c_size_t(len(data))))
        assert packet, f"the library cannot read {path}"
        try:
            yield packet
            if writing:
                with self._string() as string:
                    assert self._library.xmp_serialize(packet, string, c_uint32(0), c_uint32(0))
                    path.write_bytes(self._library.xmp_string_cstr(string))
        finally:
            self._library.xmp_free(packet)

    @contextmanager
    def _string(self) -> Iterator[c_void_p]:
        string = c_void_p(self._library.xmp_string_new())
        yield string
        self._library.xmp_string_free(string)


if __name__ == "__main__":
    file, *rest = sys.argv[1:]
    Adobe().edit(Path(file), *rest)
