"""The sandbox's database: one SQLite file, or memory.

Texts that hold JSON are named so. Times of records are ISO 8601 texts in UTC with microseconds,
as PostHog prints them; an event's time is whole seconds since the epoch, for arithmetic.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

SCHEMA = """
CREATE TABLE organizations (
    id TEXT PRIMARY KEY, name TEXT NOT NULL,
    features TEXT NOT NULL DEFAULT '["access_control", "white_labelling"]',  -- JSON list of plan features
    allow_publicly_shared_resources INTEGER NOT NULL DEFAULT 1,
    members_can_use_personal_api_keys INTEGER NOT NULL DEFAULT 1             -- 0: administrators' only
);
CREATE TABLE projects (
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL, organization_id TEXT NOT NULL REFERENCES organizations,
    name TEXT NOT NULL, timezone TEXT NOT NULL DEFAULT 'UTC', created_at TEXT NOT NULL
);
CREATE TABLE users (
    id INTEGER PRIMARY KEY, uuid TEXT NOT NULL, distinct_id TEXT NOT NULL, first_name TEXT NOT NULL,
    last_name TEXT NOT NULL DEFAULT '', email TEXT NOT NULL, is_active INTEGER NOT NULL DEFAULT 1,
    role_at_organization TEXT
);
CREATE TABLE memberships (                                                   -- without a row: owner of all
    user_id INTEGER NOT NULL REFERENCES users, organization_id TEXT NOT NULL REFERENCES organizations,
    level INTEGER NOT NULL,                                                  -- 1 member, 8 admin, 15 owner
    PRIMARY KEY (user_id, organization_id)
);
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, label TEXT NOT NULL,
    value TEXT NOT NULL UNIQUE, scopes TEXT NOT NULL,                        -- JSON list; empty means all
    scoped_teams TEXT NOT NULL DEFAULT '[]', scoped_organizations TEXT NOT NULL DEFAULT '[]',
    created_at TEXT NOT NULL, last_used_at TEXT
);
CREATE TABLE insights (
    id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES projects, short_id TEXT NOT NULL UNIQUE,
    name TEXT, derived_name TEXT, description TEXT NOT NULL DEFAULT '',
    query TEXT,                                                              -- JSON object or NULL
    "order" INTEGER, saved INTEGER NOT NULL DEFAULT 1, favorited INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0, is_sample INTEGER NOT NULL DEFAULT 0,
    tags TEXT NOT NULL DEFAULT '[]', folder TEXT,                            -- tags: JSON list of texts
    created_at TEXT NOT NULL, created_by INTEGER REFERENCES users,
    updated_at TEXT NOT NULL, last_modified_at TEXT NOT NULL, last_modified_by INTEGER REFERENCES users,
    last_viewed_at TEXT,
    warm_at TEXT              -- somebody computed it then: the result is made when it is first asked for, as of then
);
CREATE INDEX insights_by_change ON insights (project_id, deleted, last_modified_at);
CREATE TABLE insight_access (                                                -- without a row: editor
    insight_id INTEGER NOT NULL REFERENCES insights, user_id INTEGER REFERENCES users,     -- NULL: all others
    level TEXT NOT NULL                                                      -- none, viewer, editor or manager
);
CREATE INDEX access_by_insight ON insight_access (insight_id);
CREATE TABLE dashboards (
    id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES projects, name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '', deleted INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL, created_by INTEGER REFERENCES users
);
CREATE TABLE dashboard_tiles (
    id INTEGER PRIMARY KEY, dashboard_id INTEGER NOT NULL REFERENCES dashboards,
    insight_id INTEGER NOT NULL REFERENCES insights, deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX tiles_by_insight ON dashboard_tiles (insight_id);
CREATE TABLE sharing_configurations (                                        -- the newest row of an insight counts
    id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES projects,
    insight_id INTEGER REFERENCES insights, dashboard_id INTEGER REFERENCES dashboards,
    created_at TEXT NOT NULL, enabled INTEGER NOT NULL DEFAULT 0, access_token TEXT NOT NULL UNIQUE,
    settings TEXT,                                                           -- JSON object or NULL
    password_required INTEGER NOT NULL DEFAULT 0,
    expires_at TEXT                                                          -- set by refresh: end of the grace period
);
CREATE INDEX sharing_by_insight ON sharing_configurations (insight_id, expires_at);
CREATE TABLE share_passwords (
    id INTEGER PRIMARY KEY, sharing_configuration_id INTEGER NOT NULL REFERENCES sharing_configurations,
    password TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL,
    created_by INTEGER REFERENCES users, is_active INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX passwords_by_configuration ON share_passwords (sharing_configuration_id);
CREATE TABLE share_tokens (                                                  -- unlocked viewers, 24 hours
    token TEXT PRIMARY KEY, share_password_id INTEGER NOT NULL REFERENCES share_passwords, expires_at TEXT NOT NULL
);
CREATE TABLE insight_variables (
    id TEXT PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES projects, name TEXT NOT NULL, type TEXT NOT NULL,
    code_name TEXT, default_value TEXT, "values" TEXT,                       -- JSON; NULL is JSON null
    is_multi INTEGER NOT NULL DEFAULT 0, values_query TEXT, values_query_connection_id TEXT,
    created_at TEXT NOT NULL, created_by INTEGER REFERENCES users
);
CREATE TABLE insight_results (                                               -- the cache of computed results
    insight_id INTEGER NOT NULL REFERENCES insights,
    cache_key TEXT NOT NULL,                                                 -- hash of query, filters and variables
    payload TEXT NOT NULL,                                                   -- JSON of queries.QueryResult
    computed_at TEXT NOT NULL, PRIMARY KEY (insight_id, cache_key)
);
CREATE TABLE activity_log (
    id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL, at TEXT NOT NULL, user_id INTEGER, scope TEXT NOT NULL,
    item_id TEXT NOT NULL, activity TEXT NOT NULL, detail TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE persons (                                                       -- who caused the events
    id INTEGER PRIMARY KEY, distinct_id TEXT NOT NULL, properties TEXT NOT NULL DEFAULT '{}'  -- JSON object
);
CREATE TABLE events (
    id INTEGER PRIMARY KEY, event TEXT NOT NULL, person INTEGER NOT NULL, at INTEGER NOT NULL,
    properties TEXT NOT NULL DEFAULT '{}'                                    -- JSON object
);
CREATE INDEX events_by_name ON events (event, at);
CREATE INDEX events_by_person ON events (person, at);
"""


def connect(path: str | Path = ":memory:") -> sqlite3.Connection:
    """Open the database, making its tables where they are missing. Rows come as `sqlite3.Row`.

    The connection may be used from any thread, by one at a time: the server is the only user.
    Raises `sqlite3.Error` when the file is no database or cannot be written.
    """
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'organizations'").fetchone():
        connection.executescript(SCHEMA)
    return connection


def stamp(moment: datetime) -> str:
    """A time as PostHog prints it: `2026-11-18T12:03:00.000000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
