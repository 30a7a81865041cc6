"""The query of an insight as people read it: SQL as its text, everything else as JSON without noise."""

from __future__ import annotations

import re
from typing import Any, Final

from tui.charts.raw import compact, json_lines, without_noise
from tui.charts.shapes import as_dict, source_of, word
from tui.lines import BLANK, Line, Role, Span, cut, line, width, wrap
from tui.text import clean
from tui.text import width as text_width

SQL_LIMIT: Final = 50_000
_KEYWORDS: Final = (
    "ALL|AND|ANTI|ANY|ARRAY|AS|ASC|ASOF|BETWEEN|BY|CASE|CROSS|DESC|DISTINCT|ELSE|END|EXCEPT|FINAL|FIRST|FROM|FULL|"
    "GROUP|HAVING|ILIKE|IN|INNER|INTERSECT|INTERVAL|IS|JOIN|LAST|LEFT|LIKE|LIMIT|NOT|NULLS|OFFSET|ON|OR|ORDER|"
    "OUTER|OVER|PARTITION|PREWHERE|QUALIFY|RIGHT|SAMPLE|SELECT|SEMI|SETTINGS|THEN|TIES|TO|TOTALS|UNION|USING|"
    "WHEN|WHERE|WINDOW|WITH"
)
_OPENING: Final = "AND|AS|BY|FROM|IN|NOT|ON|OR|OVER|SELECT|THEN|USING|WHEN|WHERE|WITH"
"""Keywords that may stand right before a parenthesis; the others are functions there, as in `any(x)`."""
_TOKENS: Final = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|(?P<text>'(?:[^'\\]|\\.|'')*'?|`[^`]*`?|\"[^\"]*\"?)"
    r"|(?P<variable>\{\s*variables\.[^{}]*\})"
    rf"|(?P<keyword>\b(?:(?:{_KEYWORDS})\b(?!\s*\()|(?:{_OPENING})\b))",
    re.IGNORECASE | re.DOTALL,
)
_ROLES: Final[dict[str, Role]] = {
    "comment": "italic",
    "text": "text",
    "variable": "accent",
    "keyword": "muted",
}
_REFERENCE: Final = re.compile(r"\{\s*variables\.(\w+)[^{}]*\}")


def query_lines(query: dict[str, Any], width: int) -> list[Line]:
    """A query as lines of at most `width` cells, then its variables, each with its own value where it has one."""
    if width <= 0:
        return []
    source = source_of(query)
    sql = source.get("query")
    if isinstance(sql, str) and source.get("kind") in ("HogQLQuery", "HogQuery", None):
        lines = sql_lines(sql, width)
    else:
        sql = ""
        shown = {key: value for key, value in source.items() if key not in ("variables", "response", "version")}
        lines = json_lines(without_noise(shown), width, wrapped=True)
    return [*lines, *_variable_lines(as_dict(source.get("variables")), sql, width)]


def sql_lines(sql: str, width: int) -> list[Line]:
    """SQL with its own line breaks; keywords are muted, variables stand out, long lines go on below, further in."""
    lines: list[Line] = []
    for row in _split(_painted(clean(sql, lines=True, limit=SQL_LIMIT).strip("\n"))):
        lines += _hanging(row, width)
    return lines


def _painted(sql: str) -> list[Span]:
    spans: list[Span] = []
    end = 0
    for found in _TOKENS.finditer(sql):
        spans.append(Span(sql[end : found.start()]))
        spans.append(Span(found[0], _ROLES[found.lastgroup or "text"]))
        end = found.end()
    return [*spans, Span(sql[end:])]


def _split(spans: list[Span]) -> list[Line]:
    """The spans as lines, without the newlines between."""
    lines: list[list[Span]] = [[]]
    for span in spans:
        first, *others = span.text.split("\n")
        lines[-1].append(span._replace(text=first))
        lines += [[span._replace(text=other)] for other in others]
    return [line(*row) for row in lines]


def _hanging(row: Line, cells: int) -> list[Line]:
    """A line, broken where it is too wide; what goes on below stands two cells further in."""
    if width(row) <= cells:
        return [row]
    written = "".join(span.text for span in row)
    indent = len(written) - len(written.lstrip(" "))
    hanging = min(indent, cells // 3) + 2
    if hanging >= cells // 2:
        return wrap(row, cells)
    first, *_ = wrap(row, cells)
    rest = _after(row, first)
    return [first, *((Span(" " * hanging), *piece) for piece in wrap(rest, cells - hanging))]


def _after(row: Line, first: Line) -> Line:
    """What of a line is left below its first piece, without the blanks it was broken at."""
    gone = sum(len(span.text) for span in first)
    spans: list[Span] = []
    for span in row:
        taken = min(gone, len(span.text))
        gone -= taken
        spans.append(span._replace(text=span.text[taken:]))
    while spans and not spans[0].text.strip(" "):
        del spans[0]
    if spans:
        spans[0] = spans[0]._replace(text=spans[0].text.lstrip(" "))
    return tuple(spans)


def _variable_lines(entries: dict[str, Any], sql: str, cells: int) -> list[Line]:
    """The variables of a query: a value of their own, or the default of the variable, or that they are missing."""
    rows: dict[str, Line] = {}
    for key, found in entries.items():
        entry = as_dict(found)
        name = word(entry.get("code_name")) or word(key)
        if entry.get("isNull") is True:
            rows[name] = line(Span("null", "italic"))
        elif entry.get("value") is not None:
            rows[name] = line(compact(entry["value"]) or "an empty text")
        else:
            rows[name] = line(Span("its default", "muted"))
    for name in _REFERENCE.findall(sql):
        rows.setdefault(
            clean(name), line(Span("▲ not attached to this query, so PostHog refuses to run it", "careful"))
        )
    if not rows:
        return []
    size = max(map(text_width, rows))
    lines = [BLANK, line(Span("variables", "header"))]
    for name, value in rows.items():
        lines.append(line(Span(name, "accent"), " " * (size - text_width(name) + 2), *value))
    return [cut(row, cells) for row in lines]
