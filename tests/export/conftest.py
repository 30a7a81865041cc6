"""Fixtures of the shop, from the tests of the API."""

from __future__ import annotations

from tests.api.conftest import image, open_shop

__all__ = ["image", "open_shop"]
