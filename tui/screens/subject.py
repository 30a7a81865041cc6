"""What can be done to an insight, wherever it is shown: share, rotate, copy, read again, look after."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from textual import on

from tui import glyphs
from tui.actions import Action
from tui.lines import Line, Span, line
from tui.screens.copy_menu import CopyMenu
from tui.screens.look_after import LookAfter
from tui.store.commands import ProveLink, ReadLinks, RotateLink, SwitchSharing
from tui.store.facts import Link
from tui.store.links import embed_html, share_url
from tui.store.store import Refusal
from tui.text import clock
from tui.widgets.question import Asking


class OnInsight(LookAfter):
    """A screen with an insight under the cursor, or open."""

    # Why not

    def reason(self, action: Action) -> Refusal | None:
        row, link = self.subject(), self.link()
        if action.where == "insight" and row is None and action.id != "new":
            return Refusal("no insight here", "There is no insight under the cursor.")
        if row is None:
            return super().reason(action)
        if action.id in ("share", "rotate"):
            wanted = SwitchSharing(row.id) if action.id == "share" else RotateLink(row.id)
            if refusal := self.store.refuses(wanted):
                return refusal
            if link is not None and not link.may_edit:
                return Refusal("not an editor", "Not sent: PostHog says you may look at this insight, not change it.")
        if action.id == "rotate" and link is not None and link.state == "never":
            return Refusal("no link yet", "There is no link to rotate yet. s makes one.")
        return super().reason(action)

    def subject_words(self, action: Action) -> str:
        row = self.subject()
        return row.title if row and action.where in ("insight", "copy") else ""

    def words(self, action: Action) -> str:
        link = self.link()
        if action.id == "share" and link is not None:
            return "share off" if link.live else "share"
        return super().words(action)

    # Share and rotate

    def do_share(self) -> None:
        """Ask, then switch the link on or off. What it does depends on its state, which is read first if need be."""
        row, link = self.subject(), self.link()
        if row is None:
            return
        if link is None:
            self.send(ReadLinks((row.id,), asked=True))
            self.hedgerow.say("The link is being read; then s knows whether it goes on or off.")
            return
        if link.live:
            dead = Span("The link goes dead at once", "careful_strong")
            consequence = line(dead, " wherever it is used. Newer servers make another one when it is on again.")
            question = line(Span(f"Switch sharing off for {row.title}?", "strong"))
            asking = Asking(consequence, question, "switch off", started_by="s")
            self.ask(asking, SwitchSharing(row.id, on=False))
            return
        sign, consequence = opening(link)
        question = line(Span(f"Switch sharing on for {row.title}?", "strong"))
        asking = Asking(consequence, question, "switch on", "no", sign=sign, started_by="s")
        self.ask(asking, SwitchSharing(row.id, on=True))

    def do_rotate(self) -> None:
        """Ask, then make a new link."""
        row, link = self.subject(), self.link()
        if row is None:
            return
        if link is None:
            self.send(ReadLinks((row.id,), asked=True))
            self.hedgerow.say("The link is being read; L then says what rotating it does.")
            return
        minutes = self.hedgerow.project.grace_words
        carries = {
            0: "The settings carry",
            1: "Its password and the settings carry",
            2: "Both passwords and the settings carry",
        }
        kept = carries.get(len(link.passwords), f"All {len(link.passwords)} passwords and the settings carry")
        if link.live:
            head = Span(f"The old link lives {minutes}, then breaks", "careful_strong")
            consequence = line(head, f" wherever it is used. {kept} over.")
        else:
            head = Span("Sharing is off:", "careful_strong")
            consequence = line(head, f" the new link is off too until s switches it on. {kept} over.")
        question = line(Span(f"Rotate the link of {row.title}?", "strong"))
        self.ask(Asking(consequence, question, "rotate", started_by="L"), RotateLink(row.id))

    def prove_again(self) -> bool:
        """Ask the links of a rotated insight again, where the old one may still live. False when there is none."""
        row = self.subject()
        rotation = self.state.work.rotations.get(row.id) if row else None
        if rotation is None or rotation.over:
            return False
        self.send(ProveLink(rotation.insight_id))
        return True

    # Copy

    def do_copy(self) -> None:
        """The copy menu takes the key line."""
        self.hedgerow.say_nothing()
        self.query_one(CopyMenu).open(joint=self.joint())

    @on(CopyMenu.Chosen)
    def _copy_chosen(self, event: CopyMenu.Chosen) -> None:
        copy = self.copies()[event.action_id]()
        if isinstance(copy, Refusal):
            self.hedgerow.say(copy.said, tone="careful")
        else:
            self.hedgerow.copy(*copy)

    def copies(self) -> dict[str, Callable[[], tuple[str, str] | Refusal]]:
        """By action: what is copied and what it is called, or why it cannot be."""
        return {
            "copy_link": self._link_text,
            "copy_embed": self._embed_text,
            "copy_id": self._id_text,
            "copy_request": self._request_text,
        }

    def _live_link(self) -> Link | Refusal:
        link = self.link()
        if link is None:
            return Refusal("not read", "The link is not read yet. a reads it.")
        if not link.live:
            return Refusal("no live link", "Nothing was copied: this insight has no live link. s makes one.")
        if link.token is None:
            return Refusal("not read", "The link is remembered without its token. a reads it again.")
        return link

    def _link_text(self) -> tuple[str, str] | Refusal:
        link = self._live_link()
        if isinstance(link, Refusal) or link.token is None:
            return link if isinstance(link, Refusal) else Refusal("not read", "The link is not read yet.")
        return share_url(self.hedgerow.project.host, link.token), f"link {glyphs.CUT}{link.tail}"

    def _embed_text(self) -> tuple[str, str] | Refusal:
        link = self._live_link()
        if isinstance(link, Refusal) or link.token is None:
            return link if isinstance(link, Refusal) else Refusal("not read", "The link is not read yet.")
        return embed_html(self.hedgerow.project.host, link.token), f"embed code of link {glyphs.CUT}{link.tail}"

    def _id_text(self) -> tuple[str, str] | Refusal:
        row = self.subject()
        return (row.short_id, f"id {row.short_id}") if row else Refusal("no insight here", "Nothing to copy.")

    def _request_text(self) -> tuple[str, str] | Refusal:
        row = self.subject()
        if row is None:
            return Refusal("no insight here", "Nothing to copy.")
        address = f"{self.hedgerow.project.host}/api/projects/{self.state.session.project_id}/insights/{row.id}/"
        header = '"Authorization: Bearer $POSTHOG_PERSONAL_API_KEY"'
        return f"curl -H {header} {shlex.quote(address)}", "the request as curl, key left out"

    def pending_words(self) -> str:
        """For the key line: until when the old link of this insight lives."""
        row = self.subject()
        rotation = self.state.work.rotations.get(row.id) if row else None
        if rotation is None or rotation.over:
            return ""
        return f"old link lives until {clock(rotation.lives_until, seconds=True)}"


def opening(link: Link) -> tuple[Span, Line]:
    """What switching a link on shows to whom: the sign and the sentence of the question."""
    hides = dict(link.settings).get("hideExtraDetails")
    with_names = "" if hides else ", with the names of its authors"
    if link.password_required and not link.passwords:
        words = Span("A password is required and none exists:", "careful_strong")
        return Span(glyphs.LOCKED, "careful"), line(words, " nobody can open the link until one is made.")
    if link.password_required:
        words = Span("Anyone with the link and a password", "accent_strong")
        return Span(glyphs.PASSWORD, "accent"), line(words, f" will see this{with_names}.")
    return Span(glyphs.OPEN, "public"), line(
        Span("Anyone with the link", "public_strong"), f" will see this{with_names}."
    )
