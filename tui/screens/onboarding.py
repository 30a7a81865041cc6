"""The first screen: where there is no key yet, it asks for host, key and project, and checks them by reads only."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.events import DescendantFocus
from textual.widget import Widget

from tui.actions import Action, Where
from tui.config import ConfigError, Settings, clean_host, clean_project
from tui.keycheck import KeyReport, unfit
from tui.keys import KeyProblem
from tui.lines import BLANK, line
from tui.screens.onboarding_check import Check, Pair, keep
from tui.screens.onboarding_fields import Choice
from tui.screens.onboarding_form import HINT, KEEP_WORDS, NUMBER_WORDS, START_WORDS, Form, fill, fitting
from tui.screens.onboarding_words import (
    at_home,
    foot_lines,
    host_forms,
    intro_lines,
    key_forms,
    scope_lines,
    sent_forms,
)
from tui.store.state import Problem
from tui.text import Secret, redact
from tui.widgets.chrome import Fact, KeyHint, KeyLine, Keys, Status, StatusLine
from tui.widgets.entry import Entry


class Onboarding(Form):
    """Shown when there is no key and no host to connect with, and no demo was asked for.

    The key is checked when the cursor leaves it. Nothing is written unless a place to keep the key was chosen.
    """

    PLACES: ClassVar[tuple[Where, ...]] = ("onboarding",)

    def __init__(self) -> None:
        super().__init__()
        self.checked = Check()
        self._opens = False
        """Whether to open as soon as the check is through."""
        self._keeping = False
        """Whether the key is being kept just now."""
        self._at: Widget | None = None

    # Drawing

    def draw(self, changed: frozenset[str]) -> None:
        settings, cells = self.hedgerow.settings, self.app.size.width - 1
        check = self.checked
        # A host half typed is no mistake yet.
        fault = "" if self.focused is self.host else self.host_fault()
        self.key.accepted = check.passed
        self.key.repaint()
        self.say_beside(self.host, host_forms(check.report, check.asking, fault, check.host), cells)
        self.say_beside(self.key, key_forms(check.report, self.key_fault()), cells, HINT)
        self.number.put_beside(fitting(NUMBER_WORDS, cells), cells)
        self.projects.show_rows(self.project_rows)
        self.projects.put_beside(BLANK, cells)
        self.keep.put_beside(fitting(KEEP_WORDS[self.keep.value], cells), cells)
        self.start.put_beside(fitting(START_WORDS["held" if settings.read_only else self.start.value], cells), cells)
        fill(self.intro, intro_lines(settings, cells, roomy=self.roomy))
        fill(self.about, scope_lines(check.report, cells, roomy=self.roomy, asking=check.asking))
        fill(self.foot, foot_lines(settings, cells))

    def draw_frame(self) -> None:
        self.query_one(StatusLine).show(self.status())
        self.query_one(KeyLine).show(self.keys())

    def status(self) -> Status:
        forms = sent_forms(self.checked.reads, self.checked.hosts, counted=not self.checked.uncounted)
        return Status(note="first start", facts=(Fact(forms),))

    def keys(self) -> Keys:
        last = self.focused is self.start
        long = self.app.size.width >= 100
        enter = "opens" if last else "next, on the last opens" if long else "next"
        hints = (
            KeyHint("tab", "next", rank=4),
            KeyHint("enter", enter, rank=3),
            KeyHint("ctrl+s", "open" if self.keep.value == "nowhere" else "save and open", rank=1),
            KeyHint("ctrl+o", "demo instead" if self.app.size.width >= 60 else "demo", rank=2),
            KeyHint("ctrl+c", "quit", rank=0),
        )
        return Keys(hints, notice=self.notice())

    def words(self, action: Action) -> str:
        return "open" if action.id == "save" and self.keep.value == "nowhere" else action.words

    # What is done

    def action_enter(self) -> None:
        """Go on; on the last field, open."""
        if self.focused is self.start:
            self.do_save()
            return
        if self.focused in (self.host, self.key) and self.checked.report is not None and not self.checked.passed:
            self._forget()
        self.action_move(1)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        before, self._at = self._at, event.widget
        if before is not None and before is not event.widget and event.widget is not self.key:
            self.check()
        self.update(frozenset())

    @on(Entry.Submitted)
    def _submitted(self) -> None:
        self.action_enter()

    @on(Entry.Dismissed)
    def _dismissed(self) -> None:
        self.do_back()

    @on(Choice.Changed)
    def _chose(self) -> None:
        self.update(frozenset())

    @on(Entry.Changed)
    def _typed(self, event: Entry.Changed) -> None:
        if event.entry is not self.number and self.pair() != self.checked.asked:
            self._forget()
        self.hedgerow.say_nothing()
        self.update(frozenset())
        self.call_after_refresh(self.see_field)

    # The check

    def typed_key(self) -> Secret | None:
        """The key in its field."""
        value = self.key.value.strip()
        return Secret(value) if value else None

    def pair(self) -> Pair | None:
        """Host and key, where both are given."""
        key = self.typed_key()
        return (clean_host(self.host.value), key) if key is not None and not self.host_fault() else None

    def host_fault(self) -> str:
        """Why what is in the field of the host is none; empty when it is one."""
        try:
            clean_host(self.host.value)
        except ConfigError as error:
            return str(error) if self.host.value.strip() else "A host is missing."
        return ""

    def key_fault(self) -> Problem | None:
        """Why what is in the field of the key is none, known without asking anybody."""
        key = self.typed_key()
        return unfit(key) if key is not None else None

    def check(self) -> None:
        """Ask PostHog about the key, unless this key was asked about or cannot be one."""
        pair = self.pair()
        if pair is None or pair == self.checked.asked or unfit(pair[1]) is not None:
            return
        self._forget()
        self.checked.begin(pair)
        self.run_worker(self._look(pair), name="look", group="look", exclusive=True, exit_on_error=False)

    async def _look(self, pair: Pair) -> None:
        report = await self.hedgerow.look_at_key(*pair)
        if not self.checked.take(pair, report):
            return
        self._offer_projects(report)
        self.update(frozenset())
        self.call_after_refresh(self.see_field)
        opens, self._opens = self._opens, False
        if opens and report.usable:
            self.open()
        elif opens and (problem := report.host_problem or report.key_problem):
            self.hedgerow.say("Not opened.", problem.what, tone="failed")

    def _forget(self) -> None:
        """Stop asking, and take away what was said of another host or key."""
        self.workers.cancel_group(self, "look")
        self.checked.forget()
        self._opens = False
        self._show_list(False)

    def _offer_projects(self, report: KeyReport) -> None:
        wanted = self.number.value.strip() or str(report.selected or "")
        size = max((len(str(number)) for number, _ in report.projects), default=1)
        options = [
            (str(number), line(f"{number:>{size}}  {name or 'its name may not be read'}"))
            for number, name in report.projects
        ]
        self.projects.offer(options, wanted)
        self._show_list(bool(options) and report.usable)

    def _show_list(self, shown: bool) -> None:
        """Show the list of projects, or the field to type a number in."""
        if shown is self.projects.display:
            return
        new, old = (self.projects, self.number) if shown else (self.number, self.projects)
        focused = self.focused is old
        new.display, old.display = True, False
        if focused:
            self.go_to(new)

    # Opening

    def do_back(self) -> None:
        if self.hedgerow.notice is not None:
            self.hedgerow.say_nothing()
        else:
            self.hedgerow.say("Nothing was written.", "ctrl+o opens the demo, ctrl+c quits.")

    def do_demo(self) -> None:
        settings = replace(
            self.hedgerow.settings,
            demo=True,
            profile="demo",
            host="",
            project="1",
            key=None,
            key_from="",
            cache=False,
            warnings=(),
        )
        self._begin(settings)

    def do_save(self) -> None:
        """Open what the fields say; a key that was not checked is checked first."""
        self.hedgerow.say_nothing()
        key = self.typed_key()
        if fault := self.host_fault():
            self._miss(self.host, fault)
        elif key is None and self.hedgerow.settings.key_from == "keyring":
            self.open()
        elif key is None:
            self._miss(self.key, "A key is missing. ctrl+o opens the demo without one.")
        elif problem := self.key_fault():
            self._miss(self.key, f"{problem.what} {problem.help}")
        elif self.checked.passed:
            self.open()
        else:
            if not self.checked.asking:
                self._forget()
            self.check()
            self._opens = True
            self.hedgerow.say(f"Opens when {self.checked.host} has answered.")
            self.update(frozenset())

    def _miss(self, field: Widget, words: str) -> None:
        self.go_to(field)
        self.hedgerow.say(words, tone="careful")

    def chosen(self) -> Settings:
        """The settings as the fields say them. Raises `ConfigError` for a host or a project that is none."""
        settings = self.hedgerow.settings
        project = self.projects.value if self.projects.display else self.number.value.strip() or "@current"
        key = self.typed_key()
        return replace(
            settings,
            host=clean_host(self.host.value),
            project=clean_project(project),
            key=key,
            key_from=settings.key_from if key is None or key == settings.key else "the first screen",
            read_only=self.start.value == "read",
            demo=False,
        )

    def open(self) -> None:
        """Open the project; where a place to keep the key was chosen, keep it first."""
        try:
            settings = self.chosen()
        except ConfigError as error:
            self._miss(self.number, str(error))
            return
        if self.keep.value == "nowhere" or settings.key is None:
            self._begin(settings)
        elif not self._keeping:
            self._keeping = True
            work = self._keep(settings, settings.key, in_keyring=self.keep.value == "keyring")
            self.run_worker(work, name="keep", group="keep", exit_on_error=False)

    async def _keep(self, settings: Settings, key: Secret, *, in_keyring: bool) -> None:
        wanted = self._project_name() or self.checked.host
        try:
            name, others = await asyncio.to_thread(keep, settings, key, wanted, in_keyring=in_keyring)
        except (KeyProblem, ConfigError) as error:
            self.go_to(self.keep)
            said = redact(str(error), [key.reveal()])
            self.hedgerow.say(said, "Nothing is lost; keep it elsewhere.", tone="failed")
            return
        finally:
            self._keeping = False
        how = f"hedgerow --profile {name} opens it." if others else "hedgerow opens it from now on."
        saved = f"Saved as {name} in {at_home(settings.config_file)}.", how
        where = "keyring" if in_keyring else str(settings.config_file)
        self.app.call_later(self._begin, replace(settings, profile=name, key_from=where), saved)

    def _project_name(self) -> str:
        chosen = self.projects.value if self.projects.display else ""
        listed = self.checked.report.projects if self.checked.report is not None else ()
        return next((name for number, name in listed if str(number) == chosen), "")

    def _begin(self, settings: Settings, saved: tuple[str, str] | None = None) -> None:
        self.workers.cancel_group(self, "look")
        self.key.value = ""
        self.hedgerow.say_nothing()
        self.hedgerow.open_project(settings)
        if saved is not None:
            self.hedgerow.say(*saved, tone="done")
