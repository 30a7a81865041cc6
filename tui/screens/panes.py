"""What panes say about an insight: its link, its proofs, its facts. Pure functions from facts to lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui import glyphs
from tui.lines import BLANK, Line, Role, Span, between, cut, labelled, line, wrap
from tui.store.facts import InsightRow, Link, Mark, Rotation, Step
from tui.store.links import shown
from tui.store.state import Problem
from tui.text import age, ago, clock, day

DAY = 86400.0
OLD = 90 * DAY
"""From this age on a link or a password is shown with care."""

MARKS: Mapping[Mark, tuple[str, Role]] = {
    "done": (glyphs.DONE, "accent"),
    "failed": (glyphs.FAILED, "public"),
    "pending": (glyphs.NOW, "careful"),
    "unknown": (glyphs.UNKNOWN, "careful"),
}

SETTINGS = {
    "whitelabel": "no branding",
    "noHeader": "no title",
    "showInspector": "inspector",
    "legend": "legend",
    "detailed": "results table",
    "hideExtraDetails": "no authors, no dates",
}


def section(width: int) -> Line:
    """The rule between the parts of a pane."""
    return line(Span(glyphs.RULE * width, "grid"))


def step_lines(steps: Sequence[Step], width: int) -> list[Line]:
    """What was sent and seen, a line a step; the detail goes under it where it does not fit beside it."""
    lines: list[Line] = []
    for step in steps:
        glyph, role = MARKS[step.mark]
        head = line(
            Span(glyph, role),
            " ",
            Span(clock(step.at, seconds=True), "muted"),
            "  ",
            Span(step.said, "bright"),
        )
        if width >= 76:
            lines.append(
                cut(
                    line(*head, Span(" " * max(2, 34 - len(step.said) - 12)), Span(step.detail, "muted")),
                    width,
                )
            )
            continue
        lines.append(cut(head, width))
        lines += (
            [line("  ", *part) for part in wrap(line(Span(step.detail, "muted")), width - 2)] if step.detail else []
        )
    return lines


def link_lines(link: Link | None, problem: Problem | None, writing: str | None, now: float, width: int) -> list[Line]:
    """The link of an insight in words: its state, since when, its passwords, what it shows."""
    if writing:
        return [labelled("link", line(Span(f"{glyphs.NOW} {writing}", "careful")))]
    if link is None:
        if problem is not None:
            parts = _wrapped(problem.what, width)
            return [labelled("" if number else "link", part) for number, part in enumerate(parts)]
        return [labelled("link", line(Span("? not read yet", "careful"), Span("   a reads it", "muted")))]
    lines = [labelled("link", _state(link))]
    if link.created_at is not None and link.state != "never":
        old = link.live and now - link.created_at > OLD
        days = Span(f"{int(max(0.0, now - link.created_at) // DAY)} days", "careful" if old else "text")
        words = line("since " if link.live else "made ", Span(day(link.created_at, now=now)), ", ", days)
        lines.append(labelled("", words if link.created_at < now - DAY else line("since ", clock(link.created_at))))
    if link.live:
        lines.append(labelled("", line(Span(shown(link), "muted"))))
    if link.passwords or link.state == "locked":
        lines.append(labelled("passwords", _passwords(link, now)))
    shows = [words for name, words in SETTINGS.items() if dict(link.settings).get(name)]
    if link.live and shows:
        lines += [labelled("" if n else "shows", part) for n, part in enumerate(_wrapped(", ".join(shows), width))]
    if not link.may_edit:
        lines.append(labelled("", line(Span("you may look, not change", "careful"))))
    return [cut(one, width) for one in lines]


def _wrapped(words: str, width: int) -> list[Line]:
    return wrap(line(words), max(8, width - 10))


def _state(link: Link) -> Line:
    look = glyphs.LINKS[link.state]
    strong: dict[str, Role] = {
        "open": "public_strong",
        "password": "accent_strong",
        "locked": "careful_strong",
    }
    mark = Span(look.glyph, look.glyph_role)
    word = Span(look.word, strong.get(link.state, "muted"))
    after = {
        "open": " to anyone, no password",
        "password": " asked for",
        "locked": ", no password exists: nobody can open it",
        "off": ", nobody can open it",
        "never": " shared",
    }
    return line(mark, " ", word, Span(after[link.state], "text" if link.live else "muted"))


def _passwords(link: Link, now: float) -> Line:
    count = len(link.passwords)
    ages = [now - password.created_at for password in link.passwords if password.created_at is not None]
    if not ages:
        return line(Span(str(count), "bright"))
    oldest = max(ages)
    role: Role = "careful" if oldest > OLD else "text"
    return line(Span(str(count), "bright"), Span(", oldest ", "muted"), Span(f"{int(oldest // DAY)} days", role))


def password_lines(link: Link, now: float, width: int) -> list[Line]:
    """Each password with note, maker and age."""
    lines = []
    for password in link.passwords:
        ago = now - password.created_at if password.created_at is not None else None
        old = ago is not None and ago > OLD
        words = age(ago) if ago is not None else "-"
        right = line(
            Span(password.created_by.partition("@")[0], "muted"),
            Span(f"  {glyphs.CAREFUL if old else ' '} {words:>5}", "careful" if old else "text"),
        )
        lines.append(between(line(password.note or Span("no note", "italic")), right, width))
    return lines


def fact_lines(row: InsightRow, now: float, width: int, dashboards: int | None = None) -> list[Line]:
    """Variables, tags, people, dates and ids of an insight."""
    changed = line(ago(now - row.changed_at) if row.changed_at else "-")
    if row.changed_by:
        changed = line(*changed, f" by {row.changed_by}")
    made = f"{day(row.created_at, now=now)}" if row.created_at else "-"
    if row.created_by:
        made += f" by {row.created_by}"
    facts: list[tuple[str, str | Line]] = [
        ("variables", ", ".join(row.variables) or line(Span("none", "muted"))),
        ("tags", ", ".join(row.tags) or line(Span("none", "muted"))),
        ("changed", changed),
        ("made", made),
        ("viewed", ago(now - row.viewed_at) if row.viewed_at else line(Span("not known", "muted"))),
    ]
    if row.dashboards:
        count = len(row.dashboards)
        facts.append(("on", f"{count} dashboard{'' if count == 1 else 's'}"))
    facts.append(("id", line(row.short_id, Span(f" {glyphs.DOT} {row.id}", "muted"))))
    lines: list[Line] = []
    for label, value in facts:
        parts = wrap(line(value), width - 10) if isinstance(value, str) else [value]
        lines += [labelled("" if number else label, part) for number, part in enumerate(parts[:3])]
    return [cut(one, width) for one in lines]


def title_lines(row: InsightRow, width: int) -> list[Line]:
    """Name and kind, then the description."""
    head = between(line(Span(row.title, "strong")), line(Span(row.kind, "muted")), width)
    text = row.description or (row.derived_name if row.name else "")
    return [head, *wrap(line(Span(text, "muted")), width)[:3]] if text else [head]


def preview_lines(
    row: InsightRow,
    link: Link | None,
    problem: Problem | None,
    rotation: Rotation | None,
    writing: str | None,
    result: Sequence[Line],
    now: float,
    width: int,
) -> list[Line]:
    """The pane beside the list."""
    lines = [*title_lines(row, width), BLANK]
    lines += [*result, BLANK] if result else []
    lines += link_lines(link, problem, writing, now, width)
    if rotation is not None:
        lines += [BLANK, *step_lines(rotation.steps, width)]
    return [*lines, BLANK, section(width), *fact_lines(row, now, width)]


def brief_lines(row: InsightRow, link: Link | None, now: float, width: int) -> list[Line]:
    """Three lines about the cursor row, for screens without room for the pane."""
    state = _state(link) if link else line(Span("? not read yet", "careful"))
    since = f"{int((now - link.created_at) // DAY)} days" if link and link.created_at and link.live else ""
    left = line(*state, Span(f", {since}" if since else "", "muted"))
    about = ", ".join(filter(None, (row.kind, f"by {row.created_by}" if row.created_by else "", *row.tags)))
    return [
        cut(line(Span(row.title, "strong")), width),
        cut(left, width),
        cut(line(Span(about, "muted")), width),
    ]
