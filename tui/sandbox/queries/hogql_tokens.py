"""HogQL text as a tree of tokens and brackets, with variables filled in as constants."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tui.sandbox.queries.model import QueryProblem

PATTERN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<string>'(?:[^'\\]|\\.|'')*')
      | (?P<quoted>`[^`]*`|"[^"]*")
      | (?P<number>\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)
      | (?P<name>[^\W\d][\w$]*|\$[\w$]+)
      | (?P<placeholder>\{[^{}]*\})
      | (?P<mark><=|>=|<>|!=|==|\|\||::|[-+*/%=<>(),.;\[\]])""",
    re.VERBOSE | re.DOTALL,
)
VARIABLE = re.compile(r"\{\s*variables\.([^\s{}]+)\s*\}")
CLOSING = {"(": ")", "[": "]"}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "", "b": "\b"}
DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the query: `kind` is name, quoted, string, number or mark; `value` is its meaning."""

    kind: str
    value: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """A keyword in capitals; empty for anything but a bare name."""
        return self.value.upper() if self.kind == "name" else ""


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between a pair of brackets, `(` or `[`."""

    bracket: str
    nodes: list[Node]
    start: int
    end: int


Node = Token | Group


def references(query: str) -> list[str]:
    """The code names of the variables a query refers to, in order, each once.

    A reference inside quotes is plain text, as it is for PostHog, and so is one inside a comment.
    """
    found: dict[str, None] = {}
    for match in PATTERN.finditer(query):
        if match.lastgroup == "placeholder" and (name := VARIABLE.fullmatch(match[0])):
            found[name[1]] = None
    return list(found)


def parse(query: str, variables: Mapping[str, object], filters: str) -> list[Node]:
    """The tree of a query. `filters` is HogQL that stands in for `{filters}`.

    Raises `QueryProblem` for text that is no HogQL, for brackets that do not match, and for a variable
    that has no value here.
    """
    nodes: list[Node] = []
    stack: list[tuple[str, int, list[Node]]] = []
    for token in tokens(query, variables, filters):
        if token.kind == "mark" and token.value in CLOSING:
            if len(stack) >= DEEPEST:
                raise QueryProblem("The query is nested too deeply.")
            stack.append((token.value, token.start, nodes))
            nodes = []
        elif token.kind == "mark" and token.value in CLOSING.values():
            if not stack or CLOSING[stack[-1][0]] != token.value:
                raise QueryProblem(f"mismatched input '{token.value}' expecting <EOF>")
            bracket, start, outer = stack.pop()
            outer.append(Group(bracket, nodes, start, token.end))
            nodes = outer
        else:
            nodes.append(token)
    if stack:
        raise QueryProblem(f"mismatched input '<EOF>' expecting '{CLOSING[stack[-1][0]]}'")
    return nodes


def tokens(query: str, variables: Mapping[str, object], filters: str) -> Iterator[Token]:
    """The words of a query without blanks and comments.

    A name behind a dot is no keyword (`properties.order`).
    """
    at, after_dot = 0, False
    while at < len(query):
        match = PATTERN.match(query, at)
        if match is None:
            raise QueryProblem(f"token recognition error at: '{query[at : at + 20]}'")
        at, kind, word = match.end(), match.lastgroup or "", match[0]
        if kind == "placeholder":
            inner = filled(word, variables, filters)
            yield from (Token(x.kind, x.value, match.start(), at) for x in tokens(inner, {}, ""))
        elif kind == "string":
            yield Token(kind, unescape(word[1:-1]), match.start(), at)
        elif kind == "quoted":
            yield Token(kind, word[1:-1], match.start(), at)
        elif kind != "space":
            yield Token("quoted" if kind == "name" and after_dot else kind, word, match.start(), at)
        after_dot = word == "."


def filled(placeholder: str, variables: Mapping[str, object], filters: str) -> str:
    """The HogQL that stands in for `{...}`."""
    if match := VARIABLE.fullmatch(placeholder):
        if match[1] not in variables:
            raise QueryProblem(f"Variable {match[1]} is missing from query")
        return constant(variables[match[1]])
    if placeholder.strip("{} \t\n") == "filters":
        return f"({filters})"
    raise QueryProblem(f"Unresolved placeholder: {placeholder[:60]}")


def constant(value: object) -> str:
    """A value as a HogQL constant of its own type; a list becomes an array, an object its text."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        number = repr(value)
        if number in ("nan", "inf", "-inf"):
            return "NULL"
        return f"({number})" if value < 0 else number
    if isinstance(value, list):
        return "[" + ", ".join(constant(item) for item in value) + "]"
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def unescape(body: str) -> str:
    """The text of a string constant: backslash escapes as in ClickHouse, and doubled quotes."""
    body = body.replace("''", "\\'")
    return re.sub(r"\\(.)", lambda match: ESCAPES.get(match[1], match[1]), body, flags=re.DOTALL)
