"""From a server's refusal to a `Problem`: PostHog's messages recognised, everything else described plainly.

PostHog answers with {"type", "code", "detail", "attr"}; several sharing answers are {"error"} instead,
proxies answer with HTML, and old servers use other words for the same thing. A wrong key is 401 on some
endpoints and 403 on others, so the code decides, not the status. Standard library only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from tui.api.errors import KEYS_PAGE, MAY_RETRY, MAYBE, READ_BACK, Kind, Problem, Sent
from tui.text import clean

NOT_ROUTED: Final = "not_routed"
"""The code of a 404 that comes from no PostHog view: the path itself is unknown there."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A message PostHog is known to send. Words may hold {host}, {method} and the pattern's groups."""

    pattern: re.Pattern[str]
    kind: Kind
    what: str
    means: str = ""
    help: str = ""
    path: str = ""
    """Part of the path the message must come from, or empty."""


def _known(pattern: str, kind: Kind, what: str, means: str = "", advice: str = "", path: str = "") -> _Known:
    return _Known(re.compile(pattern, re.IGNORECASE | re.DOTALL), kind, what, means, advice, path)


# The first that fits is taken. The patterns are pieces of PostHog's own messages.
_MESSAGES: Final = (
    _known(
        r"missing required scope '(?P<scope>[^']{1,80})'",
        Kind.FORBIDDEN,
        "The key lacks the permission {scope}.",
        advice=f"Add {{scope}} to the key: {KEYS_PAGE}.",
    ),
    _known(
        "does not support personal api key access",
        Kind.FORBIDDEN,
        "This PostHog lets no key read or change insight variables.",
        "It is older than the permission insight_variable.",
        "Update PostHog, or edit variables in its web pages.",
        path="insight_variables",
    ),
    _known(
        "does not support personal api key access",
        Kind.FORBIDDEN,
        "This PostHog lets no key do this ({method}).",
        advice="Do it in PostHog's web pages, or update PostHog.",
    ),
    _known(
        r"does not have access to the requested project",
        Kind.FORBIDDEN,
        "The key is not made for this project.",
        advice=f"Choose one of its projects, or add this one to the key: {KEYS_PAGE}.",
    ),
    _known(
        "does not have access to the requested organization",
        Kind.FORBIDDEN,
        "The key is not made for this organization.",
        advice=f"Add the organization to the key: {KEYS_PAGE}.",
    ),
    _known(
        "scoped projects are only supported on project-based",
        Kind.FORBIDDEN,
        "The key is limited to certain projects, so it cannot list organizations.",
        advice="Name the project with --project.",
    ),
    _known(
        "does not allow using personal api keys",
        Kind.FORBIDDEN,
        "The organization forbids personal API keys of its members.",
        advice="Ask an admin of the organization to allow them.",
    ),
    _known(
        "don't have access to the project",
        Kind.FORBIDDEN,
        "The owner of the key is not a member of this project.",
        advice="Ask for access to the project, or choose another one with --project.",
    ),
    _known(
        "public sharing is disabled",
        Kind.FORBIDDEN,
        "The organization forbids public links.",
        "Links that exist answer 404, whatever their configuration says.",
        "An admin can allow them in PostHog's organization settings.",
    ),
    _known(
        "requires the (?:access control|advanced permissions)",
        Kind.FORBIDDEN,
        "Passwords on links are a paid feature that this organization does not have.",
        advice="It comes with the plans Boost, Scale and Enterprise.",
    ),
    _known(
        "edit permissions for this insight",
        Kind.FORBIDDEN,
        "The owner of the key may not edit this insight.",
        advice="Ask somebody who may edit it for editor access.",
    ),
    _known(
        r"do not have (?P<level>[a-z]{1,20}) access",
        Kind.FORBIDDEN,
        "The owner of the key has no {level} access to this.",
        advice="Ask somebody who has it to grant {level} access.",
    ),
    _known(
        "^can't enable sharing",
        Kind.FORBIDDEN,
        "PostHog refuses to publish this insight: it reads a table the owner of the key may not read.",
        "The link stays off.",
        "Ask for access to the table, or let somebody publish it who has it.",
    ),
    _known(
        "^can't save this query",
        Kind.FORBIDDEN,
        "PostHog refuses this query: this public insight would read a table the key's owner may not read.",
        advice="Switch the link off first, or ask for access to the table.",
    ),
    _known(
        "sharing access token can only be used for get",
        Kind.FORBIDDEN,
        "A share token can only read.",
    ),
    _known("sharing access token is invalid", Kind.UNAUTHORISED, "The share token is not valid on {host}."),
    _known("incorrect password", Kind.UNAUTHORISED, "The password does not open this link."),
    _known(
        "personal api key found in request .* is invalid",
        Kind.UNAUTHORISED,
        "{host} does not know this key.",
        "It was deleted or rolled, or it belongs to another PostHog.",
        f"Check the host, or make a new key: {KEYS_PAGE}.",
    ),
    _known(
        "^(?:invalid access token|token invalid)",
        Kind.UNAUTHORISED,
        "What was sent as the key is another kind of token.",
        advice=f"A personal API key starts with phx_. Make one: {KEYS_PAGE}.",
    ),
    _known(
        "^project not found",
        Kind.MISSING,
        "{host} has no project with this id.",
        advice="Check --project and the host; the two clouds have different projects.",
    ),
    _known(
        "^insight not found",
        Kind.MISSING,
        "This insight does not exist, or it was deleted.",
        advice="r reads the list again.",
    ),
    _known(
        "^password not found",
        Kind.MISSING,
        "This password does not exist, or it was deleted.",
        "A rotation of the link gives its passwords new ids.",
        "r reads them again.",
    ),
    _known("^invalid page", Kind.MISSING, "There is no such page of the list.", advice="r reads the list again."),
    _known(
        "^no resource found",
        Kind.MISSING,
        "The link is on, but its insight was deleted.",
    ),
    _known(
        "^variable with .*already exists",
        Kind.CONFLICT,
        "A variable with this code name exists already.",
        "Names that differ only in case, blanks or signs have the same code name.",
        "Choose another name.",
    ),
    _known(
        "password protection must be enabled",
        Kind.REJECTED,
        "The link is not protected, so it takes no passwords.",
        advice="Switch the protection on first; p does both.",
    ),
    _known(
        "concurrency.limit|too many (?:simultaneous|concurrent)",
        Kind.BROKEN,
        "{host} runs too many queries of this project just now.",
        advice="r tries again.",
    ),
)


@dataclass(frozen=True, slots=True)
class _Words:
    """What a refusal says, cleaned; `spoke` tells whether it was PostHog's own form."""

    code: str = ""
    detail: str = ""
    attr: str | None = None
    spoke: bool = False


def problem_from_answer(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    host: str,
    method: str,
    path: str = "",
    write: bool | None = None,
    at: float = 0.0,
) -> Problem:
    """The problem a refusal stands for; `write` says whether the request could change something."""
    writes = method != "GET" if write is None else write
    words = _read(body)
    problem = _describe(status, headers, words, host, method, path, at)
    sent = _outcome(status) if writes else Sent.REFUSED
    problem = replace(
        problem,
        sent=sent,
        status=status,
        code=problem.code or words.code,
        detail=words.detail,
        attr=words.attr,
        may_retry=problem.kind in MAY_RETRY,
        at=at,
    )
    if sent is Sent.UNKNOWN:
        problem = replace(problem, means=MAYBE, help=READ_BACK)
    return problem


def _outcome(status: int) -> Sent:
    """Whether a write that was answered like this may have been carried out."""
    if status in (301, 302, 303) or (status >= 500 and status != 501):
        return Sent.UNKNOWN
    return Sent.REFUSED


def _read(body: bytes) -> _Words:
    """Take the words out of PostHog's envelope, of {"error"}, or of a framework's {"field": ["words"]}."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return _Words()
    if not isinstance(data, dict):
        return _Words()
    attr = data.get("attr")
    said = data.get("detail") or data.get("error")
    if not said:
        for field, value in data.items():
            if isinstance(value, list) and value and isinstance(value[0], str):
                attr, said = field, value[0]
                break
    code = data.get("code")
    return _Words(
        clean(code, limit=60) if isinstance(code, str) else "",
        clean(said if isinstance(said, str) else json.dumps(said), limit=600) if said else "",
        clean(attr, limit=120) if isinstance(attr, str) and attr else None,
        bool(said or code),
    )


def _describe(
    status: int, headers: Mapping[str, str], words: _Words, host: str, method: str, path: str, at: float
) -> Problem:
    def problem(kind: Kind, what: str, means: str = "", advice: str = "", **more: object) -> Problem:
        return replace(Problem(kind, what, means, advice, Sent.REFUSED), **more)  # type: ignore[arg-type]

    if status == 429 or words.code == "throttled":
        wait = _wait(headers, words.detail, at)
        when = f"It answers again in {wait:.0f} s." if wait is not None else "It answers again within the hour."
        return problem(Kind.LIMITED, f"{host} asks to slow down.", when, "r tries again then.", wait=wait)
    for known in _MESSAGES:
        if known.path in path and (match := known.pattern.search(words.detail)):
            fill = {"host": host, "method": method, **match.groupdict()}
            return problem(
                known.kind,
                known.what.format_map(fill),
                known.means.format_map(fill),
                known.help.format_map(fill),
                scope=fill.get("scope"),
            )
    if words.code in ("authentication_failed", "not_authenticated") or status == 401:
        what = f"{host} wants a key." if words.code == "not_authenticated" else f"{host} does not accept the key."
        return problem(Kind.UNAUTHORISED, what, advice=f"Check the host, or make a new key: {KEYS_PAGE}.")
    stop = "" if words.detail.endswith((".", "…")) else "."
    said = f": {words.detail}{stop}" if words.detail else "."
    if status == 404:
        if not words.spoke or words.detail.lower().endswith("endpoint not found."):
            what = f"{host} has no such address in its API."
            return problem(Kind.MISSING, what, advice="Check that the host is a PostHog.", code=NOT_ROUTED)
        return problem(Kind.MISSING, f"{host} does not have this{said}", advice="r reads the list again.")
    if status in (409, 412):
        return problem(Kind.CONFLICT, f"Somebody else changed this{said}", advice="r reads what is true now.")
    if status == 403:
        return problem(Kind.FORBIDDEN, f"{host} does not allow this{said}")
    if status == 405:
        what = f"This PostHog does not know {method} here."
        return problem(Kind.REJECTED, what, advice="Update PostHog, or do it in its web pages.")
    if 400 <= status < 500:
        about = f" of {words.attr}" if words.attr else ""
        said = said if words.detail else f" ({status})."
        return problem(
            Kind.REJECTED,
            f"{host} did not accept the value{about}{said}" if about else f"{host} did not accept this{said}",
        )
    if status in (503, 504, 512):
        return problem(Kind.BROKEN, f"{host} has no capacity just now ({status}).", advice="r tries again.")
    if status >= 500:
        return problem(Kind.BROKEN, f"{host} failed ({status}).", advice="r tries again.")
    if 300 <= status < 400:
        return problem(Kind.ELSEWHERE, f"{host} sends this request on ({status}).")
    return problem(Kind.UNREADABLE, f"{host} gave an answer that makes no sense here ({status}).")


_AVAILABLE: Final = re.compile(r"available in (\d{1,6}) second")


def _wait(headers: Mapping[str, str], detail: str, at: float) -> float | None:
    """Seconds until the limit is over: Retry-After is rounded down by the server, so one more."""
    after = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    if after.isascii() and after.isdigit() and len(after) < 7:
        return float(after) + 1
    if after:
        try:
            moment = parsedate_to_datetime(after)
        except ValueError:
            pass
        else:
            seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - at
            return min(max(seconds, 0.0), 86_400.0) + 1
    found = _AVAILABLE.search(detail)
    return float(found[1]) + 1 if found else None
