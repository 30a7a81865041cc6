"""What the first screen knows of the key in its fields, and what it keeps of it when it opens."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tui import keys
from tui.config import Settings, read
from tui.keycheck import KeyReport
from tui.text import Secret

Pair = tuple[str, Secret]
"""A host, as an origin, and a key."""


@dataclass(slots=True)
class Check:
    """Which host and key were asked about, what was said of them, and what was sent for that in all."""

    asked: Pair | None = None
    report: KeyReport | None = None
    """What PostHog said of `asked`; None until it did."""
    reads: int = 0
    hosts: list[str] = field(default_factory=list)
    """The hosts that were asked, without repeats."""
    uncounted: int = 0
    """Checks under way or given up: how much of them was sent is not known."""

    @property
    def host(self) -> str:
        """The name of the host that was asked; empty when none was."""
        return self.asked[0].partition("://")[2] if self.asked else ""

    @property
    def asking(self) -> bool:
        """Whether an answer is on its way."""
        return self.asked is not None and self.report is None

    @property
    def passed(self) -> bool:
        """Whether the key can be used."""
        return self.report is not None and self.report.usable

    def begin(self, pair: Pair) -> None:
        """These are asked about from now on."""
        self.asked, self.report = pair, None
        self.uncounted += 1
        if self.host not in self.hosts:
            self.hosts.append(self.host)

    def take(self, pair: Pair, report: KeyReport) -> bool:
        """Keep a report; False for one that comes too late, which is dropped."""
        self.uncounted -= 1
        self.reads += report.reads
        if self.asked != pair:
            return False
        self.report = report
        return True

    def forget(self) -> None:
        """What was said of another host or key does not hold for this one."""
        self.asked = self.report = None


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """A name for a profile, made of letters, digits and dashes, that is not taken yet."""
    names = set(taken)
    base = re.sub(r"[^a-z0-9]+", "-", wanted.lower())[:32].strip("-") or "posthog"
    number = 1
    while (name := base if number == 1 else f"{base}-{number}") in names:
        number += 1
    return name


def keep(settings: Settings, key: Secret, wanted: str, *, in_keyring: bool) -> tuple[str, bool]:
    """Add a profile for these settings, its key in the keyring or in the file; `wanted` is what to call it.

    Returns its name, and whether the file has other profiles. Takes its time: the keyring may ask the person.
    Raises `tui.keys.KeyProblem` and `tui.config.ConfigError` when it cannot be kept there.
    """
    others = read(settings.config_file).get("profiles", {})
    name = free_name(wanted, others)
    if in_keyring:
        keys.to_keyring(name, key)
    keys.add_profile(
        settings.config_file,
        name,
        host=settings.host,
        project=settings.project,
        read_only=settings.read_only,
        key=None if in_keyring else key,
    )
    return name, bool(others)
