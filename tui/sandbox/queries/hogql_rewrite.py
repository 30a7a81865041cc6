"""HogQL as SQLite's SQL: functions, properties, arrays, intervals, column names and the row limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tui.sandbox.queries.hogql_functions import call
from tui.sandbox.queries.hogql_tokens import Group, Node, Token
from tui.sandbox.queries.model import QueryProblem

KEYWORDS = {
    "SELECT", "FROM", "WHERE", "GROUP", "BY", "HAVING", "ORDER", "LIMIT", "OFFSET", "AS", "AND", "OR",
    "NOT", "IN", "IS", "NULL", "LIKE", "ILIKE", "BETWEEN", "CASE", "WHEN", "THEN", "ELSE", "END",
    "DISTINCT", "UNION", "ALL", "EXCEPT", "INTERSECT", "WITH", "RECURSIVE", "ON", "USING", "JOIN", "LEFT",
    "RIGHT", "INNER", "OUTER", "CROSS", "FULL", "ASC", "DESC", "NULLS", "FIRST", "LAST", "EXISTS", "OVER",
    "PARTITION", "ROWS", "RANGE", "UNBOUNDED", "PRECEDING", "FOLLOWING", "CURRENT", "ROW", "FILTER",
    "INTERVAL", "TRUE", "FALSE", "ANY", "ARRAY",
}  # fmt: skip
CONSTANTS = {"NULL", "TRUE", "FALSE", "END"}
ENDS_OF_SELECT = {
    "FROM",
    "WHERE",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "UNION",
    "EXCEPT",
    "INTERSECT",
}
UNITS = {"SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}
DEFAULT_LIMIT, HIGHEST_LIMIT = 100, 50_000


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A query for SQLite. It asks for one row more than `limit`, to know whether there are more."""

    sql: str
    limit: int


def rewrite(query: str, nodes: list[Node], now: datetime, tables: str) -> Rewritten:
    """Turn a parsed query into SQL. `tables` are the definitions of the tables, put in front as `WITH`.

    Raises `QueryProblem` when it does not begin as a query does, or uses what the sandbox does not know.
    """
    if nodes and is_mark(nodes[-1], ";"):
        nodes = nodes[:-1]
    first = nodes[0] if nodes else None
    if not isinstance(first, Token) or first.word not in ("SELECT", "WITH"):
        found = query[first.start : first.end][:40] if first else "<EOF>"
        raise QueryProblem(f"mismatched input '{found}' expecting {{SELECT, WITH}}")
    nodes, limit = limited(nodes)
    select = next((i for i, node in enumerate(nodes) if is_word(node, "SELECT")), None)
    if select is None:
        raise QueryProblem("mismatched input '<EOF>' expecting SELECT")
    end = next(
        (i for i in range(select, len(nodes)) if isinstance(x := nodes[i], Token) and x.word in ENDS_OF_SELECT),
        len(nodes),
    )
    recursive = len(nodes) > 1 and is_word(nodes[1], "RECURSIVE")
    before = nodes[1 + recursive : select] if first.word == "WITH" else []
    head = f"WITH {'RECURSIVE ' if recursive else ''}{tables}{', ' if before else ''}{render(before, now)}"
    columns = named_columns(query, nodes[select + 1 : end], now)
    return Rewritten(f"{head} SELECT {columns} {render(nodes[end:], now)}", limit)


def limited(nodes: list[Node]) -> tuple[list[Node], int]:
    """The query with its limit raised by one row, and the limit; 100 where it has none."""
    places = [i for i, node in enumerate(nodes) if is_word(node, "LIMIT")]
    if not places:
        extra = [Token("name", "LIMIT", 0, 0), Token("number", str(DEFAULT_LIMIT + 1), 0, 0)]
        offset = next((i for i, node in enumerate(nodes) if is_word(node, "OFFSET")), len(nodes))
        return [*nodes[:offset], *extra, *nodes[offset:]], DEFAULT_LIMIT
    place = places[-1] + 1
    number = nodes[place] if place < len(nodes) else None
    if not isinstance(number, Token) or number.kind != "number":
        raise QueryProblem("LIMIT must be a number")
    limit = min(int(float(number.value)), HIGHEST_LIMIT)
    raised = Token("number", str(limit + 1), number.start, number.end)
    return [*nodes[:place], raised, *nodes[place + 1 :]], limit


def named_columns(query: str, nodes: list[Node], now: datetime) -> str:
    """The columns of the outermost SELECT, each named as PostHog names it: by alias or by its own text."""
    distinct = "DISTINCT " if nodes and is_word(nodes[0], "DISTINCT") else ""
    parts = []
    for item in split(nodes[1:] if distinct else nodes):
        sql = render(item, now)
        lone = len(item) == 1 and isinstance(item[0], Token) and item[0].kind in ("name", "quoted")
        if item and not lone and not is_mark(item[-1], "*") and not has_alias(item):
            original = " ".join(query[item[0].start : item[-1].end].split())
            sql += f" AS {identifier(original)}"
        parts.append(sql)
    return distinct + ", ".join(parts)


def has_alias(item: list[Node]) -> bool:
    """Whether a column ends with a name of its own, with or without AS."""
    if any(is_word(node, "AS") for node in item):
        return True
    if len(item) < 2 or not isinstance(item[-1], Token) or item[-1].kind not in ("name", "quoted"):
        return False
    before = item[-2]
    if isinstance(before, Group):
        return item[-1].word not in KEYWORDS
    operand = before.kind != "mark" and (before.word not in KEYWORDS or before.word in CONSTANTS)
    return operand and item[-1].word not in KEYWORDS


def split(nodes: list[Node]) -> list[list[Node]]:
    """The parts between commas."""
    parts: list[list[Node]] = [[]]
    for node in nodes:
        if is_mark(node, ","):
            parts.append([])
        else:
            parts[-1].append(node)
    return parts if parts != [[]] else []


def render(nodes: list[Node], now: datetime) -> str:
    """A stretch of nodes as SQL."""
    out: list[str] = []
    i = 0
    while i < len(nodes):
        node = nodes[i]
        following = nodes[i + 1] if i + 1 < len(nodes) else None
        if isinstance(node, Group):
            out.append(bracketed(node, now, as_list=i > 0 and is_word(nodes[i - 1], "IN")))
            i += 1
        elif is_mark(node, "-", "+") and is_word(following, "INTERVAL"):
            i = shifted(nodes, i, out)
        elif node.kind == "quoted" or (node.kind == "name" and node.word not in KEYWORDS):
            i = named(nodes, i, out, now)
        else:
            out.append(plain(node))
            i += 1
    return " ".join(out)


def plain(token: Token) -> str:
    """A keyword, constant or mark as SQL. Division gives fractions, as it does in ClickHouse."""
    if token.kind == "string":
        return "'" + token.value.replace("\x00", "").replace("'", "''") + "'"
    if token.kind == "mark":
        if token.value in (";", "::"):
            raise QueryProblem(f"mismatched input '{token.value}' expecting <EOF>")
        return {"/": "* 1.0 /", "==": "="}.get(token.value, token.value)
    return "LIKE" if token.word == "ILIKE" else token.value


def bracketed(group: Group, now: datetime, *, as_list: bool) -> str:
    """A bracket as SQL; an array is a list after IN and JSON text anywhere else."""
    if as_list and group.bracket == "(" and len(group.nodes) == 1:
        inner = group.nodes[0]
        if isinstance(inner, Group) and inner.bracket == "[":
            group = inner
    body = render(group.nodes, now)
    return f"json_array({body})" if group.bracket == "[" and not as_list else f"({body})"


def named(nodes: list[Node], i: int, out: list[str], now: datetime) -> int:
    """Render the name at `i` with what belongs to it: a call, a property, a field of a table."""
    token = nodes[i]
    assert isinstance(token, Token)
    following = nodes[i + 1] if i + 1 < len(nodes) else None
    if isinstance(following, Group) and following.bracket == "(" and token.kind == "name":
        arguments = [render(part, now) for part in split(following.nodes)]
        if token.value.lower() == "quantile":
            values = nodes[i + 2] if i + 2 < len(nodes) else None
            if isinstance(values, Group):
                out.append(f"quantile({render(values.nodes, now)}, {', '.join(arguments)})")
                return i + 3
        out.append(call(token.value, arguments, now))
        return i + 2
    chain, i = [token.value], i + 1
    while i + 1 < len(nodes) and is_mark(nodes[i], "."):
        step = nodes[i + 1]
        if is_mark(step, "*"):
            out.append(".".join(identifier(part) for part in chain) + ".*")
            return i + 2
        if not isinstance(step, Token) or step.kind not in ("name", "quoted"):
            break
        chain.append(step.value)
        i += 2
    if i < len(nodes) and isinstance(bracket := nodes[i], Group) and bracket.bracket == "[" and len(bracket.nodes) == 1:
        key = bracket.nodes[0]
        if isinstance(key, Token) and key.kind == "string":
            chain.append(key.value)
            i += 1
    out.append(field(chain))
    return i


def field(chain: list[str]) -> str:
    """A dotted name: a property of the event or the person, or a column."""
    if "person" in chain[:-1]:
        at = chain.index("person")
        last = chain[at + 1]
        column = {"properties": "person_properties", "id": "person_id"}.get(last, last)
        chain = [*chain[:at], column, *chain[at + 2 :]]
    for at, part in enumerate(chain[:-1]):
        if part in ("properties", "person_properties"):
            column = ".".join(identifier(name) for name in chain[: at + 1])
            path = '$."' + ".".join(chain[at + 1 :]).replace('"', "").replace("'", "''") + '"'
            return f"json_extract({column}, '{path}')"
    return ".".join(identifier(part) for part in chain)


def shifted(nodes: list[Node], i: int, out: list[str]) -> int:
    """Render `- INTERVAL 7 DAY` around what was rendered last."""
    sign, number, unit = nodes[i], nodes[i + 2 : i + 3], nodes[i + 3 : i + 4]
    if not out or not number or not unit or not isinstance(number[0], Token) or not isinstance(unit[0], Token):
        raise QueryProblem("mismatched input 'INTERVAL'")
    word = unit[0].word.removesuffix("S")
    if word not in UNITS or number[0].kind not in ("number", "string") or not number[0].value.isdigit():
        raise QueryProblem(f"Unsupported interval: {number[0].value[:20]} {unit[0].value[:20]}")
    minus = "-" if is_mark(sign, "-") else ""
    out[-1] = f"shift_date({out[-1]}, {minus}{number[0].value}, '{word.lower()}')"
    return i + 4


def is_mark(node: Node | None, *marks: str) -> bool:
    """Whether a node is one of some marks."""
    return isinstance(node, Token) and node.kind == "mark" and node.value in marks


def is_word(node: Node | None, word: str) -> bool:
    """Whether a node is a certain keyword."""
    return isinstance(node, Token) and node.word == word


def identifier(name: str) -> str:
    """A name in backquotes: SQLite takes a name in double quotes for a text when no column is called that."""
    return "`" + name.replace("`", "``").replace("\x00", "") + "`"
