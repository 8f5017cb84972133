"""The settings for the page that the daemon, or `tagbridge review`, serves."""

from __future__ import annotations

import ipaddress
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class WebSettings(BaseModel):
    """Where the page is served.

    Attributes:
        serve: The daemon serves it.
        host: The address to listen on.
        port: 0 for any that is free.
        socket: A unix socket instead, by its whole path; only its owner can connect to it.
        names: Further names under which it is reached, for example through a proxy; with the port
            where it is another one.
        thumbnails: When small pictures are made: `always`, along with what the providers are shown;
            `demand`, when somebody looks; `auto` is the first one while the daemon serves the page.
        thumbnails_mb: What they may take on the disk, in megabytes; the oldest go first.
        allow_remote: Other machines may connect. Anybody on the way can read along then, unless a
            proxy encrypts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    serve: bool = False
    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
    socket: str = ""
    names: tuple[str, ...] = ()
    allow_remote: bool = False
    thumbnails: Literal["auto", "always", "demand"] = "auto"
    thumbnails_mb: int = Field(default=1024, ge=16)

    @property
    def makes_thumbnails(self) -> bool:
        """Return whether thumbnails are made whenever a picture is decoded anyway."""
        return self.thumbnails == "always" or (self.thumbnails == "auto" and self.serve)

    @model_validator(mode="after")
    def _stay_at_home(self) -> Self:
        if self.socket and not self.socket.startswith("/"):
            raise ValueError("web.socket must be a whole path, beginning with /")
        if self.socket or self.allow_remote or is_loopback(self.host):
            return self
        raise ValueError(
            f"web.host is {self.host!r}, which other machines can reach; "
            "set web.allow_remote = true if that is meant"
        )


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches an address; of most names nobody knows."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
