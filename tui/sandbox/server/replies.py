"""Answers: JSON, the flattened CSV of insights, and the choice between them."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from tui.sandbox.server.errors import ApiError, not_found

EXPECTED = {"json": ("application/json", "application/*", "*/*"), "csv": ("text/csv", "text/*")}


class JSONReply(Response):
    """A JSON answer that still knows its data, so that a view's CSV form can be made from it."""

    media_type = "application/json"

    def __init__(self, data: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.data = data
        super().__init__(status_code=status, headers=headers)

    def render(self, content: Any) -> bytes:
        """The body: `data` as JSON, as compact as PostHog's."""
        return json.dumps(self.data, ensure_ascii=False, separators=(",", ":")).encode()


def no_content(status: int = 204) -> Response:
    """An answer without a body."""
    return Response(status_code=status)


def error_reply(error: ApiError) -> Response:
    """The answer for an error."""
    return JSONReply(error.body(), error.status, error.headers)


def html(text: str, status: int = 200) -> Response:
    """A page."""
    return HTMLResponse(text, status)


def negotiate(request: Request, *, csv_too: bool) -> str:
    """ "json" or "csv", by `format` and the Accept header. Raises `ApiError` 404 and 406."""
    offered = ("json", "csv") if csv_too else ("json",)
    wanted = request.query_params.get("format")
    if wanted:
        if wanted not in offered:
            raise not_found()
        offered = (wanted,)
    accepted = [part.partition(";")[0].strip() for part in request.headers.get("accept", "*/*").split(",")]
    exact = [form for form in offered if EXPECTED[form][0] in accepted]
    loose = [form for form in offered if "*/*" in accepted or set(EXPECTED[form]) & set(accepted)]
    for form in exact + loose:
        return form
    raise ApiError(406, "invalid_request", "not_acceptable", "Could not satisfy the request Accept header.")


def as_csv(reply: JSONReply) -> Response:
    """The data of an answer in one flattened row, with columns like `results.0.id`.

    This is what PostHog does with `format=csv`: lists are numbered, not spread over rows.
    """
    columns = dict(_flatten(reply.data, ""))
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if columns:
        writer.writerow(columns)
        writer.writerow(columns.values())
    return Response(buffer.getvalue(), reply.status_code, media_type="text/csv")


def _flatten(value: Any, path: str) -> list[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        items = value.items()
    elif isinstance(value, list) and value:
        items = dict(enumerate(value)).items()
    else:
        return [(path, "" if value is None or value in ({}, []) else value)]
    return [pair for key, item in items for pair in _flatten(item, f"{path}.{key}" if path else str(key))]


def page_url(request: Request, **changes: int | None) -> str:
    """The request's own URL with some parameters replaced, or taken out where they are None."""
    url = request.url.remove_query_params([name for name, value in changes.items() if value is None])
    kept = {name: value for name, value in changes.items() if value is not None}
    return str(url.include_query_params(**kept))


def limit_offset(request: Request, *, default: int = 100) -> tuple[int, int]:
    """`limit` and `offset`; what is no positive number falls back silently."""
    values = []
    for name, least, fallback in (("limit", 1, default), ("offset", 0, 0)):
        text = request.query_params.get(name, "")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else fallback
        values.append(number if number >= least else fallback)
    return values[0], values[1]


def limited_page(request: Request, rows: list[Any], count: int, limit: int, offset: int) -> dict[str, Any]:
    """The envelope of a page by limit and offset."""
    return {
        "count": count,
        "next": page_url(request, limit=limit, offset=offset + limit) if offset + limit < count else None,
        "previous": (
            page_url(request, limit=limit, offset=offset - limit if offset > limit else None) if offset > 0 else None
        ),
        "results": rows,
    }
