"""Pieces of addresses, made of values that may come from anywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote


def segment(value: str | int) -> str:
    """One segment of a path: a slash or a dot in the value cannot lead the request somewhere else."""
    text = quote(str(value), safe="@", errors="replace")
    return text if text.strip(".") else text.replace(".", "%2E")


def query_of(values: Mapping[str, object]) -> dict[str, str]:
    """Query parameters as PostHog reads them: booleans, lists and objects as JSON; None is left out."""
    query: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, str):
            query[name] = value
        elif isinstance(value, list | tuple | Mapping | bool):
            query[name] = json.dumps(value)
        elif value is not None:
            query[name] = str(value)
    return query
