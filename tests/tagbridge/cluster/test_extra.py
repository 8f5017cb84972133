"""Without the extra."""

from __future__ import annotations

import asyncio
import sys
from contextlib import closing

import pytest

from tagbridge.cluster.cluster import Cluster
from tagbridge.ledger import open_ledger
from tagbridge_hooks import ConfigError


@pytest.mark.parametrize("missing", ["procrastinate", "psycopg"])
def test_what_is_missing_is_said_with_what_to_install(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(sys.modules):
        if name.startswith("tagbridge.cluster."):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)

    async def take_up(_: bytes) -> None: ...

    with closing(open_ledger(None)) as ledger:
        cluster = Cluster(
            *(ledger, "postgresql://nowhere"), owner="us", concurrency=1, take_up=take_up
        )
        with pytest.raises(ConfigError, match=rf"{missing}.*pip install 'tagbridge\[cluster\]'"):
            asyncio.run(cluster.run())
