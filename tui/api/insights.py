"""Insights: reading lists and results, making and changing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from tui.api.errors import ApiError, Kind
from tui.api.models import Insight, InsightRow, Page, QueryStatus, Verbatim
from tui.api.paths import query_of, segment

if TYPE_CHECKING:
    from tui.api.client import Client

Refresh = Literal[
    "force_cache",
    "blocking",
    "async",
    "lazy_async",
    "async_except_on_cache_miss",
    "force_blocking",
    "force_async",
]
"""How fresh a result must be. `force_cache`, the server's default, never calculates."""


class ListFilters(TypedDict, total=False):
    """Query parameters of the list."""

    basic: bool
    """Metadata only: far cheaper, no results."""
    created_by: Sequence[int]
    """User ids. The server wants a JSON array here, whatever its pages say."""
    limit: int
    offset: int
    refresh: Refresh
    short_id: str
    order: str
    """A column, `-` before it for descending. Without one the order of pages is not stable."""
    search: str
    user: bool
    favorited: bool
    """The server filters to favourites for any value; leave it out for all."""
    saved: bool
    insight: str
    """TRENDS, FUNNELS, RETENTION, PATHS, JOURNEYS, STICKINESS, LIFECYCLE, JSON or SQL."""
    date_from: str
    date_to: str
    created_date_from: str
    created_date_to: str
    last_viewed_date_from: str
    last_viewed_date_to: str
    dashboards: Sequence[int]
    tags: Sequence[str]
    events: Sequence[str]
    feature_flag: str
    include_dashboards: bool


class InsightFields(TypedDict, total=False):
    """What can be written."""

    name: str
    derived_name: str
    query: Mapping[str, Any] | Verbatim
    order: int | None
    deleted: bool
    dashboards: Sequence[int]
    description: str
    tags: Sequence[str]
    favorited: bool
    create_in_folder: str
    saved: bool
    """Hidden from PostHog's pages: an insight made without it can be missing from lists of saved ones."""


class Insights:
    """`client.insights`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def list(
        self,
        *,
        format: Literal["json"] | None = None,  # noqa: A002
        **filters: Unpack[ListFilters],
    ) -> Page[InsightRow]:
        """One page of insights."""
        query = query_of({"format": format, **filters})
        answer = await self._client.in_project("GET", "insights/", query=query, family="insights")
        return self._client.read_page(answer, InsightRow)

    async def list_csv(self, **filters: Unpack[ListFilters]) -> str:
        """The list as PostHog writes it in CSV: the whole page flattened into one row, no export of data."""
        query = query_of({"format": "csv", **filters})
        answer = await self._client.in_project("GET", "insights/", query=query, family="insights", accept="text/csv")
        return answer.body.decode("utf-8", "replace")

    async def read(
        self,
        insight: int | str,
        *,
        refresh: Refresh | None = None,
        variables_override: Mapping[str, Mapping[str, Any]] | None = None,
        filters_override: Mapping[str, Any] | None = None,
        from_dashboard: int | None = None,
        basic: bool | None = None,
        format: Literal["json"] | None = None,  # noqa: A002
    ) -> Insight:
        """One insight by its id or its short id; old servers know the latter only as a filter of the list.

        `variables_override` is keyed by variable id, each entry {code_name, variableId, value}.
        """
        query = query_of(
            {
                "refresh": refresh,
                "variables_override": variables_override,
                "filters_override": filters_override,
                "from_dashboard": from_dashboard,
                "basic": basic,
                "format": format,
            }
        )
        # Digits alone are an id in a path, also when they are a short id.
        if isinstance(insight, str) and not insight.isdigit():
            try:
                return await self._read(insight, query)
            except ApiError as error:
                if error.problem.kind is not Kind.MISSING:
                    raise
                missing = error
        elif isinstance(insight, int):
            return await self._read(insight, query)
        else:
            missing = None
        rows = await self.list(short_id=insight, basic=True, limit=1)
        found = next((row for row in rows if row.short_id == insight), None)
        if found is not None:
            return await self._read(found.id, query)
        if missing is not None:
            raise missing
        return await self._read(insight, query)

    async def _read(self, insight: int | str, query: Mapping[str, str]) -> Insight:
        path = f"insights/{segment(insight)}/"
        answer = await self._client.in_project("GET", path, query=query, family="insights")
        return self._client.read(answer, Insight)

    async def create(
        self,
        *,
        format: Literal["json"] | None = None,  # noqa: A002
        **fields: Unpack[InsightFields],
    ) -> Insight:
        """Make an insight."""
        answer = await self._client.in_project(
            "POST", "insights/", query=query_of({"format": format}), body=_body(fields), family="insights"
        )
        return self._client.read(answer, Insight, write=True)

    async def create_csv(self, **fields: Unpack[InsightFields]) -> str:
        """Make an insight and have it told in CSV: one row of flattened fields."""
        answer = await self._client.in_project(
            "POST",
            "insights/",
            query={"format": "csv"},
            body=_body(fields),
            family="insights",
            accept="text/csv",
        )
        return answer.body.decode("utf-8", "replace")

    async def update(self, insight_id: int, **fields: Unpack[InsightFields]) -> Insight:
        """Change the given fields. `deleted=True` deletes an insight, `deleted=False` brings it back."""
        path = f"insights/{segment(insight_id)}/"
        answer = await self._client.in_project("PATCH", path, body=_body(fields), family="insights")
        return self._client.read(answer, Insight, write=True)

    async def query_status(self, query_id: str) -> QueryStatus:
        """How an asynchronous calculation fares."""
        answer = await self._client.in_project("GET", f"query/{segment(query_id)}/")
        data = self._client.json(answer)
        inner = data.get("query_status") if isinstance(data, dict) else None
        try:
            return QueryStatus.model_validate(inner if isinstance(inner, dict) else data)
        except ValueError:
            raise self._client.unreadable(answer, "no query status") from None


def _body(fields: InsightFields) -> dict[str, Any]:
    """The body of a write: the folder under the server's own name, a verbatim query as it came."""
    body: dict[str, Any] = dict(fields)
    if "create_in_folder" in body:
        body["_create_in_folder"] = body.pop("create_in_folder")
    if isinstance(body.get("query"), Verbatim):
        body["query"] = body["query"].for_sending()
    return body
