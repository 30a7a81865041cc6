"""Faults on order: what a network, a proxy or a tired server can do to a request.

A specification is a list of rules separated by `;`. A rule is

    [METHOD] [PATH] ACTION [xN] [after=N]

METHOD is an HTTP method or `*` for any. PATH is a piece of the request's path and begins with `/`; with
`~` before it it is a regular expression. `xN` ends the rule after N strikes, `after=N` lets the first N
matching requests pass. For example: `PATCH /sharing/ drop-after x1; GET /insights/ 500 x2; * delay=0.3`.

ACTION is one of

    drop-before       the connection is closed, the request is not carried out
    drop-after        the request is carried out, the connection is closed without an answer
    delay=SECONDS     the answer is late; rules after this one still apply
    429, 429=SECONDS  throttled, not carried out; Retry-After is SECONDS (59)
    500, 502          not carried out; the server's error envelope, or a proxy's HTML page
    html              not carried out; a 200 page of HTML, as a portal in the way answers
    cut               carried out, the answer stops half-way through its JSON
    wrong             carried out, the answer is valid JSON of another shape
    empty             carried out, the answer has no body

The first rule that matches and is not a delay decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

BEFORE = frozenset({"drop-before", "429", "500", "502", "html"})
AFTER = frozenset({"drop-after", "cut", "wrong", "empty"})
METHODS = frozenset({"*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class BadFault(ValueError):
    """A specification that cannot be understood. Its text says why, in one line."""


class Dropped(ConnectionResetError):
    """Leaves the application without an answer; the server closes the connection."""


@dataclass
class Rule:
    """One rule, and how much of it is left."""

    action: str
    method: str = "*"
    path: str = ""
    pattern: re.Pattern[str] | None = None
    argument: float | None = None
    left: int | None = None
    skip: int = 0

    def strikes(self, method: str, path: str) -> bool:
        """Whether the rule applies to this request. Counts the request when it does match."""
        if self.left == 0 or self.method not in ("*", method):
            return False
        if not (self.pattern.search(path) if self.pattern else self.path in path):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.left is not None:
            self.left -= 1
        return True


@dataclass(frozen=True)
class Strike:
    """What one request has to suffer: seconds of delay, then an action, or none."""

    delay: float = 0.0
    action: str | None = None
    argument: float | None = None


def parse_rule(text: str) -> Rule:
    """One rule. Raises `BadFault`."""
    rule = Rule(action="")
    for position, word in enumerate(text.split()):
        name, _, argument = word.partition("=")
        if position == 0 and word.upper() in METHODS:
            rule.method = word.upper()
        elif word.startswith("~"):
            try:
                rule.pattern = re.compile(word[1:])
            except re.error as error:
                raise BadFault(f"fault {text!r}: {word[1:]!r} is no regular expression ({error})") from None
        elif word.startswith("/"):
            rule.path = word
        elif re.fullmatch(r"x\d+", word):
            rule.left = int(word[1:])
        elif name == "after" and argument.isdecimal():
            rule.skip = int(argument)
        elif not rule.action and (name in ("delay", "429") or word in BEFORE | AFTER):
            rule.action = name
            rule.argument = _seconds(text, argument) if argument or name == "delay" else None
        else:
            raise BadFault(f"fault {text!r}: {word!r} is not understood")
    if not rule.action:
        raise BadFault(f"fault {text!r}: no action")
    return rule


def _seconds(text: str, argument: str) -> float:
    if not re.fullmatch(r"\d+(\.\d+)?", argument):
        raise BadFault(f"fault {text!r}: {argument!r} is no number of seconds")
    return float(argument)


@dataclass
class Faults:
    """The rules in force. Tests add to them while the server runs."""

    rules: list[Rule] = field(default_factory=list)

    def add(self, specification: str) -> None:
        """Add the rules of a specification. Raises `BadFault`, and then adds none of them."""
        self.rules += [parse_rule(text) for text in specification.split(";") if text.strip()]

    def clear(self) -> None:
        """Forget all rules."""
        self.rules.clear()

    def strike(self, method: str, path: str) -> Strike:
        """What happens to this request; counts it in every rule that was asked."""
        delay = 0.0
        for rule in self.rules:
            if rule.strikes(method, path):
                if rule.action != "delay":
                    return Strike(delay, rule.action, rule.argument)
                delay += rule.argument or 0.0
        return Strike(delay)
