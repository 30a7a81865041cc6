"""The filters and orders of the list of insights."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tui.sandbox.database import stamp
from tui.sandbox.server.bodies import TRUE
from tui.sandbox.server.context import Call
from tui.sandbox.server.errors import Crash, validation

LONGEST_SEARCH = 200
ALIKE = 0.5
"""The share of a search's trigrams a text must hold to count as similar."""

COLUMNS = {
    "id": "id",
    "short_id": "short_id",
    "name": "name COLLATE NOCASE",
    "derived_name": "derived_name COLLATE NOCASE",
    "description": "description",
    "query": "query",
    "order": '"order"',
    "saved": "saved",
    "favorited": "favorited",
    "deleted": "deleted",
    "is_sample": "is_sample",
    "created_at": "created_at",
    "created_by": "created_by",
    "updated_at": "updated_at",
    "last_modified_at": "last_modified_at",
    "last_modified_by": "last_modified_by",
    "last_viewed_at": "last_viewed_at",
    "team": "project_id",
    "created_by__first_name": "(SELECT first_name FROM users WHERE users.id = created_by) COLLATE NOCASE",
    "created_by__email": "(SELECT email FROM users WHERE users.id = created_by) COLLATE NOCASE",
}
"""What `order` may name, as SQL. Anything else makes the server fail."""
NEVER_NULL = frozenset({"id", "short_id", "created_at", "updated_at", "last_modified_at"})
"""Columns that can be sorted along an index, because there are no nulls to place."""

KINDS = {
    "TRENDS": "TrendsQuery",
    "FUNNELS": "FunnelsQuery",
    "RETENTION": "RetentionQuery",
    "PATHS": "PathsQuery",
    "JOURNEYS": "PathsV2Query",
    "STICKINESS": "StickinessQuery",
    "LIFECYCLE": "LifecycleQuery",
}
WRAPPERS = "('InsightVizNode', 'DataVisualizationNode', 'DataTableNode')"
DATES = {"": "last_modified_at", "created_": "created_at", "last_viewed_": "last_viewed_at"}
UNITS = {"h": "hours", "d": "days", "w": "weeks"}


@dataclass
class Found:
    """A page of insights: the rows, how many there are in all, and how each met the search."""

    rows: list[sqlite3.Row]
    count: int
    matches: dict[int, str] = field(default_factory=dict)


def find(call: Call, limit: int, offset: int) -> Found:
    """The insights the query string asks for. Raises `ApiError` 400 and `Crash` as PostHog does."""
    where, values = _conditions(call)
    order = _order(call.query.get("order"), offset)
    search = call.query.get("search", "").strip()
    if len(search) > LONGEST_SEARCH:
        raise validation(f"Search must be at most {LONGEST_SEARCH} characters long.", attr="search")
    if search:
        return _searched(call, search, where, values, order, limit, offset)
    count = call.connection.execute(f"SELECT COUNT(*) FROM insights WHERE {where}", values).fetchone()[0]
    page = f"SELECT * FROM insights WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
    rows = call.all(page, *values, limit, offset)
    return Found(rows, count)


def truthy(word: str | None) -> bool:
    """Whether a parameter says yes."""
    return word is not None and word.strip().lower() in TRUE


def _conditions(call: Call) -> tuple[str, list[Any]]:
    where, values = ["project_id = ?", "deleted = 0"], [call.project_id]

    def both(condition: str, *more: Any) -> None:
        where.append(condition)
        values.extend(more)

    query = call.query
    if call.caller.share is not None:
        both("id = ?", call.caller.share["insight_id"])
    else:
        both(
            "id NOT IN (SELECT insight_id FROM insight_access WHERE level = 'none' AND user_id = ?"
            " UNION SELECT a.insight_id FROM insight_access a WHERE a.level = 'none' AND a.user_id IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM insight_access b"
            " WHERE b.insight_id = a.insight_id AND b.user_id = ?))",
            call.caller.user_id,
            call.caller.user_id,
        )
    if "short_id" in query:
        both("short_id = ?", query["short_id"])
    if "saved" in query:
        if truthy(query["saved"]):
            both("(saved OR id IN (SELECT insight_id FROM dashboard_tiles))")
        else:
            both("NOT saved")
    if "favorited" in query:
        both("favorited")
    if "user" in query and call.caller.user is not None:
        both("created_by = ?", call.caller.user_id)
    if "insight" in query:
        both(*_kind(query["insight"]))
    if flag := query.get("feature_flag"):
        both("instr(lower(query), ?) > 0", f"$feature/{flag}".lower())
    if truthy(query.get("hide_feature_flag_insights")):
        both("coalesce(name, '') NOT LIKE 'Feature Flag Called %'")
    for event in _json_list(query.get("events")):
        both("EXISTS (SELECT 1 FROM json_tree(insights.query) WHERE key = 'event' AND atom = ?)", event)
    for dashboard in _numbers(query.get("dashboards")):
        tiles = "SELECT insight_id FROM dashboard_tiles WHERE dashboard_id = ? AND NOT deleted"
        both(f"id IN ({tiles})", dashboard)
    if tags := _json_list(query.get("tags")):
        held = "EXISTS (SELECT 1 FROM json_each(tags) t JOIN json_each(?) w ON w.value = t.value)"
        both(held, json.dumps(tags))
    if makers := _numbers(query.get("created_by")):
        both("created_by IN (SELECT value FROM json_each(?))", json.dumps(makers))
    for prefix, column in DATES.items():
        for end, sign in (("date_from", ">"), ("date_to", "<")):
            text = query.get(prefix + end)
            if text is not None and text != "all":
                both(f"{column} {sign} ?", stamp(moment(text, call.now)))
    return " AND ".join(where), values


def _kind(word: str) -> tuple[str, ...]:
    source, outer = "json_extract(query, '$.source.kind')", "json_extract(query, '$.kind')"
    if word == "SQL":
        return (f"query IS NOT NULL AND {outer} IN {WRAPPERS} AND {source} = 'HogQLQuery'",)
    if word == "JSON":
        known = ", ".join(f"'{kind}'" for kind in (*KINDS.values(), "HogQLQuery"))
        return (f"query IS NOT NULL AND NOT ({outer} IN {WRAPPERS} AND coalesce({source}, '') IN ({known}))",)
    if word in KINDS:
        return (f"{outer} = 'InsightVizNode' AND {source} = ?", KINDS[word])
    return ("0",)


def _json_list(text: str | None) -> list[Any]:
    if not text:
        return []
    try:
        value = json.loads(text)
    except ValueError:
        raise Crash("the parameter is read as JSON") from None
    if value and not isinstance(value, list):
        raise Crash("the parameter is read as a list")
    return value or []


def _numbers(text: str | None) -> list[int]:
    try:
        return [int(item) for item in _json_list(text)]
    except (TypeError, ValueError):
        raise Crash("the parameter is read as a list of ids") from None


def _order(word: str | None, offset: int) -> str:
    """ORDER BY. Without a word it is the column `order`, which is mostly null.

    The database then returns equal rows in any order, a different one for each page; the sandbox does so
    on purpose, so that a client which relies on it is found out.
    """
    if not word:
        return f'"order" NULLS LAST, (id * {7919 + offset * 31}) % 1009'
    name = word.removeprefix("-")
    if name not in COLUMNS:
        raise Crash(f"no column {name}")
    direction = "DESC" if word.startswith("-") else "ASC"
    if name in NEVER_NULL:
        return f"{COLUMNS[name]} {direction}, id {direction}"
    last = (name == "last_viewed_at") == (direction == "DESC")
    return f"{COLUMNS[name]} {direction} NULLS {'LAST' if last else 'FIRST'}, id {direction}"


def _searched(call: Call, search: str, where: str, values: list[Any], order: str, limit: int, offset: int) -> Found:
    """Rows that hold the text win; only when none does, similar ones are found."""
    texts = "SELECT id, name, derived_name, description, tags FROM insights"
    candidates = call.all(f"{texts} WHERE {where}", *values)
    word = search.lower()
    ranks = {row["id"]: rank for row in candidates if (rank := _rank(word, row)) is not None}
    matched = "exact"
    if not ranks:
        wanted = _trigrams(word)
        matched = "similar"
        for row in candidates:
            held = _trigrams(f"{row['name'] or ''} {row['derived_name'] or ''}".lower())
            share = len(wanted & held) / len(wanted) if wanted else 0
            if share >= ALIKE:
                ranks[row["id"]] = -share
    if call.query.get("order"):
        rows = call.all(
            f"SELECT * FROM insights WHERE id IN (SELECT value FROM json_each(?)) ORDER BY {order} LIMIT ? OFFSET ?",
            json.dumps(list(ranks)),
            limit,
            offset,
        )
    else:
        page = sorted(ranks, key=lambda identity: (ranks[identity], identity))[offset : offset + limit]
        by_id = {
            row["id"]: row
            for row in call.all("SELECT * FROM insights WHERE id IN (SELECT value FROM json_each(?))", json.dumps(page))
        }
        rows = [by_id[identity] for identity in page]
    return Found(rows, len(ranks), dict.fromkeys(ranks, matched))


def _rank(word: str, row: sqlite3.Row) -> float | None:
    """How well a row meets the search, smaller being better; None when it does not hold the text."""
    name = (row["name"] or "").lower()
    if name.startswith(word):
        return 0
    for rank, text in enumerate((name, row["derived_name"] or "", row["tags"], row["description"]), start=1):
        if word in text.lower():
            return rank
    return None


def _trigrams(text: str) -> set[str]:
    return {
        padded[index : index + 3]
        for word in re.findall(r"\w+", text)
        for padded in (f"  {word} ",)
        for index in range(len(padded) - 2)
    }


def moment(text: str, now: datetime) -> datetime:
    """A date of a filter: `2026-04-23`, a full ISO time, or relative ones like `-7d`, `-1mStart`, `yStart`.

    What is none of these counts as today's beginning.
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        given = datetime.fromisoformat(text)
        return given if given.tzinfo else given.replace(tzinfo=UTC)
    except ValueError:
        pass
    match = re.fullmatch(r"-?(\d{0,5})([hdwmqy])(Start|End)?", text)
    if not match:
        return today
    number, unit = int(match[1] or 0), match[2]
    if unit in UNITS:
        back = (now if unit == "h" else today) - timedelta(**{UNITS[unit]: number})
    else:
        months = number * {"m": 1, "q": 3, "y": 12}[unit]
        month = max(today.year * 12 + today.month - 1 - months, 12)
        back = today.replace(year=month // 12, month=month % 12 + 1, day=min(today.day, 28))
    if match[3] == "Start" and unit in "mqy":
        back = back.replace(day=1, month=1 if unit == "y" else back.month)
    return back
