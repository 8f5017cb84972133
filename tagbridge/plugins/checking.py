"""Check what pluggy would accept in silence: each fault is a sentence for the plugin's author."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

import pluggy

from tagbridge_hooks import (
    PROJECT,
    Capability,
    PluginError,
    ProviderInfo,
    ProviderSettings,
    TagbridgeError,
    specs,
)

PREFIX = f"{PROJECT}_"
HOOKS: dict[str, tuple[str, ...]] = {
    name: tuple(inspect.signature(value).parameters)
    for name, value in vars(specs).items()
    if name.startswith(PREFIX) and inspect.isfunction(value)
}


def register(plugin: object, name: str) -> pluggy.PluginManager:
    """Return a manager that holds this plugin alone, after checking its hooks.

    Raises:
        PluginError: The plugin has a fault that pluggy would not speak of.
    """
    if inspect.isclass(plugin):
        raise PluginError(
            f"its entry point names the class {plugin.__name__}; name an instance, or a module"
        )
    manager = pluggy.PluginManager(PROJECT)
    _check_marks(plugin, manager)
    manager.register(plugin, name)
    _check_hooks(manager.get_hookcallers(plugin) or [])
    manager.add_hookspecs(specs)
    return manager


def _check_marks(plugin: object, manager: pluggy.PluginManager) -> None:
    for name in dir(plugin):
        if not name.startswith(PREFIX) or not inspect.isroutine(getattr(plugin, name)):
            continue
        if manager.parse_hookimpl_opts(plugin, name) is None:
            fault = "is not marked with @hookimpl" if name in HOOKS else _unknown(name)
            raise PluginError(f"its {name} {fault}")


def _check_hooks(callers: list[pluggy.HookCaller]) -> None:
    if not callers:
        raise PluginError("it has no function marked with @hookimpl; does its entry point fit?")
    for caller in callers:
        implementations = caller.get_hookimpls()
        for implementation in implementations:
            _check_implementation(caller.name, implementation)
        if len(implementations) > 1:
            raise PluginError(f"it implements {caller.name} more than once; keep one of them")


def _check_implementation(hook: str, implementation: pluggy.HookImpl) -> None:
    if hook not in HOOKS:
        if implementation.optionalhook:
            return  # it is meant for another version of the contract
        raise PluginError(f"its {hook} {_unknown(hook)}")
    if implementation.wrapper or implementation.hookwrapper:
        raise PluginError(f"its {hook} is a wrapper, and there is nothing to wrap; make it plain")
    if _is_async(implementation.function):
        raise PluginError(f"its {hook} is `async def`, and hooks never wait; make it a plain `def`")
    unknown = [name for name in implementation.argnames if name not in HOOKS[hook]]
    if unknown:
        known = ", ".join(HOOKS[hook]) or "nothing"
        raise PluginError(f"its {hook} asks for {', '.join(unknown)}, but the hook gives {known}")


def _is_async(function: object) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def _unknown(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - most names are right

    near = get_close_matches(name, HOOKS, n=1)
    if near:
        return f"is not a hook; did you mean {near[0]}?"
    return f"is not a hook; the prefix {PREFIX} is for these alone: {', '.join(HOOKS)}"


def declared(manager: pluggy.PluginManager) -> tuple[ProviderInfo, ...]:
    """Ask the one plugin of a manager for its providers, and check them.

    Raises:
        PluginError: The hook raised, or what it returned is not usable.
    """
    caller = manager.hook.tagbridge_register_providers
    if not caller.get_hookimpls():
        return ()
    try:
        answers = caller()
        infos = _listed(answers[0] if answers else None)
    except TagbridgeError:
        raise
    except (Exception, SystemExit) as error:
        fault = f"its {caller.name} raised {type(error).__name__}: {error}"
        raise PluginError(fault) from error
    for info in infos:
        _check_info(info)
    return infos


def _listed(answer: object) -> tuple[ProviderInfo, ...]:
    if inspect.iscoroutine(answer):
        answer.close()  # nobody will await it; without this Python warns of that
    if not isinstance(answer, Iterable):
        raise PluginError(
            f"its {PREFIX}register_providers returned {type(answer).__name__}; return a list of "
            "ProviderInfo, which may be empty"
        )
    return tuple(answer)


def _check_info(info: object) -> None:
    if not isinstance(info, ProviderInfo):
        raise PluginError(
            f"its {PREFIX}register_providers lists {info!r}, which is not a ProviderInfo"
        )
    about = f"its provider {info.name}:"
    if not callable(info.open) or _is_async(info.open):
        raise PluginError(f"{about} `open` must be a plain function of settings and context")
    if not (inspect.isclass(info.settings) and issubclass(info.settings, ProviderSettings)):
        raise PluginError(f"{about} `settings` must be a subclass of ProviderSettings")
    if not all(isinstance(capability, Capability) for capability in info.capabilities):
        raise PluginError(f"{about} `capabilities` must be a set of Capability")
