"""Insight variables: full create, read, update and delete."""

from __future__ import annotations

import json
import math
import sqlite3
import uuid
from typing import Annotated, Any

from starlette.responses import Response

from tui.sandbox.server.bodies import (
    Fields,
    FreeJson,
    Name,
    OptionalText,
    SoftBoolean,
    check,
    choice,
    json_fields,
)
from tui.sandbox.server.context import Call
from tui.sandbox.server.errors import not_found, validation
from tui.sandbox.server.replies import JSONReply, no_content, page_url

PAGE_SIZE = 500
TYPES = ("String", "Number", "Boolean", "List", "Date")


class NewVariable(Fields):
    """The body of POST and PUT."""

    name: Name
    type: Annotated[str, choice(*TYPES)]
    default_value: FreeJson = None
    values: FreeJson = None
    is_multi: SoftBoolean = False
    values_query: OptionalText = None
    values_query_connection_id: OptionalText = None


class ChangedVariable(NewVariable):
    """The body of PATCH: nothing is required."""

    name: Name = ""
    type: Annotated[str, choice(*TYPES)] = ""


def listing(call: Call) -> Response:
    """GET the list, 500 a page. The order is the database's own: a changed variable moves to the end."""
    count = call.connection.execute(
        "SELECT COUNT(*) FROM insight_variables WHERE project_id = ?", (call.project_id,)
    ).fetchone()[0]
    pages = max(1, math.ceil(count / PAGE_SIZE))
    text = call.query.get("page") or "1"
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    page = pages if text == "last" else number
    if not 1 <= page <= pages:
        raise not_found("Invalid page.")
    rows = call.all(
        "SELECT * FROM insight_variables WHERE project_id = ? ORDER BY rowid LIMIT ? OFFSET ?",
        call.project_id,
        PAGE_SIZE,
        (page - 1) * PAGE_SIZE,
    )
    return JSONReply(
        {
            "count": count,
            "next": page_url(call.request, page=page + 1) if page < pages else None,
            "previous": page_url(call.request, page=page - 1 if page > 2 else None) if page > 1 else None,
            "results": [shown(call, row) for row in rows],
        }
    )


def retrieve(call: Call) -> Response:
    """GET one variable."""
    return JSONReply(shown(call, _found(call)))


def create(call: Call) -> Response:
    """POST a new variable. Its code name is made from its name, once and for all."""
    body = check(NewVariable, _sent(call))
    name = code_name(body.name, underscores=call.age.code_names_keep_underscores)
    if call.one("SELECT 1 FROM insight_variables WHERE project_id = ? AND code_name = ?", call.project_id, name):
        raise validation(call.age.variable_clash)
    fields = _settled(call, body, None)
    identity = str(uuid.uuid4())
    call.write(
        'INSERT INTO insight_variables (id, project_id, name, type, code_name, default_value, "values",'
        " is_multi, values_query, values_query_connection_id, created_at, created_by)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        identity,
        call.project_id,
        body.name,
        body.type,
        name,
        *fields,
        call.stamp,
        call.caller.user_id,
    )
    return JSONReply(shown(call, _by_id(call, identity)), 201)


def update(call: Call) -> Response:
    """PUT and PATCH. PUT needs name and type; what is left out keeps its value."""
    row = _found(call)
    model = NewVariable if call.request.method == "PUT" else ChangedVariable
    body = check(model, _sent(call))
    fields = _settled(call, body, row)
    call.write(
        'UPDATE insight_variables SET name = ?, type = ?, default_value = ?, "values" = ?, is_multi = ?,'
        " values_query = ?, values_query_connection_id = ?,"
        " rowid = (SELECT MAX(rowid) + 1 FROM insight_variables) WHERE id = ?",
        body.name if body.sent("name") else row["name"],
        body.type if body.sent("type") else row["type"],
        *fields,
        row["id"],
    )
    return JSONReply(shown(call, _by_id(call, row["id"])))


def destroy(call: Call) -> Response:
    """DELETE for good. Insights that use the variable are neither asked nor told."""
    call.write("DELETE FROM insight_variables WHERE id = ?", _found(call)["id"])
    return no_content()


def shown(call: Call, row: sqlite3.Row) -> dict[str, Any]:
    """A variable as the API shows it."""
    values = _load(row["values"])
    if call.age.list_values == "checked" and row["type"] == "List":
        values = [_tidy(item) for item in values] if isinstance(values, list) else []
    variable = {
        "id": row["id"],
        "name": row["name"],
        "type": row["type"],
        "default_value": _load(row["default_value"]),
        "created_by": row["created_by"],
        "created_at": row["created_at"],
        "code_name": row["code_name"],
        "values": values,
    }
    if call.age.variable_options:
        variable |= {
            "is_multi": bool(row["is_multi"]),
            "values_query": row["values_query"],
            "values_query_connection_id": row["values_query_connection_id"],
        }
    return variable


def code_name(name: str, *, underscores: bool) -> str:
    """The name's letters, digits, spaces (and underscores); spaces become underscores; lower case."""
    others = " _" if underscores else " "
    kept = "".join(letter for letter in name if letter.isalnum() or letter in others)
    return kept.replace(" ", "_").lower()


def _sent(call: Call) -> Any:
    data = call.data
    if isinstance(data, dict):
        if call.is_form:
            data = json_fields(data, "default_value", "values")
        if not call.age.variable_options:
            hidden = ("is_multi", "values_query", "values_query_connection_id")
            data = {name: value for name, value in data.items() if name not in hidden}
    return data


def _found(call: Call) -> sqlite3.Row:
    try:
        identity = str(uuid.UUID(call.parameter("id")))
    except ValueError:
        raise not_found() from None
    row = call.one("SELECT * FROM insight_variables WHERE id = ? AND project_id = ?", identity, call.project_id)
    if row is None:
        raise not_found()
    return row


def _by_id(call: Call, identity: str) -> sqlite3.Row:
    row = call.one("SELECT * FROM insight_variables WHERE id = ?", identity)
    if row is None:
        raise LookupError(identity)
    return row


def _settled(
    call: Call, body: NewVariable, row: sqlite3.Row | None
) -> tuple[str | None, str | None, bool, str | None, str | None]:
    """What the columns from default_value on are to hold, from what was sent and what was there."""
    kind = body.type if body.sent("type") or row is None else row["type"]
    default = _load(row["default_value"]) if row else None
    if body.sent("default_value"):
        default = body.default_value
    values = body.values if body.sent("values") else _load(row["values"]) if row else None
    was_multi = bool(row["is_multi"]) if row else False
    multi = body.is_multi if body.sent("is_multi") else was_multi
    query = body.values_query if body.sent("values_query") else row["values_query"] if row else None
    connection = row["values_query_connection_id"] if row else None
    if body.sent("values_query_connection_id"):
        connection = body.values_query_connection_id
    if kind != "List":
        return _dump(default), _dump(values), False, None, None
    if call.age.list_values != "kept":
        values = values if isinstance(values, list) else []
    if call.age.list_values == "checked" and (body.sent("values") or row is None):
        values = _plain_values(values or [])
    if call.age.variable_options and (body.sent("default_value") or multi != was_multi):
        default = _multi_default(default) if multi else _single_default(default)
    elif call.age.variable_options and multi:
        default = _multi_default(default)
    return _dump(default), _dump(values), multi, query or None, (connection or None) if query else None


def _plain_values(values: list[Any]) -> list[str]:
    plain = []
    for index, value in enumerate(values):
        if isinstance(value, (dict, list)):
            kind = "object" if isinstance(value, dict) else "array"
            article = f"an {kind}"
            raise validation(
                f"List variable values must be strings or numbers (got {article} at index {index})."
                " Use a flat list of options.",
                attr="values",
            )
        if value is not None:
            plain.append(_as_text(value))
    return plain


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, dict):
        return _as_text(value.get("value", value.get("label")))
    return json.dumps(value, ensure_ascii=False)


def _single_default(default: Any) -> str:
    if isinstance(default, list):
        default = default[0] if default else ""
    return _as_text(default)


def _multi_default(default: Any) -> list[str]:
    items = default if isinstance(default, list) else [default]
    return [_as_text(item) for item in items if item is not None and item != ""]


def _tidy(value: Any) -> str:
    if isinstance(value, dict) and not {"value", "label"} & value.keys():
        return json.dumps(value, ensure_ascii=False)
    return _as_text(value)


def _load(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _dump(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
