"""One insight of the catalogue, before it gets its ids and times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tui.sandbox.world.nodes import Json

MINUTE, HOUR, DAY = 1, 60, 1440
"""Ages in the catalogue are minutes."""

ANA, BEN, CARA, DEV, EVE = range(1, 6)
"""The ids of the people; Eve has left the shop."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One insight: who changed it last and how long ago, how old it is, and what it asks.

    Ages are minutes before now. `name` is empty for an insight nobody named. `uses` says which variables
    the SQL takes: code name to a pinned value, or `None` for the default.
    """

    name: str
    query: Json
    by: int
    changed: int
    made: int
    tags: tuple[str, ...] = ()
    description: str = ""
    favorited: bool = False
    viewed: int | None = None
    maker: int = 0
    derived: str | None = None
    uses: Mapping[str, Any] = field(default_factory=dict)
