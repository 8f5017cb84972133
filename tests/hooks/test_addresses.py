from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from tagbridge_hooks import ServiceAddress, ServiceRoot


class Table(BaseModel):
    base_url: ServiceAddress


class PathsTable(BaseModel):
    base_url: ServiceRoot


@pytest.mark.parametrize(
    "address",
    [
        "https://api.example.com",
        "https://api.example.com:8443/v1/",
        "http://localhost:11434/v1",
        "http://nas:1234",
        "http://nas.local/v1",
        "http://ollama.lan:11434",
        "http://127.0.0.1:80",
        "http://[::1]:8080/v1",
        "http://192.168.1.7:1234/v1",
        "http://10.0.0.1",
        "http://172.16.9.9",
        "http://[fd00::1]/",
        "http://[::ffff:192.168.1.7]/",
        "http://127.1/",
        "http://m\u00fcnchen/",
    ],
)
def test_an_address_is_kept_as_it_is_written(address: str) -> None:
    assert Table(base_url=address).base_url == address


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("api.example.com", "such as https"),
        ("ftp://api.example.com", "such as https"),
        ("https://", "such as https"),
        ("https://api example.com", "such as https"),
        ("https://[::1", "."),
        ("https://api.example.com:port", "."),
        ("https://me:secret@api.example.com", "neither a user"),
        ("https://api.example.com/?key=1", "neither a user"),
        ("https://api.example.com/#top", "neither a user"),
        ("http://api.example.com", "use https"),
        ("http://8.8.8.8", "use https"),
        ("http://localhost.example.com", "use https"),
        ("http://[2001:4860:4860::8888]/", "use https"),
        ("http://[::ffff:8.8.8.8]/", "use https"),
        ("http://134744072", "use https"),
        ("http://0x8080808/v1", "use https"),
    ],
)
def test_what_is_no_address_or_would_show_the_key_to_others_is_refused(
    address: str, why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        Table(base_url=address)


@pytest.mark.parametrize("slashes", ["", "/", "//"])
def test_an_address_for_paths_has_no_final_slash(slashes: str) -> None:
    address = "https://api.example.com/v1"
    assert PathsTable(base_url=address + slashes).base_url == address
    with pytest.raises(ValidationError):
        PathsTable(base_url="http://api.example.com/v1")
