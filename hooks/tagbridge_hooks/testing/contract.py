"""What every provider must do, as tests that the author of a plugin inherits."""
# ruff: noqa: D102 - a test's name is its sentence

from __future__ import annotations

import asyncio
import dataclasses
import inspect
from types import ModuleType
from typing import TYPE_CHECKING, ClassVar, TypeVar

import httpx
import pluggy
import pydantic

from tagbridge_hooks import specs
from tagbridge_hooks.errors import ProviderError
from tagbridge_hooks.providers import ProviderInfo, ProviderSettings
from tagbridge_hooks.recognition import Recognition
from tagbridge_hooks.testing import findings, strays
from tagbridge_hooks.testing.imports import cost_of_import
from tagbridge_hooks.testing.lent import LentContext, answering, offline
from tagbridge_hooks.testing.remembered import Memory
from tagbridge_hooks.testing.samples import BAD_DAYS, DAMAGED, SAMPLES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from tagbridge_hooks.assets import Rendition
    from tagbridge_hooks.providers import Provider, ProviderContext

    Work = Callable[[Provider], Awaitable["T"]]

T = TypeVar("T")


def _require(fulfilled: object, sentence: str) -> None:
    # Not `assert`: pytest rewrites it only in test files, and -O drops it.
    if not fulfilled:
        raise AssertionError(sentence)


def _require_nothing(faults: Iterator[str], about: str) -> None:
    found = list(faults)
    _require(not found, f"{about}: " + "; ".join(found))


class ProviderContract:
    """Checks that a provider keeps the contract; subclass it as `class TestYours(...)`.

    Attributes:
        plugin: What the entry point names: your module, or your object.
    """

    plugin: ClassVar[object] = None

    def info(self) -> ProviderInfo:
        """Return the declaration to test; override it when the plugin declares several."""
        infos = self._declared()
        _require(len(infos) == 1, "the plugin declares several providers; override `info`")
        return infos[0]

    def settings(self) -> Mapping[str, object]:
        """Return the table `[providers.NAME]` to open the provider with."""
        return {}

    def client(self) -> httpx.AsyncClient:
        """Return the client to lend: with a MockTransport, or aimed at a server of the test."""
        return offline()

    def context(self) -> ProviderContext:
        """Return the context to lend; a new one each time, for it is closed afterwards."""
        return LentContext(client=self.client())

    def renditions(self) -> tuple[Rendition, ...]:
        """Return the pictures to show to the provider."""
        return SAMPLES

    def test_the_plugin_declares_its_providers_by_a_plain_function(self) -> None:
        infos = self._declared()
        _require(infos, "tagbridge_register_providers declares nothing")
        _require(
            all(isinstance(info, ProviderInfo) for info in infos),
            "tagbridge_register_providers must return a list of ProviderInfo",
        )

    def test_the_declaration_is_complete_and_its_name_unique(self) -> None:
        info = self.info()
        names = [one.name for one in self._declared()]
        _require(info.name in names, f"{info.name!r} is not among the declared {names}")
        _require(names.count(info.name) == 1, f"the plugin declares {info.name!r} more than once")
        _require_nothing(findings.of_info(info), "ProviderInfo")

    def test_unknown_settings_are_refused(self) -> None:
        model = self.info().settings
        _require(issubclass(model, ProviderSettings), "`settings` must subclass ProviderSettings")
        try:
            model.model_validate({**self.settings(), "no_such_setting_": 1})
        except pydantic.ValidationError:
            return
        raise AssertionError(
            'the settings take unknown keys; keep `extra="forbid"`, or a misspelt one is lost'
        )

    def test_no_secret_shows_in_the_settings(self) -> None:
        _require_nothing(findings.of_settings(self._settings(), self.settings()), "settings")

    def test_an_open_provider_has_its_two_coroutines(self) -> None:
        async def methods(provider: Provider) -> dict[str, object]:
            return {name: getattr(provider, name, None) for name in ("recognize", "aclose")}

        for name, method in self._run(methods).items():
            _require(inspect.iscoroutinefunction(method), f"`{name}` must be an `async def`")

    def test_every_sample_is_recognized(self) -> None:
        for answer in self._run(self._one_by_one):
            _require_nothing(findings.of_recognition(answer, self.info()), "Recognition")

    def test_pictures_at_the_same_time_get_the_same_answers(self) -> None:
        async def at_once(provider: Provider) -> list[Recognition]:
            return await asyncio.gather(*map(provider.recognize, self.renditions()))

        # What remains of the allowance is less each time.
        first, again = (
            [dataclasses.replace(answer, remaining=None) for answer in self._run(ask)]
            for ask in (at_once, self._one_by_one)
        )
        _require(
            first == again,
            "recognize answers differently when pictures come at the same time: it is called "
            "concurrently, so keep nothing of one picture on the provider",
        )

    def test_a_damaged_picture_raises_nothing_but_provider_errors(self) -> None:
        async def recognize(provider: Provider) -> None:
            for damaged in DAMAGED:
                await _bear(provider, damaged, f"a damaged picture of {len(damaged.data)} bytes")

        self._run(recognize)

    def test_a_bad_day_of_the_service_raises_nothing_but_provider_errors(self) -> None:
        today = [BAD_DAYS[0]]

        async def recognize(provider: Provider) -> None:
            for today[0] in BAD_DAYS:
                about = f"HTTP {today[0][0]} with the body {today[0][1][:24]!r}"
                await _bear(provider, self.renditions()[0], about)

        client = answering(lambda _request: httpx.Response(today[0][0], content=today[0][1]))
        self._run(recognize, LentContext(client=client))

    def test_a_dead_network_raises_nothing_but_provider_errors(self) -> None:
        async def recognize(provider: Provider) -> None:
            await _bear(provider, self.renditions()[0], "a dead network")

        self._run(recognize, LentContext())

    def test_it_closes_without_having_seen_a_picture(self) -> None:
        async def nothing(_provider: Provider) -> None:
            pass  # `_run` closes it, here and after every other test, failed pictures included

        self._run(nothing)

    def test_every_request_goes_through_the_lent_client(self) -> None:
        context = self.context()

        async def recognize(provider: Provider) -> list[object]:
            found = strays.watch(context.client)
            await provider.recognize(self.renditions()[0])
            return found

        found = self._run(recognize, context)
        _require(not found, f"it connects to {found} past `context.client`, where no limit holds")

    def test_a_picture_that_was_recognized_needs_no_new_request(self) -> None:
        memory, picture = Memory(), self.renditions()[0]

        async def look_twice(provider: Provider) -> None:
            for _ in range(2):
                memory.again()
                await provider.recognize(picture)

        for _before_and_after_a_restart in range(2):
            self._run(look_twice, LentContext(client=memory.client(self.context().client)))
        _require(
            not memory.missed,
            f"it asks {memory.missed} about a picture it knows: a request must be the same for the "
            "same picture and settings; what is not about a picture needs `extensions=FREE`",
        )

    def test_importing_the_plugin_is_cheap(self) -> None:
        module = self.plugin if isinstance(self.plugin, ModuleType) else type(self.plugin)
        name = module.__name__ if isinstance(module, ModuleType) else module.__module__
        heavy, reached = cost_of_import(name)
        _require(not reached, f"importing {name} uses the network; wait for `open`")
        _require(not heavy, f"importing {name} imports {', '.join(heavy)}; do that in `open`")

    def _declared(self) -> list[ProviderInfo]:
        _require(self.plugin is not None, "set `plugin` to what your entry point names")
        hook = getattr(self.plugin, "tagbridge_register_providers", None)
        _require(hook, "the plugin has no function tagbridge_register_providers")
        _require(not inspect.iscoroutinefunction(hook), "a hook is a plain `def`: it never waits")
        manager = pluggy.PluginManager(specs.PROJECT)
        manager.add_hookspecs(specs)
        manager.register(self.plugin)
        manager.check_pending()
        answers = manager.hook.tagbridge_register_providers()
        _require(answers, "tagbridge_register_providers returns None or lacks @hookimpl")
        return [info for answer in answers for info in answer]

    def _settings(self) -> ProviderSettings:
        return self.info().settings.model_validate(dict(self.settings()))

    async def _one_by_one(self, provider: Provider) -> list[Recognition]:
        return [await provider.recognize(rendition) for rendition in self.renditions()]

    def _run(self, work: Work[T], context: ProviderContext | None = None) -> T:
        return asyncio.run(self._opened(work, context or self.context()))

    async def _opened(self, work: Work[T], context: ProviderContext) -> T:
        settings, make = self._settings(), self.info().open
        _require(not inspect.iscoroutinefunction(make), "`open` must be a plain function")
        async with context.client:
            provider = await asyncio.to_thread(make, settings, context)
            try:
                return await asyncio.wait_for(work(provider), settings.timeout_seconds)
            finally:
                await _close(provider)


async def _close(provider: Provider) -> None:
    if not inspect.iscoroutinefunction(getattr(provider, "aclose", None)):
        raise AssertionError("`aclose` must be an `async def`, even if it has nothing to do")
    try:
        await provider.aclose()
    except Exception as error:
        raise AssertionError(f"`aclose` must not raise, but raised {error!r}") from error


async def _bear(provider: Provider, rendition: Rendition, about: str) -> None:
    try:
        answer = await provider.recognize(rendition)
    except (ProviderError, httpx.RequestError):
        return
    except Exception as error:
        raise AssertionError(
            f"{about}: recognize may raise only a ProviderError, which says what to do next, "
            f"not {type(error).__name__}: {error}"
        ) from error
    _require(isinstance(answer, Recognition), f"{about}: recognize must return a Recognition")
