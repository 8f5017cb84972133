"""Edit a photo as Adobe's programs do, by their own library (libexempi).

adobe.py FILE remove NAMESPACE LIST TEXT
adobe.py FILE set NAMESPACE PROPERTY TEXT
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import byref, c_char_p, c_int, c_uint32, c_void_p

FOR_UPDATE, SAFE = 2, 1


def library() -> ctypes.CDLL:
    exempi = ctypes.CDLL("libexempi.so.8")
    for name in ("xmp_files_open_new", "xmp_files_get_new_xmp", "xmp_string_new"):
        getattr(exempi, name).restype = c_void_p
    exempi.xmp_string_cstr.restype = c_char_p
    exempi.xmp_init()
    return exempi


def index_of(exempi: ctypes.CDLL, packet: c_void_p, place: tuple[bytes, bytes], text: str) -> int:
    """Return the position of an item in a list, from 1."""
    string = c_void_p(exempi.xmp_string_new())
    number = 1
    while exempi.xmp_get_array_item(packet, *place, c_int(number), string, byref(c_uint32())):
        if exempi.xmp_string_cstr(string).decode() == text:
            return number
        number += 1
    raise LookupError(text)


def main(path: str, verb: str, namespace: str, name: str, text: str) -> None:
    exempi = library()
    place = (namespace.encode(), name.encode())
    file = c_void_p(exempi.xmp_files_open_new(path.encode(), c_int(FOR_UPDATE)))
    packet = c_void_p(exempi.xmp_files_get_new_xmp(file))
    if verb == "remove":
        number = index_of(exempi, packet, place, text)
        done = exempi.xmp_delete_property(packet, place[0], f"{name}[{number}]".encode())
    else:
        done = exempi.xmp_set_property(packet, *place, text.encode(), c_uint32(0))
    assert done
    assert exempi.xmp_files_put_xmp(file, packet)
    assert exempi.xmp_files_close(file, c_int(SAFE))


if __name__ == "__main__":
    main(*sys.argv[1:])
