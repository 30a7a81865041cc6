"""An insight as a definition file: what it asks, without what it found, in JSON that people can read and change.

    {
      "format": "hedgerow.insight",
      "version": 1,
      "name": ..., "derived_name": ..., "description": ..., "tags": [...], "favorited": ..., "kind": ...,
      "query": {...},
      "variables": [code names],
      "from": {"host": ..., "project": ..., "short_id": ..., "exported_at": ISO date}
    }

`format`, `version` and `query` are needed. `kind`, `variables` and `from` are for people; who reads a file takes the
variables from its query.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

from tui.export.results import CannotExport
from tui.export.values import DEPTH, iso, json_text
from tui.store.facts import InsightDetail
from tui.text import ELLIPSIS, clean

FORMAT: Final = "hedgerow.insight"
VERSION: Final = 1
SIZE: Final = 5 * 1024 * 1024
"""Bytes of the largest definition file."""

NAME_LIMIT: Final = 500
PROSE_LIMIT: Final = 20_000
"""Characters of the longest text that the API layer keeps of what a server sends; longer ones end in `…`."""
SHOWN_DEPTH: Final = 40
"""Levels of a query that the API layer keeps."""
MOST_TAGS: Final = 1_000

_EXPRESSION: Final = re.compile(r"\{[^{}]*\}")
_REFERENCE: Final = re.compile(r"\bvariables\.(\w+)")


class BadDefinition(Exception):
    """A text that is no definition; its text is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Definition:
    """An insight as a file tells it. All texts are clean."""

    name: str
    derived_name: str
    description: str
    tags: tuple[str, ...]
    favorited: bool
    kind: str
    query: dict[str, Any]
    """The query cleaned as the API layer cleans one: to be shown and compared."""
    query_json: str = field(repr=False)
    """The query exactly as the file has it, as JSON: to be sent."""
    variables: tuple[str, ...] = ()
    """Code names of the variables that the query lists, or refers to in its SQL."""
    host: str = ""
    project: str = ""
    short_id: str = ""
    exported_at: float | None = None
    """Seconds since the epoch; None where the file does not say."""

    @property
    def title(self) -> str:
        """Its name, else the name PostHog derived from the query, else what it was there."""
        return self.name or self.derived_name or (f"Untitled, {self.short_id}" if self.short_id else "Untitled")


def definition(
    detail: InsightDetail, *, host: str, project: str, exported_at: float, query: Mapping[str, Any] | None = None
) -> str:
    """The definition file of an insight.

    `query` is the query exactly as the server sent it. Without one that of the detail is written, in which texts have
    been cleaned: a tab is four blanks there. Raises CannotExport for an insight without a query, for one whose query
    was cut when it was read, and for one too deep or too large to be read back.
    """
    row = detail.row
    if query is None:
        query = detail.query
        if _was_cut(query):
            raise CannotExport("This query is longer than what Hedgerow keeps of one, so a file of it would be wrong.")
    if not query:
        raise CannotExport("This insight has no query: PostHog kept it from before queries existed.")
    if not isinstance(query.get("kind"), str):
        raise CannotExport("This query does not say what kind it is, so no project could take it.")
    if _too_deep(query, DEPTH - 1):
        raise CannotExport(f"This query is nested more than {DEPTH - 1} levels deep.")
    written = json_text(
        {
            "format": FORMAT,
            "version": VERSION,
            "name": row.name,
            "derived_name": row.derived_name,
            "description": row.description,
            "tags": row.tags,
            "favorited": row.favorited,
            "kind": row.kind,
            "query": query,
            "variables": code_names(query),
            "from": {
                "host": _address(host),
                "project": project,
                "short_id": row.short_id,
                "exported_at": iso(exported_at),
            },
        }
    )
    if len(written.encode()) >= SIZE:
        raise CannotExport(f"This query is larger than the {SIZE // 1024**2} MiB a definition file may have.")
    return written + "\n"


def read_definition(text: str) -> Definition:
    """The definition in this text. Raises BadDefinition for anything else."""
    if len(text) > SIZE or len(text.encode("utf-8", "surrogatepass")) > SIZE:
        raise BadDefinition(f"This is larger than {SIZE // 1024**2} MiB, so it is no definition of an insight.")
    data = _parsed(text.removeprefix("\ufeff"))
    if _too_deep(data, DEPTH):
        raise BadDefinition(f"This is nested more than {DEPTH} levels deep, so it is no definition of an insight.")
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise BadDefinition(f'This is no definition of an insight: it lacks "format": "{FORMAT}".')
    version = data.get("version")
    if type(version) is not int or version < 1:
        raise BadDefinition("This definition does not say which version of the format it has.")
    if version > VERSION:
        raise BadDefinition("This definition was written by a newer Hedgerow: update this one to read it.")
    query = data.get("query")
    if not isinstance(query, dict) or not isinstance(query.get("kind"), str):
        raise BadDefinition('This definition has no query: "query" must be an object with a "kind".')
    source = data.get("from", {})
    if not isinstance(source, dict):
        raise BadDefinition('"from" in this definition must be an object.')
    return Definition(
        name=_text(data, "name"),
        derived_name=_text(data, "derived_name"),
        description=_text(data, "description", lines=True),
        tags=_tags(data.get("tags", [])),
        favorited=_flag(data.get("favorited", False)),
        kind=_text(data, "kind"),
        query=_cleaned(query, SHOWN_DEPTH),
        query_json=json_text(query, indent=None),
        variables=code_names(query),
        host=_text(source, "host"),
        project=_text(source, "project"),
        short_id=_text(source, "short_id"),
        exported_at=_time(_text(source, "exported_at")),
    )


def load_definition(path: Path) -> Definition:
    """The definition in this file. Raises BadDefinition also for a file that cannot be read."""
    name = clean(str(path), limit=NAME_LIMIT)
    try:
        if not path.exists():
            raise BadDefinition(f"There is no file {name}.")
        # A pipe or a device may never end.
        if not path.is_file():
            raise BadDefinition(f"{name} is no file.")
        with path.open("rb") as file:
            data = file.read(SIZE + 1)
        return read_definition(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadDefinition(f"{name} is not a text in UTF-8, so it is no definition of an insight.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no name of a file"
        raise BadDefinition(f"Cannot read {name}: {reason}.") from error


def code_names(query: Mapping[str, Any]) -> tuple[str, ...]:
    """Code names a query uses: written `{variables.x}` in its SQL, or listed at `source.variables`."""
    source = source_with_variables(query)
    names: dict[str, None] = {}
    sql = source.get("query")
    if isinstance(sql, str):
        for expression in _EXPRESSION.findall(sql):
            names.update(dict.fromkeys(clean(name, limit=NAME_LIMIT) for name in _REFERENCE.findall(expression)))
    listed = source.get("variables")
    for entry in listed.values() if isinstance(listed, dict) else ():
        name = entry.get("code_name") if isinstance(entry, dict) else None
        if isinstance(name, str) and name:
            names[clean(name, limit=NAME_LIMIT)] = None
    return tuple(names)


def source_with_variables(query: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of a query that has SQL and variables: its source, or itself where it has none."""
    source = query.get("source")
    return source if isinstance(source, dict) else query


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_once)
    except RecursionError:
        raise BadDefinition("This is nested too deeply to be a definition of an insight.") from None
    except json.JSONDecodeError as error:
        raise BadDefinition(f"This is not JSON: line {error.lineno}, column {error.colno} cannot be read.") from None
    except ValueError:
        raise BadDefinition("A number in this definition has too many digits.") from None


def _no_number(word: str) -> NoReturn:
    raise BadDefinition(f"{word} in this definition is no number of JSON.")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise BadDefinition("A number in this definition is too large.")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are there once: of two, an editor may show one and a reader take the other."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise BadDefinition(f'"{clean(twice, limit=80)}" stands twice in one object of this definition.')
    return found


def _text(data: Mapping[str, Any], key: str, *, lines: bool = False) -> str:
    value = data.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadDefinition(f'"{key}" in this definition must be a text.')
    return clean(value, lines=lines, limit=PROSE_LIMIT if lines else NAME_LIMIT)


def _tags(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value) or len(value) > MOST_TAGS:
        raise BadDefinition(f'"tags" in this definition must be a list of at most {MOST_TAGS:,} texts.')
    return tuple(clean(tag, limit=NAME_LIMIT) for tag in value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadDefinition('"favorited" in this definition must be true or false.')
    return value


def _time(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.timestamp() if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _too_deep(value: object, levels: int) -> bool:
    if isinstance(value, dict):
        return levels <= 0 or any(_too_deep(item, levels - 1) for item in value.values())
    if isinstance(value, list | tuple):
        return levels <= 0 or any(_too_deep(item, levels - 1) for item in value)
    return False


def _cleaned(value: Any, levels: int) -> Any:
    if isinstance(value, str):
        return clean(value, lines=True, limit=PROSE_LIMIT)
    if not isinstance(value, dict | list):
        return value
    if levels <= 0:
        return ELLIPSIS
    if isinstance(value, dict):
        return {clean(key, limit=NAME_LIMIT): _cleaned(item, levels - 1) for key, item in value.items()}
    return [_cleaned(item, levels - 1) for item in value]


def _was_cut(value: object, levels: int = SHOWN_DEPTH) -> bool:
    """Whether the API layer left something out of a query: a text, a key or a level."""
    if isinstance(value, str):
        return is_cut(value) or (levels <= 0 and value == ELLIPSIS)
    if isinstance(value, dict):
        return any(
            (len(key) >= NAME_LIMIT and key.endswith(ELLIPSIS)) or _was_cut(item, levels - 1)
            for key, item in value.items()
        )
    return isinstance(value, list | tuple) and any(_was_cut(item, levels - 1) for item in value)


def is_cut(text: str) -> bool:
    """Whether a text of a query looks like one that was cut when it was cleaned."""
    # A joiner before the cut goes too, so that the text may be a little shorter.
    return len(text) > PROSE_LIMIT - 10 and text.endswith(ELLIPSIS)


def _address(host: str) -> str:
    """An address without a user or a password in it."""
    try:
        parts = urlsplit(host)
    except ValueError:
        return ""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
