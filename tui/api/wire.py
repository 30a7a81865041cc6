"""What travels through the funnel: a request before it leaves, its answer, and the note of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from tui.api.budget import Family
from tui.api.errors import Problem
from tui.text import Secret, mask

MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ask:
    """One request before it leaves."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes | None
    family: Family
    accept: str
    bearer: Secret | None
    writes: bool
    """Whether it can change something: a read-only client holds it back, a lost answer leaves it unknown."""
    tries: int
    secrets: tuple[Secret, ...]
    """What must not appear in a log or in a problem."""

    @property
    def target(self) -> str:
        """Path and query as they are sent."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    @property
    def shown(self) -> str:
        """Path and query with secrets masked."""
        whole = self.target
        for secret in self.secrets:
            if secret:
                whole = whole.replace(secret.reveal(), mask(secret.reveal()))
        return whole

    @property
    def headers(self) -> dict[str, str]:
        """The headers of this request, the key among them."""
        headers = {"Accept": self.accept}
        if self.body is not None:
            headers["Content-Type"] = "application/json"
        if self.bearer:
            headers["Authorization"] = f"Bearer {self.bearer.reveal()}"
        return headers


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer, read to its end."""

    status: int
    content_type: str
    body: bytes
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Call:
    """One request, for a request log: nothing in it is secret."""

    at: float
    method: str
    path: str
    """Path and query; a share token in it is masked."""
    status: int | None
    milliseconds: int
    bytes: int
    """Size of the answer's body, unpacked."""
    problem: Problem | None = None


class TooLarge(Exception):
    """An answer longer than what is read."""

    def __init__(self, status: int, largest: int) -> None:
        super().__init__(f"more than {largest / MEBIBYTE:,.0f} MiB")
        self.status = status
        self.largest = largest
