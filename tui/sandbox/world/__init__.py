"""The made-up world of the sandbox: a small plant shop and the people who look after its numbers.

Everything follows from the seed and the time: the same two give the same world, byte for byte.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tui.sandbox.database import stamp
from tui.sandbox.world.events import fill_events
from tui.sandbox.world.fill import fill_insights
from tui.sandbox.world.people import fill_people
from tui.sandbox.world.variables import fill_variables

__all__ = ["World", "build"]


@dataclass(frozen=True, slots=True)
class World:
    """What a caller needs to know of the world.

    `key` may do everything, `read_key` only read. `short_keys` are further keys by name: `no_sharing` lacks
    the scopes of sharing, `other_project` is limited to project 2.
    """

    project_id: int
    key: str
    read_key: str
    short_keys: Mapping[str, str]


def build(
    connection: sqlite3.Connection,
    *,
    insights: int = 60,
    variables: int = 15,
    seed: int = 7,
    now: datetime,
) -> World:
    """Fill an empty database with the world, in one transaction.

    `insights` and `variables` are numbers in the first project. Beyond 60 and 15 more are made up; the first
    ones stay as they are, with their ids. Times are offsets before `now`, events follow the days of UTC.
    Raises `sqlite3.Error` and leaves the database as it was when it is not empty.
    """
    now = now.astimezone(UTC)
    connection.execute("BEGIN")
    try:
        keys = fill_people(connection, seed, now)
        ids = fill_variables(connection, seed, now, variables, project=1)
        fill_insights(connection, seed, now, insights, ids)
        fill_events(connection, seed, now)
        # What somebody looked at has a result in the cache, as old as that look, but no older than a day.
        yesterday = stamp(now - timedelta(hours=20))
        connection.execute(
            "UPDATE insights SET warm_at = max(last_viewed_at, ?) WHERE last_viewed_at IS NOT NULL", (yesterday,)
        )
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return World(
        project_id=1,
        key=keys["full"],
        read_key=keys["read"],
        short_keys={name: value for name, value in keys.items() if name not in ("full", "read")},
    )
