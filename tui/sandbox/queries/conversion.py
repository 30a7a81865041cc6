"""How far one person gets through the steps of a funnel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Moment:
    """An event of one person: when, which steps it counts for, and its breakdown value."""

    at: int
    steps: tuple[int, ...]
    value: Any = None


@dataclass(frozen=True, slots=True)
class Walk:
    """The furthest a person got: the moments of the steps done, in the order they were done."""

    moments: tuple[Moment, ...]

    @property
    def times(self) -> tuple[int, ...]:
        """When each step was done, in seconds since the epoch."""
        return tuple(moment.at for moment in self.moments)


def ordered(events: Sequence[Moment], steps: int, window: int) -> Walk | None:
    """Steps one after another, other events between them allowed, all within `window` seconds of the first.

    Of several ways the one that gets furthest counts, of those the one that got there first.
    """
    entered: list[tuple[Moment, ...] | None] = [None] * steps
    best: tuple[Moment, ...] = ()
    for event in events:
        for step in sorted(event.steps, reverse=True):
            if step == 0:
                entered[0] = (event,)
            else:
                before = entered[step - 1]
                if before is None or event.at - before[0].at > window or before[-1] is event:
                    continue
                entered[step] = (*before, event)
            reached = entered[step]
            if reached is not None and len(reached) > len(best):
                best = reached
        if len(best) == steps:
            break
    return Walk(best) if best else None


def strict(events: Sequence[Moment], steps: int, window: int) -> Walk | None:
    """Steps one right after another: any event between them, counted or not, begins anew."""
    best: tuple[Moment, ...] = ()
    current: tuple[Moment, ...] = ()
    for event in events:
        if current and len(current) in event.steps and event.at - current[0].at <= window:
            current = (*current, event)
        else:
            current = (event,) if 0 in event.steps else ()
        if len(current) > len(best):
            best = current
        if len(best) == steps:
            break
    return Walk(best) if best else None


def unordered(events: Sequence[Moment], steps: int, window: int) -> Walk | None:
    """Steps in any order within `window` seconds of the first one done."""
    counted = [event for event in events if event.steps]
    best: tuple[Moment, ...] = ()
    for first, event in enumerate(counted):
        done: set[int] = set()
        current: list[Moment] = []
        for later in counted[first:]:
            if later.at - event.at > window:
                break
            new = [step for step in later.steps if step not in done]
            if new:
                done.add(new[0])
                current.append(later)
            if len(done) == steps:
                break
        if len(current) > len(best):
            best = tuple(current)
        if len(best) == steps:
            break
    return Walk(best) if best else None
