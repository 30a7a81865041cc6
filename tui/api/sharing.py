"""The sharing configuration of an insight: its public link, and the passwords of that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from tui.api.models import CreatedPassword, SharingConfiguration
from tui.api.paths import segment
from tui.text import Secret

if TYPE_CHECKING:
    from tui.api.client import Client


class SharingFields(TypedDict, total=False):
    """What can be written. Only the given ones are sent."""

    enabled: bool
    password_required: bool
    settings: Mapping[str, Any] | None
    """The whole object: the server replaces what it has."""


class Sharing:
    """`client.sharing`. Insights are named by their integer id: a short id makes the server fail."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def read(self, insight_id: int) -> SharingConfiguration:
        """The configuration; reading never saves one."""
        answer = await self._client.in_project("GET", f"insights/{segment(insight_id)}/sharing/")
        return self._client.read(answer, SharingConfiguration)

    async def read_dashboard(self, dashboard_id: int) -> SharingConfiguration:
        """The configuration of a dashboard's link."""
        answer = await self._client.in_project("GET", f"dashboards/{segment(dashboard_id)}/sharing/")
        return self._client.read(answer, SharingConfiguration)

    async def update(self, insight_id: int, **fields: Unpack[SharingFields]) -> SharingConfiguration:
        """Switch the link on or off, protect it, replace its settings (PATCH)."""
        path = f"insights/{segment(insight_id)}/sharing/"
        answer = await self._client.in_project("PATCH", path, body=fields)
        return self._client.read(answer, SharingConfiguration, write=True)

    async def refresh(self, insight_id: int, **fields: Unpack[SharingFields]) -> SharingConfiguration:
        """Make a new token; the old one lives for five more minutes.

        The published pages name the fields of the configuration as its body. Servers carry the
        configuration over and ignore a body, so none is sent unless asked for.
        """
        path = f"insights/{segment(insight_id)}/sharing/refresh/"
        answer = await self._client.in_project("POST", path, body=fields or None)
        return self._client.read(answer, SharingConfiguration, write=True)

    async def create_password(
        self,
        insight_id: int,
        raw_password: Secret | None = None,
        note: str | None = None,
        **fields: Unpack[SharingFields],
    ) -> CreatedPassword:
        """Add a password; without one the server makes it. Only this answer holds it.

        `fields` are what the published pages name as the body; servers take `raw_password` and `note`.
        """
        body: dict[str, Any] = dict(fields)
        if raw_password is not None:
            body["raw_password"] = raw_password.reveal()
        if note is not None:
            body["note"] = note
        path = f"insights/{segment(insight_id)}/sharing/passwords/"
        secrets = () if raw_password is None else (raw_password,)
        answer = await self._client.in_project("POST", path, body=body, secrets=secrets)
        return self._client.read(answer, CreatedPassword, write=True)

    async def delete_password(self, insight_id: int, password_id: int) -> None:
        """Delete a password; sessions opened with it end at once."""
        path = f"insights/{segment(insight_id)}/sharing/passwords/{segment(password_id)}/"
        self._client.done(await self._client.in_project("DELETE", path))
