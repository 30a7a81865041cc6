"""What PostHog answers, as frozen models.

They are tolerant of what servers add, rename or leave null, and clean every text (see `values`). Two things
are not guessed, because a wrong guess would be a wrong claim about what is public: the switches of a
sharing configuration and the ids. An answer that lacks them is no answer of that kind and raises
`pydantic.ValidationError`, which the client turns into an UNREADABLE problem. Times are seconds since the
epoch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from tui.api.errors import Problem
from tui.api.queries import kind_of, variables_of
from tui.api.values import (
    Count,
    Flag,
    Hidden,
    Json,
    JsonObject,
    Prose,
    Switch,
    Text,
    Texts,
    Time,
    to_count,
    to_items,
    to_text,
)
from tui.text import Secret


class Model(BaseModel):
    """What all of them share: frozen, deaf to unknown fields, and silent about the input in errors."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, allow_inf_nan=True)


ModelT = TypeVar("ModelT", bound=Model)


def to_ids(value: object) -> tuple[int, ...]:
    """The whole numbers of a list."""
    return tuple(number for item in to_items(value) if (number := to_count(item)) is not None)


Ids = Annotated[tuple[int, ...], BeforeValidator(to_ids)]


class User(Model):
    """A person as PostHog names the authors of things."""

    id: Annotated[int, BeforeValidator(lambda value: to_count(value) or 0)] = 0
    """Zero when the server does not say."""
    uuid: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    email: Text = ""

    @property
    def label(self) -> str:
        """First and last name, else the e-mail address."""
        return f"{self.first_name} {self.last_name}".strip() or self.email


_PERSON: Final = ("id", "uuid", "first_name", "last_name", "email")


@lru_cache(maxsize=1024)
def _user(values: tuple[object, ...]) -> User:
    return User.model_validate(dict(zip(_PERSON, values, strict=True)))


def to_person(value: object) -> User | None:
    """The author of something. The rows of a list share one object for each person."""
    if isinstance(value, User):
        return value
    values = tuple(value.get(name) for name in _PERSON) if isinstance(value, dict) else ()
    if not values or not all(item is None or isinstance(item, str | int) for item in values):
        return None
    return _user(values)


Person = Annotated[User | None, BeforeValidator(to_person)]


# ---------------------------------------------------------------------------------------------- insights


def _dashboards_of(data: dict[str, Any]) -> tuple[int, ...]:
    tiles = data.get("dashboard_tiles")
    if isinstance(tiles, list):
        return to_ids([t.get("dashboard_id") for t in tiles if isinstance(t, dict) and not t.get("deleted")])
    return to_ids(data.get("dashboards"))


class InsightRow(Model):
    """One insight as a list shows it: about a dozen fields, no result."""

    id: int
    short_id: Text = ""
    name: Text = ""
    derived_name: Text = ""
    description: Prose = ""
    tags: Texts = ()
    favorited: Flag = False
    kind: Text = "json"
    variables: Texts = ()
    """Code names of the insight variables its query uses."""
    dashboards: Ids = ()
    created_at: Time = None
    created_by: Person = None
    last_modified_at: Time = None
    last_modified_by: Person = None
    last_viewed_at: Time = None

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, data: object) -> object:
        """Read kind, variables and dashboards out of the server's fields; a written-out row lacks those."""
        if not isinstance(data, dict) or ("kind" in data and "query" not in data):
            return data
        query = data.get("query")
        return {
            **data,
            "kind": kind_of(query, data.get("filters")),
            "variables": variables_of(query),
            "dashboards": _dashboards_of(data),
        }

    @property
    def title(self) -> str:
        """Its name, else the name PostHog derived from the query, else its short id."""
        return self.name or self.derived_name or f"Untitled, {self.short_id}"


class QueryStatus(Model):
    """How a query fares: PostHog answers 200 for a query that failed, and says so here."""

    id: Text = ""
    complete: Flag = False
    error: Flag = False
    error_message: Prose = ""
    error_code: Text = ""
    results: Json = None


class Verbatim:
    """Free JSON exactly as the server sent it, to be sent back unchanged and never to be shown."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    def for_sending(self) -> Any:
        """The value, uncleaned."""
        return self._value

    def __repr__(self) -> str:
        return "Verbatim(...)"


def _to_verbatim(value: object) -> Verbatim:
    return value if isinstance(value, Verbatim) else Verbatim(value)


def _to_pairs(value: object) -> tuple[tuple[str, str], ...]:
    """Column name and ClickHouse type; an entry that is only a type has an empty name."""
    pairs = []
    for item in to_items(value):
        if isinstance(item, list | tuple) and len(item) >= 2:
            pairs.append((to_text(item[0]), to_text(item[1])))
        else:
            pairs.append(("", to_text(item)))
    return tuple(pairs)


class Insight(InsightRow):
    """An opened insight: its query and its result as the server has it cached or computed."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    query: JsonObject = Field(default_factory=dict)
    verbatim_query: Annotated[Verbatim, BeforeValidator(_to_verbatim)] = Field(
        default_factory=lambda: Verbatim(None), exclude=True, repr=False
    )
    """The query as it came, for a copy of this insight: a cleaned one could compute something else."""
    order: Count = None
    deleted: Flag = False
    result: Json = None
    columns: Texts = ()
    types: Annotated[tuple[tuple[str, str], ...], BeforeValidator(_to_pairs)] = ()
    has_more: Flag = Field(default=False, validation_alias=AliasChoices("hasMore", "has_more"))
    last_refresh: Time = None
    is_cached: Flag = False
    cache_target_age: Time = None
    next_allowed_client_refresh: Time = None
    query_status: QueryStatus | None = None
    timezone: Text = ""
    resolved_date_range: JsonObject = Field(default_factory=dict)
    hogql: Prose = ""
    user_access_level: Text = ""
    updated_at: Time = None

    @model_validator(mode="before")
    @classmethod
    def _keep_verbatim(cls, data: object) -> object:
        if not isinstance(data, dict) or "verbatim_query" in data:
            return data
        status = data.get("query_status")
        return {
            **data,
            "verbatim_query": Verbatim(data.get("query")),
            "query_status": status if isinstance(status, dict | QueryStatus) else None,
        }


# --------------------------------------------------------------------------------------------- variables


class InsightVariable(Model):
    """An insight variable. `code_name` is fixed when it is made; a rename changes `name` only."""

    id: Text = Field(min_length=1)
    name: Text = ""
    type: Text = ""
    default_value: Json = None
    created_by: Count = None
    created_at: Time = None
    code_name: Text = ""
    values: Json = None
    is_multi: Flag = False
    values_query: Prose = ""
    values_query_connection_id: Text = ""


# ----------------------------------------------------------------------------------------------- sharing

LinkState = Literal["never", "off", "open", "password", "locked"]


class SharePassword(Model):
    """A password of a link, without the password: the server shows that once, when it is made."""

    id: int
    note: Text = ""
    created_at: Time = None
    created_by_email: Text = ""
    is_active: Switch = True


class CreatedPassword(Model):
    """A password that was just made: the only answer that holds it."""

    id: int
    password: Hidden
    note: Text = ""
    created_at: Time = None
    created_by_email: Text = ""


class SharingConfiguration(Model):
    """What the world can do with one insight. Take the token from the last answer: a refresh changes it."""

    enabled: Switch
    access_token: Hidden = Secret("")
    settings: JsonObject = Field(default_factory=dict)
    password_required: Switch = False
    share_passwords: tuple[SharePassword, ...] = ()
    created_at: Time = None
    user_access_level: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _unwrap(cls, data: object) -> object:
        """The published schema calls it a list, servers send an object. A null reads as the default."""
        if isinstance(data, list) and len(data) == 1:
            data = data[0]
        return {name: value for name, value in data.items() if value is not None} if isinstance(data, dict) else data

    @property
    def saved(self) -> bool:
        """Whether a configuration exists; without one the token is a throw-away that never works."""
        return self.created_at is not None or self.enabled

    @property
    def active_passwords(self) -> tuple[SharePassword, ...]:
        """The passwords that open the link while it is protected."""
        return tuple(password for password in self.share_passwords if password.is_active)

    @property
    def state(self) -> LinkState:
        """Never saved, off, open to anyone, behind a password, or locked: protected while none exists."""
        if not self.enabled:
            return "off" if self.saved else "never"
        if not self.password_required:
            return "open"
        return "password" if self.active_passwords else "locked"


Verdict = Literal["dead", "open", "password", "limited", "unclear"]


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """What a link answered to somebody without a key. `unclear` says why in `problem`."""

    verdict: Verdict
    status: int | None
    """The HTTP status, None without an answer."""
    milliseconds: int
    at: float
    insight: str = ""
    """The short id of the insight that is shown, when it is open."""
    name: str = ""
    with_password: bool = False
    """Whether it opened because of the password that was given."""
    problem: Problem | None = None


# -------------------------------------------------------------------------------------------------- pages


@dataclass(frozen=True, slots=True)
class Page(Generic[ModelT]):
    """One page of a list."""

    results: tuple[ModelT, ...]
    count: int
    """How many there are in all, as far as the server says."""
    next: str = ""
    """The server's address of the next page; only its query string is ever followed."""
    previous: str = ""
    unreadable: int = 0
    """Rows left out because they are not of this kind."""

    def __iter__(self) -> Iterator[ModelT]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)


def _address(value: object) -> str:
    return value if isinstance(value, str) else ""


def read_page(data: object, model: type[ModelT]) -> Page[ModelT]:
    """A page from the server's {"count", "next", "previous", "results"}, or from a bare list.

    Raises ValueError when there is no list of rows, or when there are rows and none of them can be read.
    """
    whole: dict[str, Any] = data if isinstance(data, dict) else {"results": data}
    rows = whole.get("results")
    if not isinstance(rows, list):
        raise ValueError("an answer without a list of results")
    read: list[ModelT] = []
    for row in rows:
        try:
            read.append(model.model_validate(row))
        except (ValidationError, RecursionError):
            continue
    if rows and not read:
        raise ValueError(f"{len(rows)} rows that cannot be read")
    count = to_count(whole.get("count"))
    return Page(
        tuple(read),
        len(rows) if count is None else count,
        _address(whole.get("next")),
        _address(whole.get("previous")),
        len(rows) - len(read),
    )
