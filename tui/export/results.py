"""The result of an opened insight as CSV, as JSON and as Markdown.

All are made from `result`: what PostHog calls CSV is one row of flattened fields. Numbers have all their digits, dates
are as the server sent them, and nothing in a file acts where it is opened.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from io import StringIO
from typing import Any, Final, Literal

from tui.charts.shapes import NOT_SET, OTHER
from tui.export.tables import Table, table_of, wide
from tui.export.values import cell, inert, iso, json_text, plain
from tui.store.facts import InsightDetail

Form = Literal["csv", "json", "markdown", "definition"]
"""What an insight is written as; `definition` is the insight itself, without its result."""

_MARKUP: Final = re.compile(r"[\\`*_\[\]<>|~&#!$]")


class CannotExport(Exception):
    """An insight that cannot be written in this form; its text is a sentence that says why."""


def forms_of(detail: InsightDetail) -> tuple[Form, ...]:
    """The forms in which this insight can be written."""
    definition: tuple[Form, ...] = ("definition",) if detail.query else ()
    if _why_none(detail):
        return definition
    tables: tuple[Form, ...] = ("csv", "json", "markdown") if table_of(detail) else ("json",)
    return tables + definition


def result_csv(detail: InsightDetail) -> str:
    """The result as CSV after RFC 4180, in the columns of `tables`: a header, commas, CRLF, no byte order mark.

    Null is an empty cell, a list or an object is JSON. A cell, and a name in the header, that a spreadsheet would run
    as a formula begins with an apostrophe. Raises CannotExport where there is no result, or none that is a table.
    """
    table = _table(detail)
    written = StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow([cell(name) for name in table.columns])
    writer.writerows([cell(value) for value in row] for row in table.rows)
    return written.getvalue()


def result_json(detail: InsightDetail) -> str:
    """The result as the server sent it, with what is needed to read it: name, columns, dates, when it was computed.

    Rows of SQL are on one line each. Raises CannotExport where there is no result.
    """
    if why := _why_none(detail):
        raise CannotExport(why)
    row = detail.row
    about: dict[str, Any] = {
        "name": row.title,
        "short_id": row.short_id,
        "kind": row.kind,
        "computed_at": iso(detail.computed_at),
        "timezone": detail.timezone,
        "date_from": detail.date_from,
        "date_to": detail.date_to,
    }
    if detail.columns:
        about["columns"] = detail.columns
    if detail.types:
        about["types"] = detail.types
    if detail.has_more:
        about["hasMore"] = True
    result = detail.result
    if not result or not isinstance(result, list) or not all(isinstance(item, list | tuple) for item in result):
        return json_text({**about, "result": result}) + "\n"
    head = json_text(about).removesuffix("\n}")
    rows = ",\n".join(f"    {json_text(item, indent=None)}" for item in result)
    return f'{head},\n  "result": [\n{rows}\n  ]\n}}\n'


def result_markdown(detail: InsightDetail) -> str:
    """The result as a Markdown table below its title; markup in names and values is only letters.

    Up to twelve series stand side by side, one column each, and so do the periods of a retention. Raises CannotExport
    as `result_csv` does.
    """
    table = wide(_table(detail))
    about = [detail.row.kind]
    if detail.date_from or detail.date_to:
        about.append(f"{detail.date_from} to {detail.date_to}")
    if computed := iso(detail.computed_at):
        about.append(f"computed {computed}")
    if detail.has_more:
        about.append("more rows exist than PostHog sent")
    numeric = [_all_numbers(row[place] for row in table.rows) for place in range(len(table.columns))]
    lines = [
        f"## {_marked(detail.row.title)}",
        "",
        " · ".join(_marked(word) for word in about),
        "",
        _row(table.columns),
        _row(("---:" if right else "---" for right in numeric), marked=True),
        *(_row(row) for row in table.rows),
    ]
    return "\n".join(lines) + "\n"


def _table(detail: InsightDetail) -> Table:
    if why := _why_none(detail):
        raise CannotExport(why)
    table = table_of(detail)
    if table is None:
        raise CannotExport("This result is not a table: it can be written as JSON only.")
    return table


def _why_none(detail: InsightDetail) -> str:
    """Why there is nothing to write; empty when there is."""
    if detail.failure:
        return f"The query failed, so there is no result to export: {inert(detail.failure)}"
    return "There is no result to export: compute it first." if detail.result is None else ""


def _all_numbers(values: Iterable[object]) -> bool:
    kinds = {type(value) for value in values if value is not None}
    return bool(kinds) and kinds <= {int, float}


def _row(values: Iterable[object], *, marked: bool = False) -> str:
    """A line of a table; with `marked` the values are Markdown already."""
    cells = (str(value) if marked else _shown(value) for value in values)
    return f"| {' | '.join(cells)} |"


def _shown(value: object) -> str:
    """A value as people read it: the names PostHog gives to the rest of a breakdown become words."""
    if isinstance(value, str):
        value = value.replace(OTHER, "other").replace(NOT_SET, "not set")
    elif isinstance(value, int | float):
        return plain(value)
    return _marked(plain(value))


def _marked(text: str) -> str:
    """A text that Markdown shows letter by letter, on one line."""
    return _MARKUP.sub(r"\\\g<0>", inert(text)).replace("\n", "<br>")
