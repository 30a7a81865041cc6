"""Writes insights, dashboards and links into the database."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from tui.sandbox.database import stamp
from tui.sandbox.world.catalogue_flows import FLOWS
from tui.sandbox.world.catalogue_sql import SQL
from tui.sandbox.world.catalogue_trends import TRENDS
from tui.sandbox.world.grown import grown_insights
from tui.sandbox.world.links import DASHBOARDS, LINKS, Link, Password
from tui.sandbox.world.nodes import funnel, trends
from tui.sandbox.world.spec import ANA, BEN, DAY, EVE, Spec
from tui.sandbox.world.streams import GROWN_LINKS, IDS, INSIGHTS, URL_SAFE, code, stream, uuid
from tui.sandbox.world.streams import LINKS as LINK_STREAM
from tui.sandbox.world.variables import attach

FIRST_ID = 30_301
BASE = tuple(sorted((*TRENDS, *FLOWS, *SQL), key=lambda spec: -spec.made))
"""The catalogue, oldest first, as ids are given."""
ELSEWHERE = (
    (
        2,
        20_101,
        Spec("Checkout funnel, staging", funnel("checkout started", "order placed"), BEN, 3 * DAY, 90 * DAY),
    ),
    (2, 20_102, Spec("Test orders per day", trends("order placed"), ANA, 11 * DAY, 60 * DAY, ("test",))),
    (3, 20_201, Spec("Readers per day", trends("$pageview"), ANA, DAY, 300 * DAY)),
    (
        3,
        20_202,
        Spec("Most read posts", trends("$pageview", display="ActionsTable"), EVE, 230 * DAY, 280 * DAY),
    ),
    (3, 20_203, Spec("Newsletter from the blog", trends("newsletter subscribed"), BEN, 40 * DAY, 200 * DAY)),
)
"""Insights of the other projects: project, id, insight."""
DELETED = Spec("Old price list clicks", trends("countdown clicked"), EVE, 270 * DAY, 400 * DAY)
"""Deleted while its link was on: the link stays live and shows nothing."""
DELETED_ID = 30_299
COLUMNS = (
    "id", "project_id", "short_id", "name", "derived_name", "description", "query", "favorited", "deleted",
    "tags", "created_at", "created_by", "updated_at", "last_modified_at", "last_modified_by",
    "last_viewed_at",
)  # fmt: skip
INSERT = f"INSERT INTO insights ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"


@dataclass(slots=True)
class Sharing:
    """Rows of links, their passwords and the log about them, gathered before they are written."""

    now: datetime
    configurations: list[tuple[Any, ...]] = field(default_factory=list)
    passwords: list[tuple[Any, ...]] = field(default_factory=list)
    log: list[tuple[Any, ...]] = field(default_factory=list)

    def ago(self, days: float) -> str:
        """A time so many days before now."""
        return stamp(self.now - timedelta(days=days))

    def add(self, link: Link, rng: random.Random, *, insight: int | None, dashboard: int | None, name: str) -> None:
        """Take one link; an earlier token of it becomes a row that has expired."""
        settings = None if link.settings is None else json.dumps(link.settings)
        common = (1, insight, dashboard)
        if link.before:
            end = stamp(self.now - timedelta(days=link.days) + timedelta(minutes=5))
            token = code(rng, 30, URL_SAFE)
            self.configurations.append(
                (len(self.configurations) + 1, *common, self.ago(link.before + 0.3), 1, token, settings,
                 int(link.protected), end)
            )  # fmt: skip
        number = len(self.configurations) + 1
        self.configurations.append(
            (number, *common, self.ago(link.days), int(link.enabled), code(rng, 30, URL_SAFE), settings,
             int(link.protected), None)
        )  # fmt: skip
        for password in link.passwords:
            self.passwords.append(
                (number, code(rng, 22, URL_SAFE), password.note, self.ago(password.days), password.by,
                 int(password.active))
            )  # fmt: skip
        scope, item = ("Insight", insight) if insight is not None else ("Dashboard", dashboard)
        if link.by:
            detail = json.dumps({"name": name, "type": "sharing"}, ensure_ascii=False)
            since = link.before or link.days
            self.log.append((1, self.ago(since), link.by, scope, str(item), "sharing enabled", detail))
            if link.off_since:
                self.log.append((1, self.ago(link.off_since), link.by, scope, str(item), "sharing disabled", detail))

    def write(self, connection: sqlite3.Connection) -> None:
        """Write all that was taken; the log in order of time."""
        connection.executemany(
            "INSERT INTO sharing_configurations (id, project_id, insight_id, dashboard_id, created_at,"
            " enabled, access_token, settings, password_required, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self.configurations,
        )
        connection.executemany(
            "INSERT INTO share_passwords (sharing_configuration_id, password, note, created_at, created_by,"
            " is_active) VALUES (?, ?, ?, ?, ?, ?)",
            self.passwords,
        )
        connection.executemany(
            "INSERT INTO activity_log (project_id, at, user_id, scope, item_id, activity, detail)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            sorted(self.log, key=itemgetter(1)),
        )


def row(spec: Spec, id_: int, short_id: str, now: datetime, *, project: int = 1, deleted: int = 0) -> tuple[Any, ...]:
    """An insight of the catalogue as a row; unnamed ones have null for a name, as PostHog stores them."""
    changed = stamp(now - timedelta(minutes=spec.changed))
    viewed = None if spec.viewed is None else stamp(now - timedelta(minutes=spec.viewed))
    return (
        id_, project, short_id, spec.name or None, spec.derived, spec.description,
        json.dumps(spec.query, ensure_ascii=False), int(spec.favorited), deleted,
        json.dumps(spec.tags, ensure_ascii=False), stamp(now - timedelta(minutes=spec.made)),
        spec.maker or spec.by,
        changed, changed, spec.by, viewed,
    )  # fmt: skip


def fill_insights(
    connection: sqlite3.Connection, seed: int, now: datetime, number: int, variables: Mapping[str, str]
) -> None:
    """Write the insights of every project, `number` of them in the first, the dashboards and the links."""
    rng = stream(seed, INSIGHTS)
    short_ids = [code(rng, 8) for _ in (*BASE, *ELSEWHERE, DELETED)]
    missing = uuid(stream(seed, IDS))
    rows = []
    for place, spec in enumerate(BASE[:number]):
        if spec.uses:
            source = {**spec.query["source"], "variables": attach(spec.uses, variables, missing)}
            spec = replace(spec, query={**spec.query, "source": source})
        rows.append(row(spec, FIRST_ID + place, short_ids[place], now))
    extra = short_ids[len(BASE) :]
    for (project, id_, spec), short_id in zip(ELSEWHERE, extra, strict=False):
        rows.append(row(spec, id_, short_id, now, project=project))
    rows.append(row(DELETED, DELETED_ID, extra[-1], now, deleted=1))
    connection.executemany(INSERT, rows)

    ids = {spec.name: FIRST_ID + place for place, spec in enumerate(BASE[:number])}
    sharing, rng = Sharing(now), stream(seed, LINK_STREAM)
    for name, link in LINKS.items():
        part = random.Random(rng.getrandbits(64))
        if name in ids:
            sharing.add(link, part, insight=ids[name], dashboard=None, name=name)
    sharing.add(Link(390, EVE), rng, insight=DELETED_ID, dashboard=None, name=DELETED.name)
    fill_dashboards(connection, sharing, rng, ids, now)
    grow(connection, sharing, seed, now, number - len(BASE), variables, missing)
    sharing.write(connection)


def fill_dashboards(
    connection: sqlite3.Connection,
    sharing: Sharing,
    rng: random.Random,
    ids: Mapping[str, int],
    now: datetime,
) -> None:
    """Write the dashboards with those of their tiles whose insight is there."""
    tiles = []
    for number, board in enumerate(DASHBOARDS, 401):
        connection.execute(
            "INSERT INTO dashboards (id, project_id, name, description, created_at, created_by)"
            " VALUES (?, 1, ?, ?, ?, ?)",
            (number, board.name, board.description, stamp(now - timedelta(days=board.days)), board.by),
        )
        tiles += [(number, ids[name]) for name in board.insights if name in ids]
        if board.link:
            sharing.add(board.link, rng, insight=None, dashboard=number, name=board.name)
    connection.executemany("INSERT INTO dashboard_tiles (dashboard_id, insight_id) VALUES (?, ?)", tiles)


def grow(
    connection: sqlite3.Connection,
    sharing: Sharing,
    seed: int,
    now: datetime,
    number: int,
    variables: Mapping[str, str],
    missing: str,
) -> None:
    """Write insights beyond the catalogue; about a quarter of them have a link."""
    if number <= 0:
        return
    links = stream(seed, GROWN_LINKS)

    def rows() -> Iterable[tuple[Any, ...]]:
        for place, one in enumerate(grown_insights(seed, number, variables, missing)):
            id_ = FIRST_ID + len(BASE) + place
            changed = stamp(now - timedelta(minutes=one.changed))
            link = grown_link(links, one.made // DAY, one.by)
            if link is not None:
                sharing.add(link, links, insight=id_, dashboard=None, name=one.name)
            yield (
                id_, 1, one.short_id, one.name, None, "", one.query, one.favorited, 0, one.tags,
                stamp(now - timedelta(minutes=one.made)), one.by, changed, changed, one.by,
                None if one.viewed < 0 else stamp(now - timedelta(minutes=one.viewed)),
            )  # fmt: skip

    connection.executemany(INSERT, rows())


def grown_link(rng: random.Random, made: int, by: int) -> Link | None:
    """No link for most, else one in any state, not older than its insight."""
    kind, days = rng.random(), int(rng.random() * made)
    if kind < 0.09:
        return Link(days, by)
    if kind < 0.14:
        notes = ("", "partner", "agency", "press")[int(rng.random() * 4)]
        return Link(days, by, protected=True, passwords=(Password(notes, by, days),))
    if kind < 0.15:
        return Link(days, by, protected=True)
    return Link(days, by, enabled=False, off_since=days // 2) if kind < 0.25 else None
