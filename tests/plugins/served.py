"""The public contract of a provider, at the strict server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import httpx
import pytest

from tagbridge_hooks.testing import ProviderContract

if TYPE_CHECKING:
    from collections.abc import Mapping


class ServedContract(ProviderContract):
    """What every provider keeps to, with the table of the folder and `more` of its keys."""

    more: ClassVar[Mapping[str, object]] = {}

    @pytest.fixture(autouse=True)
    def _at_the_server(self, table: dict[str, Any]) -> None:
        self._table = table

    def settings(self) -> Mapping[str, object]:
        return {**self._table, **self.more}

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(trust_env=False)
