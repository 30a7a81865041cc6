"""The query of an insight that is to be made: one to begin with for each kind, and its text in $EDITOR."""

from __future__ import annotations

import json
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tui.text import clean

EVENT: Final[Mapping[str, Any]] = {"kind": "EventsNode", "event": "$pageview", "name": "$pageview"}
DAYS: Final[Mapping[str, Any]] = {"date_from": "-30d"}
ENTITY: Final[Mapping[str, Any]] = {"id": "$pageview", "name": "$pageview", "type": "events"}
SOURCES: Final[Mapping[str, Mapping[str, Any]]] = {
    "trends": {"kind": "TrendsQuery", "series": [EVENT], "dateRange": DAYS, "interval": "day"},
    "funnel": {"kind": "FunnelsQuery", "series": [EVENT, EVENT], "dateRange": DAYS},
    "retention": {
        "kind": "RetentionQuery",
        "retentionFilter": {
            "period": "Week",
            "totalIntervals": 8,
            "retentionType": "retention_first_time",
            "targetEntity": ENTITY,
            "returningEntity": ENTITY,
        },
    },
    "paths": {"kind": "PathsQuery", "dateRange": DAYS, "pathsFilter": {"includeEventTypes": ["$pageview"]}},
    "stickiness": {"kind": "StickinessQuery", "series": [EVENT], "dateRange": DAYS, "interval": "day"},
    "lifecycle": {"kind": "LifecycleQuery", "series": [EVENT], "dateRange": DAYS, "interval": "day"},
}
"""What stands inside the InsightVizNode, by the display word of the kind."""
SQL: Final = "SELECT event, count() AS events\nFROM events\nWHERE timestamp > now() - INTERVAL 30 DAY\nGROUP BY event\n"
OWN: Final = "own"
"""The choice that stands for the text written in $EDITOR."""
KINDS: Final = (*SOURCES, "sql")


class EditorProblem(Exception):
    """The editor brought no text back; the message says why."""


def template(kind: str) -> str:
    """The text to begin with: SQL for `sql`, JSON for the other kinds."""
    if kind == "sql":
        return SQL
    return json.dumps({"kind": "InsightVizNode", "source": SOURCES[kind]}, indent=2) + "\n"


def is_json(text: str) -> bool:
    """Whether a text is meant to be JSON; anything that does not begin with a brace is SQL."""
    return text.lstrip().startswith("{")


def query_json(text: str) -> str:
    """The query that a text says, as JSON text. Raises `ValueError`, with a sentence, for JSON that is none."""
    if not text.strip():
        raise ValueError("There is no query in it.")
    if not is_json(text):
        return json.dumps({"kind": "DataVisualizationNode", "source": {"kind": "HogQLQuery", "query": text.strip()}})
    try:
        query = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"It is no JSON: {clean(error.msg)}, line {error.lineno}, column {error.colno}.") from error
    except RecursionError as error:
        raise ValueError("It is nested too deeply.") from error
    return json.dumps(query)


def in_editor(text: str, environ: Mapping[str, str]) -> str:
    """The text as it was left in the editor that $VISUAL or $EDITOR names, else in vi.

    The terminal must be free. Raises `EditorProblem` when it does not start, fails, or leaves no text.
    """
    named = environ.get("VISUAL") or environ.get("EDITOR") or "vi"
    try:
        command = shlex.split(named)
    except ValueError as error:
        raise EditorProblem(f"$EDITOR cannot be read: {error}.") from error
    with tempfile.TemporaryDirectory(prefix="hedgerow-") as folder:
        file = Path(folder) / ("query.json" if is_json(text) else "query.sql")
        file.write_text(text, encoding="utf-8")
        try:
            code = subprocess.run([*command, str(file)], check=False).returncode
        except (OSError, IndexError) as error:
            raise EditorProblem(f"The editor {clean(named)} did not start.") from error
        if code:
            raise EditorProblem(f"The editor {clean(named)} ended with {code}; the query is as it was.")
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise EditorProblem("What the editor left is no UTF-8 text; the query is as it was.") from error
