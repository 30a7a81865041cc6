"""Sentences that several operations say."""

from __future__ import annotations

from tui.api.errors import Problem
from tui.text import clock

LINK_OPEN = "the link is OPEN without its password"
LINK_OFF = "the link is OFF"


def lost(sent_at: float) -> str:
    """A write whose answer was lost."""
    return f"unknown: sent {clock(sent_at, seconds=True)}, the answer was lost. r reads what is true now."


def refused(problem: Problem, method: str) -> str:
    """What came back for a request that was not carried out."""
    return f"{method} {problem.status}: {problem.detail or problem.what}" if problem.status else problem.what
