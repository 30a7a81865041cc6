"""What the first screen says: pure functions from what is known to lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tui import glyphs
from tui.config import Settings
from tui.keycheck import SCOPES, KeyReport
from tui.lines import BLANK, Line, Role, Span, fit, line, width, wrap
from tui.store.state import Problem
from tui.text import clean, clock

LEFT: Final = 3
"""Cells before all text."""
SCOPE: Final = 31
TABLE_FROM: Final = 72
NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def indented(lines: Sequence[Line], left: int = LEFT) -> list[Line]:
    """Lines with a margin."""
    return [line(" " * left, *one) if one else BLANK for one in lines]


def at_home(path: Path) -> str:
    """A path, with `~` for the home folder."""
    try:
        return clean(f"~/{path.relative_to(Path.home())}")
    except (ValueError, RuntimeError):
        return clean(str(path))


def intro_lines(settings: Settings, cells: int, *, roomy: bool) -> list[Line]:
    """What Hedgerow is, and why it asks."""
    where = f"HEDGEROW_API_KEY, POSTHOG_PERSONAL_API_KEY and {at_home(settings.config_file)}"
    if settings.key is not None or settings.key_from == "keyring":
        found = "the keyring" if settings.key is None else clean(settings.key_from)
        why = line(Span("No host was found. ", "bright"), Span(f"The key comes from {found}.", "muted"))
    else:
        why = line(Span("No key was found. ", "bright"), Span(f"Looked in {where}.", "muted"))
    what = "shows what a PostHog project shows the world, and changes it with proof."
    what = f"Hedgerow {what}" if len(what) + 9 + LEFT < cells else f"It {what}"
    gap = [BLANK] if roomy else []
    return indented(
        [
            *gap,
            *wrap(line(Span("The line between a private field and the public road.", "strong")), cells - LEFT),
            *wrap(line(Span(what, "muted")), cells - LEFT),
            *gap,
            *wrap(why, cells - LEFT),
            BLANK,
            *gap,
        ]
    )


def foot_lines(settings: Settings, cells: int) -> list[Line]:
    """The two ways around this screen: the demo, and a key that is found next time."""
    demo = line(
        Span("No key at hand?", "strong"),
        "  ",
        Span("hedgerow --demo", "accent"),
        ", or ",
        Span("ctrl+o", "strong"),
        " here, opens a made-up shop. Nothing leaves this machine.",
    )
    path = at_home(settings.config_file)
    later = line(
        Span("Next time", "bright"),
        Span("  HEDGEROW_HOST and HEDGEROW_API_KEY, or a profile in ", "muted"),
        Span(path, "muted"),
        Span(", skip this.", "muted"),
    )
    return indented([BLANK, *wrap(demo, cells - LEFT), *wrap(later, cells - LEFT)])


def scope_lines(report: KeyReport | None, cells: int, *, roomy: bool, asking: bool = False) -> list[Line]:
    """What the key may do, scope by scope, with what each is for and what is refused without it.

    On a small screen what is allowed stands in a row; what is not keeps its line.
    """
    room = cells - LEFT
    if report is not None and report.usable:
        title = line(
            Span("What this key may do", "strong"),
            Span(f"   as PostHog said at {clock(report.at, seconds=True)}", "muted"),
        )
    else:
        refused = report is not None and report.key_problem is not None
        state = "   asking" if asking else "   this one was not let in" if refused else ""
        title = line(Span("What a key should be allowed", "strong"), Span(state, "muted"))
        report = None
    rows: list[Line] = []
    short: list[Line] = []
    for scope, gives, without in SCOPES:
        may = report.may(scope) if report is not None else None
        words = Span(gives, "muted")
        if report is None:
            mark = Span(glyphs.TO_COME, "muted")
        elif may is None:
            mark, words = Span(glyphs.UNKNOWN, "careful"), Span(f"could not tell; it is for {gives}")
        else:
            mark = Span(glyphs.DONE, "accent") if may else Span(glyphs.FAILED, "public")
            words = words if may else Span(without)
        if not roomy and (may or report is None):
            short.append(line(mark, " ", Span(scope, "text" if may else "muted")))
        elif cells >= TABLE_FROM:
            head = fit(line(mark, " ", scope), SCOPE + 2)
            parts = wrap(line(words), max(1, room - SCOPE - 2))
            rows += [line(*(fit(BLANK, SCOPE + 2) if at else head), *part) for at, part in enumerate(parts)]
        else:
            rows.append(line(mark, " ", scope))
            rows += indented(wrap(line(words), max(1, room - 2)), 2)
    rule = line(Span(glyphs.RULE * max(0, room - 1), "grid"))
    gap = [BLANK] if roomy else []
    return indented([*gap, rule, *wrap(title, room), *rows, *in_rows(short, room)])


def in_rows(parts: Sequence[Line], cells: int, gap: int = 2) -> list[Line]:
    """Parts side by side, as many to a line as there is room for."""
    rows: list[Line] = []
    for part in parts:
        if rows and width(rows[-1]) + gap + width(part) <= cells:
            rows[-1] = line(*rows[-1], " " * gap, *part)
        else:
            rows.append(part)
    return rows


def marked(glyph: str, role: Role, words: str, words_role: Role = "text") -> Line:
    """A sign and words."""
    return line(Span(glyph, role), " ", Span(words, words_role))


def host_forms(report: KeyReport | None, asking: bool, fault: str, host: str) -> tuple[Line, ...]:
    """What there is to say of the host, the longest first; nothing when nothing is known."""
    if fault:
        return (marked(glyphs.FAILED, "public", fault),)
    if asking:
        return (marked(glyphs.NOW, "muted", f"asking {host}", "muted"), marked(glyphs.NOW, "muted", "asking", "muted"))
    if report is None:
        return ()
    if report.host_problem is not None:
        return (_problem(report.host_problem),)
    took = f", {report.took} ms" if report.took is not None else ""
    return (marked(glyphs.DONE, "accent", f"answers{took}", "muted"),)


def key_forms(report: KeyReport | None, fault: Problem | None) -> tuple[Line, ...]:
    """What there is to say of the key, the longest first; nothing when nothing is known."""
    if fault is not None:
        return (_problem(fault),)
    if report is None or report.host_problem is not None:
        return ()
    if report.key_problem is not None:
        return (_problem(report.key_problem),)
    if not report.who:
        long = "is let in; whose it is, it may not say"
        return (marked(glyphs.DONE, "accent", long, "muted"), marked(glyphs.DONE, "accent", "is let in", "muted"))
    return (
        marked(glyphs.DONE, "accent", f"belongs to {report.who}", "muted"),
        marked(glyphs.DONE, "accent", report.who, "muted"),
    )


def _problem(problem: Problem) -> Line:
    # Advice that names a key of the other screens has no place in a form.
    advice = "enter asks again." if problem.may_retry else problem.help
    means = "" if problem.may_retry else problem.means
    return marked(glyphs.FAILED, "public", " ".join(filter(None, (problem.what, means, advice))))


def sent_forms(reads: int, hosts: Sequence[str], *, counted: bool) -> tuple[str, ...]:
    """What left this machine so far, the longest form first."""
    if not hosts or (counted and not reads):
        return ("nothing was sent yet", "nothing sent")
    number = "" if not counted else NUMBERS[reads] if reads < len(NUMBERS) else str(reads)
    count = f"{number} read{'' if counted and reads == 1 else 's'}".strip()
    where = hosts[0] if len(hosts) == 1 else f"{len(hosts)} hosts"
    return (f"nothing was sent yet except {count} to {where}", f"only {count} sent", f"{count}")
