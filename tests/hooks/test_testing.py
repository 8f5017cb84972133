"""The test kit passes what keeps the contract, and says of each fault what is wanted."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import secrets
import socket
import time
from typing import TYPE_CHECKING, Any, ClassVar

import httpx
import pytest
from PIL import Image
from pydantic import ConfigDict, SecretStr

from tagbridge_hooks import (
    FREE,
    Capability,
    Color,
    Keyword,
    ProviderContext,
    ProviderInfo,
    ProviderSettings,
    Recognition,
    RejectedError,
    Rendition,
    Sensitivity,
    hookimpl,
)
from tagbridge_hooks.testing import DAMAGED, SAMPLES, LentContext, ProviderContract
from tagbridge_hooks.testing.imports import cost_of_import

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class Settings(ProviderSettings):
    api_key: SecretStr


class Good:
    def __init__(self, _settings: ProviderSettings, context: ProviderContext) -> None:
        self.client = context.client

    async def recognize(self, rendition: Rendition) -> Recognition:
        if rendition in DAMAGED:
            raise RejectedError("good: not a picture")
        await self.client.get("https://good.example")
        return Recognition(
            provider="good", model="1", keywords=(Keyword(text=str(rendition.width)),)
        )

    async def aclose(self) -> None:
        pass


class Plugin:
    """A plugin made of parts that a test exchanges."""

    def __init__(self, provider: Any = Good, **declared: Any) -> None:  # noqa: ANN401 - wrong ones too
        self.declared: dict[str, Any] = {
            "name": "good",
            "title": "Good",
            "homepage": "https://good.example",
            "capabilities": frozenset({Capability.KEYWORDS}),
            "open": provider,
            "settings": Settings,
            **declared,
        }

    @hookimpl
    def tagbridge_register_providers(self) -> Iterable[ProviderInfo]:
        return [ProviderInfo(**self.declared)]


class Contract(ProviderContract):
    plugin: ClassVar[object] = Plugin()

    def settings(self) -> Mapping[str, object]:
        return {"api_key": "open-sesame"}

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200)))


CHECKS = [name for name in vars(ProviderContract) if name.startswith("test_")]
IMPORT_CHECK = "test_importing_the_plugin_is_cheap"  # these plugins have no module to import


def run(plugin: object, check: str) -> None:
    contract = type("Contract", (Contract,), {"plugin": plugin})()
    getattr(contract, check)()


def fault(plugin: object, check: str) -> str:
    with pytest.raises(AssertionError) as caught:
        run(plugin, check)
    return str(caught.value)


@pytest.mark.parametrize("check", [name for name in CHECKS if name != IMPORT_CHECK])
def test_a_provider_that_keeps_the_contract_passes_every_check(check: str) -> None:
    run(Plugin(), check)


@pytest.mark.parametrize("rendition", SAMPLES)
def test_a_sample_is_the_picture_it_says_it_is(rendition: Rendition) -> None:
    image = Image.open(io.BytesIO(rendition.data))
    assert (image.format, image.mode) == ("JPEG", "RGB")
    assert image.size == (rendition.width, rendition.height)
    image.load()


@pytest.mark.parametrize("rendition", DAMAGED)
def test_a_damaged_sample_cannot_be_decoded(rendition: Rendition) -> None:
    with pytest.raises(OSError, match=r"truncated|cannot identify"):
        Image.open(io.BytesIO(rendition.data)).load()


def test_without_a_client_a_lent_context_has_no_network() -> None:
    async def ask() -> None:
        async with LentContext().client as client:
            await client.get("https://good.example")

    with pytest.raises(httpx.ConnectError, match="override `client`"):
        asyncio.run(ask())


def test_a_lent_context_fetches_a_token_for_all_who_need_one() -> None:
    fetched: list[str] = []

    async def fetch() -> str:
        await asyncio.sleep(0)  # let the others ask meanwhile
        fetched.append(f"token-{len(fetched)}")
        return fetched[-1]

    async def ask(context: LentContext, stale: str | None) -> list[str]:
        return await asyncio.gather(*(context.token(fetch, stale=stale) for _ in range(3)))

    async def twice() -> list[list[str]]:
        context = LentContext()
        return [await ask(context, stale) for stale in (None, "token-0")]

    assert asyncio.run(twice()) == [3 * ["token-0"], 3 * ["token-1"]]
    assert fetched == ["token-0", "token-1"]


class Counted(Good):
    left = iter(range(100, 0, -1))

    async def recognize(self, rendition: Rendition) -> Recognition:
        said = await super().recognize(rendition)
        return dataclasses.replace(said, remaining=next(self.left))


def test_an_allowance_that_becomes_less_is_no_other_answer() -> None:
    run(Plugin(Counted), "test_pictures_at_the_same_time_get_the_same_answers")


class OfAnother(Good):
    async def recognize(self, rendition: Rendition) -> Recognition:
        good = await super().recognize(rendition)
        return Recognition(provider="better", model=" ", keywords=good.keywords)


class WithoutType(Good):
    async def recognize(self, rendition: Rendition) -> Any:  # noqa: ANN401 - the fault under test
        await super().recognize(rendition)
        return {"keywords": ["dog"]}


class Undeclared(Good):
    async def recognize(self, rendition: Rendition) -> Recognition:
        await super().recognize(rendition)
        colors = (Color(hex="#1e90ff", fraction=0.5),)
        return Recognition(provider="good", model="1", colors=colors)


class Mutable(Good):
    async def recognize(self, rendition: Rendition) -> Recognition:
        self.last = rendition
        await asyncio.to_thread(lambda: None)
        return await super().recognize(self.last)


class Fragile(Good):
    async def recognize(self, rendition: Rendition) -> Recognition:
        response = await self.client.get("https://good.example")
        if rendition in DAMAGED:
            raise ZeroDivisionError("no pixels")
        response.json()
        return Recognition(provider="good", model="1")


class Unclosable(Good):
    async def aclose(self) -> None:
        raise OSError("already closed")


class SyncClose(Good):
    def aclose(self) -> None:  # type: ignore[override]  # the fault under test
        pass


class Straying(Good):
    async def recognize(self, rendition: Rendition) -> Recognition:
        answer = await super().recognize(rendition)
        await asyncio.to_thread(self.connect)
        return answer

    def connect(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname()).close()


class Restless(Good):
    async def recognize(self, rendition: Rendition) -> Recognition:
        await self.client.post("https://good.example/tags?key=1", json={"at": time.monotonic_ns()})
        return await super().recognize(rendition)


class Reopened(Good):
    def __init__(self, settings: ProviderSettings, context: ProviderContext) -> None:
        super().__init__(settings, context)
        self.session = secrets.token_hex()

    async def recognize(self, rendition: Rendition) -> Recognition:
        await self.client.get("https://good.example/tags", params={"session": self.session})
        return await super().recognize(rendition)


class Careful(Good):
    """It fetches a new token each time, sends a form, and polls until the answer is there."""

    async def recognize(self, rendition: Rendition) -> Recognition:
        token = {"proof": secrets.token_hex()}
        await self.client.post("https://good.example/token", data=token, extensions=FREE)
        form = {"data": ("picture.jpg", rendition.data)}
        await self.client.post("https://good.example/jobs", files=form)
        for _ in range(3):
            await self.client.get("https://good.example/jobs/1")
        return await super().recognize(rendition)


REPEAT_CHECK = "test_a_picture_that_was_recognized_needs_no_new_request"


def test_tokens_forms_and_polling_count_as_repeated() -> None:
    run(Plugin(Careful), REPEAT_CHECK)


def test_the_address_of_a_new_request_is_told_without_its_query() -> None:
    said = fault(Plugin(Restless), REPEAT_CHECK)
    assert "'POST https://good.example/tags'" in said
    assert "key=1" not in said


class Waiting(Good):
    """It polls until the service is ready, which the first answers are not."""

    async def recognize(self, rendition: Rendition) -> Recognition:
        while (await self.client.get("https://good.example/jobs/1")).text != "ready":
            pass
        return await super().recognize(rendition)


def test_who_polls_is_answered_from_memory_in_turn() -> None:
    asked: list[str] = []

    def service(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, text="ready" if asked.count("/jobs/1") == 3 else "busy")

    class Slow(Contract):
        plugin: ClassVar[object] = Plugin(Waiting)

        def client(self) -> httpx.AsyncClient:
            return httpx.AsyncClient(transport=httpx.MockTransport(service))

    getattr(Slow(), REPEAT_CHECK)()
    assert asked == ["/jobs/1", "/jobs/1", "/jobs/1", "/"]


class OpenSecret(ProviderSettings):
    api_key: str


class Lenient(ProviderSettings):
    model_config = ConfigDict(extra="ignore")
    api_key: SecretStr


async def opening(_settings: object, _context: object) -> None:
    """Open nothing: it is the `async` that is wrong."""


SAMPLE_CHECK = "test_every_sample_is_recognized"
CLOSE_CHECK = "test_it_closes_without_having_seen_a_picture"


@pytest.mark.parametrize(
    ("plugin", "check", "sentence"),
    [
        pytest.param(Plugin(OfAnother), SAMPLE_CHECK, "`provider` must be 'good'", id="name"),
        pytest.param(Plugin(OfAnother), SAMPLE_CHECK, "which model answered", id="model"),
        pytest.param(Plugin(WithoutType), SAMPLE_CHECK, "must return a `Recognition`", id="type"),
        pytest.param(Plugin(Undeclared), SAMPLE_CHECK, "Capability.COLORS", id="undeclared"),
        pytest.param(
            Plugin(Mutable),
            "test_pictures_at_the_same_time_get_the_same_answers",
            "keep nothing of one picture on the provider",
            id="mutable",
        ),
        pytest.param(
            Plugin(Fragile),
            "test_a_damaged_picture_raises_nothing_but_provider_errors",
            "ZeroDivisionError: no pixels",
            id="damaged",
        ),
        pytest.param(
            Plugin(Fragile),
            "test_a_bad_day_of_the_service_raises_nothing_but_provider_errors",
            "HTTP 200 with the body",
            id="bad-day",
        ),
        pytest.param(Plugin(Unclosable), CLOSE_CHECK, "`aclose` must not raise", id="close"),
        pytest.param(Plugin(SyncClose), CLOSE_CHECK, "must be an `async def`", id="sync-close"),
        pytest.param(
            Plugin(Straying),
            "test_every_request_goes_through_the_lent_client",
            "past `context.client`",
            id="straying",
        ),
        pytest.param(Plugin(Restless), REPEAT_CHECK, "about a picture it knows", id="restless"),
        pytest.param(Plugin(Reopened), REPEAT_CHECK, "about a picture it knows", id="reopened"),
        pytest.param(
            Plugin(settings=OpenSecret),
            "test_no_secret_shows_in_the_settings",
            "`api_key` looks like a secret",
            id="open-secret",
        ),
        pytest.param(
            Plugin(settings=Lenient),
            "test_unknown_settings_are_refused",
            "take unknown keys",
            id="lenient",
        ),
        pytest.param(
            Plugin(open=opening),
            "test_an_open_provider_has_its_two_coroutines",
            "`open` must be a plain function",
            id="async-open",
        ),
        pytest.param(
            Plugin(homepage="good.example", title=""),
            "test_the_declaration_is_complete_and_its_name_unique",
            "`title` is empty",
            id="declaration",
        ),
        pytest.param(
            object(),
            "test_the_plugin_declares_its_providers_by_a_plain_function",
            "no function tagbridge_register_providers",
            id="no-hook",
        ),
        pytest.param(
            None,
            "test_the_plugin_declares_its_providers_by_a_plain_function",
            "set `plugin`",
            id="no-plugin",
        ),
    ],
)
def test_a_fault_is_told_in_a_sentence(plugin: object, check: str, sentence: str) -> None:
    assert sentence in fault(plugin, check)


class Sloppy(Good):
    async def recognize(self, rendition: Rendition) -> Recognition:
        await super().recognize(rendition)
        return Recognition(
            provider="good",
            model="1",
            keywords=(Keyword(text=" ", broader="Animal"),),  # type: ignore[arg-type]  # a fault
            colors=(Color(hex="blue", fraction=0.5),),
            sensitivities=(Sensitivity(kind="rude", confidence=None),),  # type: ignore[arg-type]  # two
        )


@pytest.mark.parametrize(
    "sentence",
    [
        "a `Keyword` has no text",
        "`broader` of a `Keyword` must be a tuple",
        "not 'blue'",
        "must be one of nsfw,",
        "`confidence` of a `Sensitivity` must be a number",
    ],
)
def test_every_value_of_a_recognition_is_looked_at(sentence: str) -> None:
    plugin = Plugin(Sloppy, capabilities=frozenset(Capability))
    assert sentence in fault(plugin, SAMPLE_CHECK)


def written(folder: Path, name: str, code: str) -> str:
    (folder / f"{name}.py").write_text(code, encoding="utf-8")
    return name


def test_a_heavy_import_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    assert cost_of_import(written(tmp_path, "heavy_plugin", "import numpy")) == (["numpy"], [])


def test_an_import_that_asks_the_network_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "import contextlib, socket\n"
        "with contextlib.suppress(OSError):\n"
        "    socket.create_connection(('127.0.0.1', 9))\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    heavy, reached = cost_of_import(written(tmp_path, "calling_plugin", code))
    assert heavy == []
    assert "socket.getaddrinfo" in reached


def test_a_module_that_cannot_be_imported_by_itself_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    name = written(tmp_path, "broken_plugin", "import no_such_module_anywhere")
    with pytest.raises(AssertionError, match="no_such_module_anywhere"):
        cost_of_import(name)


def test_the_contract_package_itself_is_cheap_to_import() -> None:
    assert cost_of_import("tagbridge_hooks.responses") == ([], [])
