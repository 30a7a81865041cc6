"""Results of insights: the cache, the refresh modes, and computations that run in the background."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from tui.sandbox import queries
from tui.sandbox.database import stamp
from tui.sandbox.server.context import Call, Job
from tui.sandbox.server.errors import Crash, not_found, validation
from tui.sandbox.server.replies import JSONReply

FRESH = timedelta(hours=1)
LAZILY_FRESH = timedelta(days=1)
NEXT_REFRESH = timedelta(minutes=3)
JOB_TAKES = timedelta(seconds=1)
"""How long a background computation takes on the sandbox's clock."""

MODES = (
    "force_cache",
    "blocking",
    "async",
    "lazy_async",
    "async_except_on_cache_miss",
    "force_blocking",
    "force_async",
)
SYNONYMS = {
    "": "force_cache",
    "false": "force_cache",
    "0": "force_cache",
    "true": "force_blocking",
    "1": "force_blocking",
}


@dataclass(frozen=True)
class Outcome:
    """What an insight's result fields are made from. `result` is None for a cache miss or a failure."""

    result: dict[str, Any] | None = None
    computed_at: datetime | None = None
    is_cached: bool = False
    query_status: dict[str, Any] | None = None

    def fields(self) -> dict[str, Any]:
        """The result fields of an insight."""
        result, at = self.result or {}, self.computed_at
        return {
            "result": result.get("result"),
            "hasMore": result.get("has_more"),
            "columns": result.get("columns"),
            "types": result.get("types"),
            "hogql": result.get("hogql"),
            "resolved_date_range": result.get("resolved_date_range"),
            "timezone": result.get("timezone", "UTC"),
            "last_refresh": stamp(at) if at else None,
            "cache_target_age": stamp(at + FRESH) if at else None,
            "next_allowed_client_refresh": stamp(at + NEXT_REFRESH) if at else None,
            "is_cached": self.is_cached,
            "query_status": self.query_status,
        }


def mode_asked(call: Call) -> str:
    """The refresh mode of the query string. Raises `ApiError` 400 for an unknown word."""
    word = call.query.get("refresh", "")
    mode = SYNONYMS.get(word.lower(), word)
    if mode not in MODES:
        raise validation(f"'{word}' is not a valid refresh mode.", attr="refresh")
    return mode


def override_asked(call: Call, name: str) -> dict[str, Any] | None:
    """`variables_override` or `filters_override`. Raises `ApiError` 400 for what is no JSON."""
    text = call.query.get(name)
    if not text or call.caller.share is not None:
        return None
    try:
        value = json.loads(text)
    except ValueError:
        raise validation(f"{name} must be valid JSON.", attr=name) from None
    if not isinstance(value, dict):
        raise Crash("the override is read as an object")
    return value


def obtain(
    call: Call,
    insight: sqlite3.Row,
    mode: str,
    variables_override: dict[str, Any] | None = None,
    filters_override: dict[str, Any] | None = None,
) -> Outcome:
    """The result of an insight, cached, computed or ordered, as the refresh mode says."""
    if not insight["query"]:
        return Outcome()
    try:
        computation = _Computation.of(call, insight, variables_override, filters_override)
    except queries.InvalidQuery as error:
        return _failed(call, insight, str(error), None) if mode != "force_cache" else Outcome()
    cached = computation.cached(call)
    if cached is None and insight["warm_at"] and not variables_override and not filters_override:
        at = datetime.fromisoformat(insight["warm_at"])
        call.write("UPDATE insights SET warm_at = NULL WHERE id = ?", insight["id"])
        warmed = computation.compute(call, at)
        cached = replace(warmed, is_cached=True) if warmed.result is not None else warmed
    if mode == "force_cache":
        return cached or Outcome()
    fresh = LAZILY_FRESH if mode == "lazy_async" else FRESH
    forced = mode.startswith("force_")
    if cached and cached.computed_at and call.now - cached.computed_at < fresh and not forced:
        return cached
    if mode in ("blocking", "force_blocking") or (mode == "async_except_on_cache_miss" and not cached):
        return computation.compute(call)
    return _ordered(call, insight, cached, variables_override, filters_override)


@dataclass(frozen=True)
class _Computation:
    """A query of an insight with everything filled in."""

    insight: sqlite3.Row
    query: dict[str, Any]
    variables: dict[str, Any]
    filters_override: dict[str, Any] | None

    @classmethod
    def of(
        cls,
        call: Call,
        insight: sqlite3.Row,
        variables_override: dict[str, Any] | None,
        filters_override: dict[str, Any] | None,
    ) -> _Computation:
        query = json.loads(insight["query"])
        variables: dict[str, Any] = {}
        if "variables" in insight["query"] or "{" in json.dumps(query.get("source", "")):
            variables = queries.resolve_variables(query, stored_variables(call), variables_override)
        return cls(insight, query, variables, filters_override)

    @property
    def key(self) -> str:
        text = json.dumps([self.query, self.variables, self.filters_override], sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def cached(self, call: Call) -> Outcome | None:
        row = call.one(
            "SELECT * FROM insight_results WHERE insight_id = ? AND cache_key = ?",
            self.insight["id"],
            self.key,
        )
        if row is None:
            return None
        return Outcome(json.loads(row["payload"]), datetime.fromisoformat(row["computed_at"]), is_cached=True)

    def compute(self, call: Call, at: datetime | None = None) -> Outcome:
        """Compute it now, or as it was computed `at` an earlier time, and put it in the cache."""
        at = at or call.now
        result = queries.run(
            call.connection,
            self.query,
            now=at,
            variables=self.variables,
            filters_override=self.filters_override,
        )
        if result.error is not None:
            return _failed(call, self.insight, result.error.message, result.error.code)
        payload = asdict(result)
        del payload["error"]
        call.write(
            "INSERT OR REPLACE INTO insight_results (insight_id, cache_key, payload, computed_at) VALUES (?,?,?,?)",
            self.insight["id"],
            self.key,
            json.dumps(payload, ensure_ascii=False),
            stamp(at),
        )
        return Outcome(payload, at)


def stored_variables(call: Call) -> list[queries.StoredVariable]:
    """The project's insight variables as the query engine takes them."""
    return [
        queries.StoredVariable(
            id=row["id"],
            code_name=row["code_name"],
            type=row["type"],
            default_value=None if row["default_value"] is None else json.loads(row["default_value"]),
            is_multi=bool(row["is_multi"]),
        )
        for row in call.all("SELECT * FROM insight_variables WHERE project_id = ?", call.project_id)
    ]


def status(
    call: Call,
    identity: str | None,
    insight_id: int,
    *,
    asynchronous: bool,
    started: datetime,
    complete: bool,
    message: str | None = None,
    code: str | None = None,
    results: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A `query_status`. `message` makes it a failure."""
    return {
        "id": identity,
        "team_id": call.project_id,
        "insight_id": insight_id,
        "dashboard_id": None,
        "query_async": asynchronous,
        "complete": complete,
        "error": message is not None,
        "error_message": message,
        "error_code": code,
        "start_time": stamp(started),
        "pickup_time": stamp(started),
        "end_time": call.stamp if complete else None,
        "expiration_time": stamp(started + timedelta(minutes=20)),
        "results": results,
        "labels": None,
        "query_progress": None,
        "task_id": None,
    }


def _failed(call: Call, insight: sqlite3.Row, message: str, code: str | None) -> Outcome:
    return Outcome(
        query_status=status(
            call,
            call.query.get("client_query_id"),
            insight["id"],
            asynchronous=False,
            started=call.now,
            complete=True,
            message=message,
            code=code,
        )
    )


def _ordered(
    call: Call,
    insight: sqlite3.Row,
    cached: Outcome | None,
    variables_override: dict[str, Any] | None,
    filters_override: dict[str, Any] | None,
) -> Outcome:
    identity = call.query.get("client_query_id") or uuid.uuid4().hex
    job = Job(identity, call.project_id, insight["id"], variables_override, filters_override, call.now)
    call.sandbox.jobs[identity] = job
    waiting = status(call, identity, insight["id"], asynchronous=True, started=call.now, complete=False)
    cached = cached or Outcome()
    return Outcome(cached.result, cached.computed_at, cached.is_cached, waiting)


def finish_jobs(call: Call) -> None:
    """Carry out the background computations of this project whose time has come."""
    due = [
        job
        for job in call.sandbox.jobs.values()
        if job.project_id == call.project_id and call.now - job.started >= JOB_TAKES
    ]
    for job in due:
        del call.sandbox.jobs[job.id]
        insight = call.one("SELECT * FROM insights WHERE id = ?", job.insight_id)
        if insight is None or not insight["query"]:
            continue
        outcome = obtain(call, insight, "force_blocking", job.variables_override, job.filters_override)
        failure = outcome.query_status or {}
        call.sandbox.finished_jobs[job.id] = status(
            call,
            job.id,
            job.insight_id,
            asynchronous=True,
            started=job.started,
            complete=True,
            message=failure.get("error_message"),
            code=failure.get("error_code"),
            results=outcome.result and {**outcome.result, "results": outcome.result["result"]},
        )


def poll(call: Call) -> Response:
    """GET the status of a background computation: 202 while it runs, 400 when it failed."""
    finish_jobs(call)
    identity = call.parameter("query_id")
    job = call.sandbox.jobs.get(identity)
    if job is not None and job.project_id == call.project_id:
        waiting = status(call, job.id, job.insight_id, asynchronous=True, started=job.started, complete=False)
        return JSONReply({"query_status": waiting}, 202)
    done = call.sandbox.finished_jobs.get(identity)
    if done is None or done["team_id"] != call.project_id:
        raise not_found(f"Query {identity} not found for team {call.project_id}")
    return JSONReply({"query_status": done}, 400 if done["error"] else 200)
