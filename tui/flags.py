"""What the command line asked for, before environment and profile are looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flags:
    """The options of `hedgerow`, as given. `None` and `False` are "not said": environment and file decide."""

    demo: bool = False
    """Start the sandbox inside and open on it."""
    profile: str | None = None
    """The name of a profile in the configuration file."""
    host: str | None = None
    """The URL of a PostHog server, not checked yet."""
    project: int | None = None
    """The id of a PostHog project, 1 or more."""
    read_only: bool = False
    """Let no write leave."""
    no_cache: bool = False
    """Neither read nor keep the last known state on disk."""
    target: str | None = None
    """A short id, an insight's URL or a public link to land on, not parsed yet."""
