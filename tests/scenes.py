"""What pictures are taken of: the screens in the states that matter, each led up to by keys before the sandbox."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.house import ENVIRON, House, Moment
from tui import config
from tui.app import Hedgerow
from tui.flags import Flags
from tui.store.facts import Outcome

OPEN = "Signups this week"
OFF = "Support requests by topic"
FUNNEL = "Checkout funnel"

Way = Callable[[House], Awaitable[None]]


@dataclass(frozen=True)
class Scene:
    """How the program is started (`options` of `tests.house.shop`), and what is done until the picture is taken."""

    way: Way
    options: dict[str, Any] = field(default_factory=dict)


async def _loaded(house: House) -> None:
    await house.go_to(OPEN)
    await house.ready()


async def _at_rest(house: House) -> None:
    await house.ready()


async def _failed(house: House) -> None:
    await house.until(lambda: house.state.insights.rows.status == "failed")


async def _offline(house: House) -> None:
    await house.go_to(OPEN)
    house.shop.wire.cut = True
    house.shop.moment.now += 660
    await house.press("r")
    await house.until(lambda: house.state.session.problem)
    await house.ready()


async def _filter(house: House) -> None:
    await house.ready()
    # Rows that come into sight would be read as soon as the list rests.
    house.shop.wire.open.clear()
    await house.press("/")
    await house.paste("kind:trends shared:open")


async def _funnel(house: House) -> None:
    await house.go_to(FUNNEL)
    await house.press("enter")
    await house.until(lambda: house.state.details.by_id[house.insight(FUNNEL).id].status == "ready")
    await house.until(lambda: not house.shop.wire.under_way)


async def _rotate_question(house: House) -> None:
    await _loaded(house)
    await house.press("L")


async def _share_question(house: House) -> None:
    await house.go_to(OFF)
    await house.ready()
    await house.press("s")


async def _rotated(house: House) -> None:
    await house.go_to(OPEN)
    await house.press("enter")
    await house.until(lambda: house.state.details.by_id[house.insight(OPEN).id].status == "ready")
    await house.press("L", "y")
    await house.until_shown("old link lives until")
    await house.until(lambda: not house.state.work.writing)
    house.shop.moment.now += 301
    await house.press("r")
    await house.until_shown(f"{OPEN}: old link dead, new link live.")
    await house.until(lambda: not house.shop.wire.under_way)


async def _unknown(house: House) -> None:
    await _loaded(house)
    house.shop.sandbox.faults.add("POST /refresh/ drop-after x1; GET ~/sharing/$ after=1 drop-before x9")
    await house.press("L", "y")
    await house.until(lambda: any(one.outcome is Outcome.UNKNOWN for one in house.state.journal.entries))
    await house.until(lambda: not house.state.work.writing)


async def _variables(house: House) -> None:
    await house.ready()
    await house.press("2", "j")
    await house.until_shown("15 variables")


async def _exposure(house: House) -> None:
    await house.ready()
    await house.press("3", "a")
    await house.until(lambda: len(house.state.insights.links) == 60)
    await house.until(lambda: house.state.work.task is None)


async def _journal(house: House) -> None:
    await house.go_to(OFF)
    await house.press("s", "y")
    await house.until(lambda: house.state.journal.entries and not house.state.work.writing)
    house.shop.moment.now += 70
    await house.press("u", "y")
    await house.until(lambda: house.state.journal.entries[-1].outcome is Outcome.UNDONE)
    await house.until(lambda: not house.state.work.writing)
    house.shop.moment.now += 25
    house.shop.sandbox.faults.add("PATCH /sharing/ 502 x1")
    await house.press("s", "y")
    await house.until(lambda: house.state.journal.entries[0].outcome is Outcome.FAILED)
    await house.until(lambda: not house.state.work.writing)
    house.shop.moment.now += 65
    await house.press("j")
    await house.ready()
    await house.press("L", "y")
    await house.until(lambda: len(house.state.journal.entries) == 4 and not house.state.work.writing)
    await house.press("4")
    await house.ready()


async def _help(house: House) -> None:
    await _loaded(house)
    await house.press("?")


async def _palette(house: House) -> None:
    await _loaded(house)
    await house.press(":")
    await house.paste("li")


SCENES: dict[str, Scene] = {
    "insights": Scene(_loaded),
    "insights-light": Scene(_loaded, {"theme": "light"}),
    "insights-read-only": Scene(_loaded, {"read_only": True}),
    "insights-empty": Scene(_at_rest, {"insights": 0}),
    "insights-failed": Scene(_failed, {"faults": "GET ~/insights/$ 500 x3"}),
    "insights-offline": Scene(_offline),
    "insights-filter": Scene(_filter),
    "insight": Scene(_funnel),
    "share-question": Scene(_share_question),
    "rotate-question": Scene(_rotate_question),
    "rotate": Scene(_rotated),
    "rotate-unknown": Scene(_unknown),
    "variables": Scene(_variables),
    "exposure": Scene(_exposure),
    "journal": Scene(_journal),
    "help": Scene(_help),
    "palette": Scene(_palette),
}


def first_start() -> Hedgerow:
    """The program where nothing is known yet; its file would be in the home folder of `HOME`."""
    home = Path(os.environ["HOME"])
    environ = {
        **ENVIRON,
        "HOME": str(home),
        "HEDGEROW_CONFIG": str(home / ".config" / "hedgerow" / "config.toml"),
        "HEDGEROW_STATE_DIR": str(home / ".local" / "state" / "hedgerow"),
    }
    return Hedgerow(config.load(Flags(), environ), environ, clock=Moment())
