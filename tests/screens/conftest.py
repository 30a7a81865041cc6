"""Opens the program before a sandbox of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest

from tests.house import House, house

OpenHouse = Callable[..., AbstractAsyncContextManager[House]]
"""`async with open_house(size=(80, 24), read_only=True) as house:`; the options are those of `tests.house.shop`."""


@pytest.fixture
def open_house(tmp_path: Path) -> OpenHouse:
    """Opens the program; opened again in one test, it finds what it kept on disk."""
    return partial(house, tmp_path / "hedgerow")
