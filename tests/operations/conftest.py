"""Fixtures of the house, from `tests.store.house`."""

from __future__ import annotations

from tests.store.house import house, open_house, shops

__all__ = ["house", "open_house", "shops"]
