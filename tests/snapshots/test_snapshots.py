"""The screens as they were accepted: one picture for each state that matters, at the two sizes people use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.house import SIZE, SMALL, House, drawn, shop
from tests.scenes import SCENES, first_start

BOTH = ("insights", "insight", "rotate-question", "variables", "exposure", "journal")
LARGE = ("insights-offline", "rotate-unknown", "help")
LITTLE = (
    "insights-read-only",
    "insights-empty",
    "insights-failed",
    "insights-filter",
    "share-question",
    "palette",
)
CASES = [(scene, size) for scene in BOTH for size in (SIZE, SMALL)]
CASES += [(scene, SIZE) for scene in LARGE] + [(scene, SMALL) for scene in LITTLE]
CASES += [("insights", (40, 12))]

SnapCompare = Callable[..., bool]


def title(value: object) -> str:
    """`120x40` for a size."""
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize(("scene", "size"), CASES, ids=title)
def test_scene(snap_compare: SnapCompare, tmp_path: Path, scene: str, size: tuple[int, int]) -> None:
    with shop(tmp_path / "hedgerow", **SCENES[scene].options) as one:

        async def lead_there(pilot: Pilot[Any]) -> None:
            await SCENES[scene].way(House(one, pilot, size))

        assert snap_compare(one.app, terminal_size=size, run_before=lead_there)


@pytest.mark.parametrize("size", [SIZE, SMALL], ids=title)
def test_first_start(snap_compare: SnapCompare, home: Path, size: tuple[int, int]) -> None:
    assert snap_compare(first_start(), terminal_size=size, run_before=drawn)
