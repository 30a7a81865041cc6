"""Addresses of public links, made from a host and an access token (API reference, Sharing, Public viewer)."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from tui.store.facts import Link
from tui.text import Secret, mask


def share_url(host: str, token: Secret) -> str:
    """The page anybody can open. PostHog wants no slash at its end. `host` is an origin."""
    return f"{host.rstrip('/')}/shared/{quote(token.reveal(), safe='')}"


def embed_html(host: str, token: Secret) -> str:
    """The frame people paste into their pages; a token that is none cannot add markup to them."""
    address = escape(f"{host.rstrip('/')}/embedded/{quote(token.reveal(), safe='')}", quote=True)
    return f'<iframe width="100%" height="400" frameborder="0" allowfullscreen src="{address}"></iframe>'


def shown(link: Link) -> str:
    """A link as screens show it: recognisable, not usable."""
    if link.token is not None:
        return f"…/shared/{mask(link.token.reveal())}"
    return f"…/shared/••••{link.tail}" if link.tail else ""
