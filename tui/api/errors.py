"""What can go wrong with a request: a closed family of problems, each in words an operator can act on.

A problem says what happened, what it means, what to do, whether the server may have carried the request out,
and whether asking again can help. This module needs the standard library only, so that screens can read
problems before the HTTP library is loaded. `tui.api.refusals` turns a server's answer into a problem.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from enum import StrEnum

from tui.text import clean


class Sent(StrEnum):
    """Whether the server may have carried a request out. A read changes nothing and is never UNKNOWN."""

    NO = "no"
    """Certainly not: it never reached the server (not resolved, refused, TLS, or held back here)."""
    REFUSED = "refused"
    """The server answered that it did not do it."""
    UNKNOWN = "unknown"
    """It may have been done: the answer was lost, cut, late, unreadable, or a server error."""


class Kind(StrEnum):
    """What kind of thing went wrong."""

    OFFLINE = "offline"
    TIMEOUT = "timeout"
    TLS = "tls"
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CONFLICT = "conflict"
    LIMITED = "limited"
    REJECTED = "rejected"
    BROKEN = "broken"
    UNREADABLE = "unreadable"
    ELSEWHERE = "elsewhere"
    """A redirect, or the next page, on another origin: the key does not go there."""
    CANCELLED = "cancelled"


MAY_RETRY = frozenset({Kind.OFFLINE, Kind.TIMEOUT, Kind.LIMITED, Kind.BROKEN, Kind.CANCELLED})
"""The kinds where the same request can have another outcome later."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong. All texts are clean and hold no secret."""

    kind: Kind
    what: str
    """One plain sentence: what happened, with the host where it helps."""
    means: str
    """What follows from it, or empty."""
    help: str
    """What to do, with the key when there is one, or empty."""
    sent: Sent
    status: int | None = None
    """The HTTP status, None without an answer."""
    code: str = ""
    """The server's code, such as `permission_denied`, or read_only, not_routed, connect_timeout from here."""
    detail: str = ""
    """The server's own words, cleaned."""
    attr: str | None = None
    """The field the server complains about, nested names joined with `__`."""
    scope: str | None = None
    """The missing scope of the key, such as `sharing_configuration:write`."""
    wait: float | None = None
    """Seconds until asking again makes sense."""
    may_retry: bool = False
    at: float = 0.0
    """When it was seen, in seconds since the epoch."""


class ApiError(Exception):
    """A request that did not give what was asked for; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


READ_ONLY = "Not sent: this profile is read-only. Start without --read-only to change things."
MAYBE = "It may have been carried out."
READ_BACK = "r reads what is true now."
KEYS_PAGE = "PostHog, Settings, Personal API keys"


def read_only(at: float) -> Problem:
    """A write that a read-only profile holds back: nothing left this machine."""
    return Problem(Kind.FORBIDDEN, READ_ONLY, "", "", Sent.NO, code="read_only", at=at)


CONNECT_TIMEOUT = "connect_timeout"
"""The code of a TIMEOUT that came before anything was sent."""


def used_up(host: str, wait: float, at: float) -> Problem:
    """A request held back because the rate limit has no room for it within a reasonable time."""
    return Problem(
        Kind.LIMITED,
        f"Not sent: the rate limit of {host} is used up.",
        f"There is room again in {wait:.0f} s.",
        "r tries again then.",
        Sent.NO,
        wait=wait,
        may_retry=True,
        at=at,
    )


def unsendable(at: float) -> Problem:
    """A request that cannot be written down, mostly because of a key with line breaks or foreign letters."""
    return Problem(
        Kind.REJECTED,
        "Not sent: the key or a value has characters that a request cannot hold.",
        "Nothing was changed.",
        "Check that the key was copied whole and without blanks.",
        Sent.NO,
        at=at,
    )


def no_connection(host: str, error: BaseException) -> tuple[Kind, str]:
    """Tell DNS, TLS and a closed door apart by what lies behind a library's exception."""
    causes: list[BaseException] = [error]
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return Kind.OFFLINE, f"{host} could not be found (DNS)."
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Kind.TLS, f"{host} could not prove who it is (TLS certificate)."
        if isinstance(cause, ssl.SSLError):
            return Kind.TLS, f"{host} could not be spoken to safely (TLS)."
        if isinstance(cause, ConnectionRefusedError):
            return Kind.OFFLINE, f"{host} does not accept connections."
        # One address of a host after the other is tried: their errors come as a group.
        below = cause.exceptions if isinstance(cause, BaseExceptionGroup) else ()
        causes += [one for one in (cause.__cause__ or cause.__context__, *below) if one is not None]
    return Kind.OFFLINE, f"{host} could not be reached."


def lost(kind: Kind, what: str, *, sent: Sent, at: float) -> Problem:
    """A request without an answer: what happened on the way, and what that leaves open."""
    means, advice = {
        Sent.NO: ("Nothing was changed.", "r tries again."),
        Sent.REFUSED: ("Nothing was changed.", "r tries again."),
        Sent.UNKNOWN: (MAYBE, READ_BACK),
    }[sent]
    if kind is Kind.TLS:
        advice = "Check the host, this machine's clock and its certificates."
    return Problem(kind, what, means, advice, sent, may_retry=kind in MAY_RETRY, at=at)


def unreadable(host: str, *, why: str, write: bool, at: float, status: int | None = None) -> Problem:
    """An answer that says success but is not what PostHog sends; for a write the outcome stays unknown."""
    return Problem(
        Kind.UNREADABLE,
        f"{host} answered with something that could not be read: {clean(why, limit=300)}.",
        MAYBE if write else "",
        READ_BACK if write else "Check that the host is a PostHog and no proxy or login page.",
        Sent.UNKNOWN if write else Sent.REFUSED,
        status,
        at=at,
    )


def elsewhere(host: str, target: str, *, sent: Sent, at: float, status: int | None = None) -> Problem:
    """A redirect, or a next page, that leads to another origin or around in a circle."""
    return Problem(
        Kind.ELSEWHERE,
        f"{host} sends this request on to {clean(target, limit=200) or 'nowhere'}.",
        MAYBE if sent is Sent.UNKNOWN else "The key was not sent there.",
        "If that is your PostHog, set it as the host.",
        sent,
        status,
        at=at,
    )
