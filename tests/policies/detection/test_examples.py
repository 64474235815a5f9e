from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import policies.detection

MODULES = [module.name for module in pkgutil.iter_modules(policies.detection.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_are_true(name: str) -> None:
    module = importlib.import_module(f"policies.detection.{name}")

    failed, _ = doctest.testmod(module)

    assert failed == 0
