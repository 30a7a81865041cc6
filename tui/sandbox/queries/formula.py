"""Formulas over series: `A / B * 100`, where A is the first series."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

from tui.sandbox.queries.aggregate import tidy
from tui.sandbox.queries.model import QueryProblem

LONGEST = 500
OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}


def compile_formula(formula: str) -> Callable[[Mapping[str, float]], float]:
    """A function from the values of the series, by letter, to the value of the formula.

    A division by zero gives 0, as PostHog has it. Raises `QueryProblem` when the text is no formula.
    """
    problem = QueryProblem(f"Invalid formula: {formula[:60]}")
    if len(formula) > LONGEST:
        raise problem
    try:
        tree = ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise problem from error

    def value(node: ast.expr, series: Mapping[str, float]) -> float:
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return float(node.value)
        if isinstance(node, ast.Name) and node.id.upper() in series:
            return float(series[node.id.upper()])
        if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
            return OPERATORS[type(node.op)](value(node.left, series), value(node.right, series))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            inner = value(node.operand, series)
            return -inner if isinstance(node.op, ast.USub) else inner
        raise problem

    def compute(series: Mapping[str, float]) -> float:
        try:
            return tidy(value(tree, series))
        except (ZeroDivisionError, OverflowError, ValueError):
            return 0

    return compute
