"""Addresses to hand out, made from what a server called a token."""

from __future__ import annotations

from tui.store.links import embed_html, share_url
from tui.text import Secret


def test_addresses_to_hand_out() -> None:
    assert share_url("https://eu.posthog.com/", Secret("ab-_1")) == "https://eu.posthog.com/shared/ab-_1"
    html = embed_html("https://eu.posthog.com", Secret('a"><script>'))
    assert 'src="https://eu.posthog.com/embedded/a%22%3E%3Cscript%3E"' in html
