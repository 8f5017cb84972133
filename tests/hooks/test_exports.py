from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from dataclasses import FrozenInstanceError, is_dataclass

import pytest

import tagbridge_hooks

MODULES = ("assets", "errors", "providers", "recognition", "requests", "specs")
EXPORTED = [getattr(tagbridge_hooks, name) for name in tagbridge_hooks.__all__]
DATACLASSES = [kind for kind in EXPORTED if inspect.isclass(kind) and is_dataclass(kind)]


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


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'tagbridge_hooks' has no attribute 'Keywrod'"):
        _ = tagbridge_hooks.Keywrod  # type: ignore[attr-defined]  # the fault under test


def test_names_are_listed_before_anybody_has_asked_for_them() -> None:
    code = "import tagbridge_hooks as h; print(set(h.__all__) <= set(dir(h)), 'Keyword' in vars(h))"
    assert said_by(code) == "True False"


def test_the_errors_are_had_without_the_models_of_settings() -> None:
    code = "import sys; from tagbridge_hooks import FREE, Batch, TransientError; "
    code += "print([m for m in ('pydantic', 'pluggy', 'importlib.metadata') if m in sys.modules])"
    assert said_by(code) == "[]"


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
    code = "import sys, tagbridge_hooks, tagbridge_hooks.responses; "
    code += "[getattr(tagbridge_hooks, name) for name in tagbridge_hooks.__all__]; "
    code += "print('httpx' in sys.modules)"
    assert said_by(code) == "False"


def said_by(code: str) -> str:
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return child.stdout.strip()
