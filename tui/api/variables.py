"""Insight variables: every operation of PostHog's API on them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict, Unpack
from urllib.parse import parse_qs, urlsplit

from tui.api.models import InsightVariable, Page
from tui.api.paths import segment

if TYPE_CHECKING:
    from tui.api.client import Client

MOST_PAGES: Final = 200
"""Pages of 500 read before a list is taken to be without end."""


class VariableFields(TypedDict, total=False):
    """What can be written. PostHog ignores a `code_name`: it is made of the name once and stays."""

    name: str
    type: str
    """String, Number, Boolean, List or Date."""
    default_value: Any
    values: Any
    is_multi: bool
    values_query: str | None
    values_query_connection_id: str | None


class Variables:
    """`client.variables`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def list(self, page: int | Literal["last"] | None = None) -> Page[InsightVariable]:
        """One page, 500 variables at most, in no particular order."""
        return await self._page({} if page is None else {"page": str(page)})

    async def all(self) -> AsyncIterator[InsightVariable]:
        """Every variable, page after page. Of the server's `next` only the query string is followed."""
        query: dict[str, str] = {}
        seen: list[dict[str, str]] = []
        ids: set[str] = set()
        while query not in seen and len(seen) < MOST_PAGES:
            seen.append(query)
            page = await self._page(query)
            for variable in page.results:
                if variable.id not in ids:
                    ids.add(variable.id)
                    yield variable
            if not page.next:
                return
            query = next_query(page.next)

    async def _page(self, query: dict[str, str]) -> Page[InsightVariable]:
        answer = await self._client.in_project("GET", "insight_variables/", query=query)
        return self._client.read_page(answer, InsightVariable)

    async def read(self, variable_id: str) -> InsightVariable:
        """One variable."""
        answer = await self._client.in_project("GET", f"insight_variables/{segment(variable_id)}/")
        return self._client.read(answer, InsightVariable)

    async def create(self, **fields: Unpack[VariableFields]) -> InsightVariable:
        """Make a variable; `name` and `type` are needed."""
        answer = await self._client.in_project("POST", "insight_variables/", body=fields)
        return self._client.read(answer, InsightVariable, write=True)

    async def update(self, variable_id: str, **fields: Unpack[VariableFields]) -> InsightVariable:
        """Change the given fields (PATCH)."""
        path = f"insight_variables/{segment(variable_id)}/"
        answer = await self._client.in_project("PATCH", path, body=fields)
        return self._client.read(answer, InsightVariable, write=True)

    async def replace(self, variable_id: str, **fields: Unpack[VariableFields]) -> InsightVariable:
        """Write the variable (PUT); `name` and `type` are needed, fields left out keep their values."""
        path = f"insight_variables/{segment(variable_id)}/"
        answer = await self._client.in_project("PUT", path, body=fields)
        return self._client.read(answer, InsightVariable, write=True)

    async def delete(self, variable_id: str) -> None:
        """Delete a variable for good. PostHog neither asks nor warns when insights use it."""
        path = f"insight_variables/{segment(variable_id)}/"
        self._client.done(await self._client.in_project("DELETE", path))


def next_query(address: str) -> dict[str, str]:
    """The query string of a server's `next`: behind a proxy its host and path may be another's."""
    try:
        query = urlsplit(address).query
    except ValueError:
        return {}
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
