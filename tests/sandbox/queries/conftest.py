"""Closes the databases that a test opened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.queries.shelf import OPENED


@pytest.fixture(autouse=True)
def closed_behind() -> Iterator[None]:
    """Nothing stays open after a test."""
    yield
    while OPENED:
        OPENED.pop().close()
