"""The examples in the estimator's docstrings say what happens."""

import doctest
import importlib
import pkgutil

import pytest

import fiedler.estimator

MODULES = [name for _, name, _ in pkgutil.iter_modules(fiedler.estimator.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module = importlib.import_module(f"fiedler.estimator.{name}")
    assert doctest.testmod(module).failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder()
    assert sum(len(found.examples) for found in finder.find(fiedler.SpectralClustering)) > 5
