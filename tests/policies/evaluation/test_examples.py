import doctest
import importlib
import pkgutil

import pytest

import policies.evaluation

MODULES = [
    module.name for module in pkgutil.iter_modules(policies.evaluation.__path__, "policies.evaluation.")
]


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_are_true(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_there_are_examples() -> None:
    tried = [doctest.testmod(importlib.import_module(module)).attempted for module in MODULES]

    assert sum(tried) > len(MODULES)
