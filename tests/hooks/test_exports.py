from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from dataclasses import FrozenInstanceError, is_dataclass

import pytest

import tagbridge_hooks

MODULES = ("assets", "errors", "providers", "recognition", "specs")
DATACLASSES = [
    kind for kind in vars(tagbridge_hooks).values() if inspect.isclass(kind) and is_dataclass(kind)
]


def defined_in(module: str) -> set[str]:
    loaded = importlib.import_module(f"tagbridge_hooks.{module}")
    return {
        name
        for name, value in vars(loaded).items()
        if inspect.isclass(value) and value.__module__ == loaded.__name__ and name[0] != "_"
    }


def test_all_is_sorted_and_names_nothing_twice() -> None:
    names = tagbridge_hooks.__all__
    constants = sorted(name for name in names if name.isupper())
    classes = sorted(name for name in names if not name.isupper() and name[0].isupper())
    functions = sorted(name for name in names if name.islower())
    assert names == constants + classes + functions
    assert len(set(names)) == len(names)


def test_all_has_every_public_class_of_the_contract() -> None:
    classes = set().union(*map(defined_in, MODULES))
    assert classes <= set(tagbridge_hooks.__all__)


@pytest.mark.parametrize("name", tagbridge_hooks.__all__)
def test_every_exported_name_exists(name: str) -> None:
    assert getattr(tagbridge_hooks, name) is not None


@pytest.mark.parametrize("kind", DATACLASSES)
def test_every_dataclass_is_slotted_and_takes_keywords_only(kind: type) -> None:
    assert "__slots__" in vars(kind)
    parameters = inspect.signature(kind).parameters.values()
    assert {parameter.kind for parameter in parameters} == {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("kind", DATACLASSES)
def test_every_dataclass_is_frozen(kind: type) -> None:
    blank: object = object.__new__(kind)
    with pytest.raises(FrozenInstanceError):
        setattr(blank, next(iter(kind.__annotations__)), 1)


def test_importing_the_contract_imports_no_http_client() -> None:
    code = "import sys, tagbridge_hooks, tagbridge_hooks.responses; print('httpx' in sys.modules)"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "False"
