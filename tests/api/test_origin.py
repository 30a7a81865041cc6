"""The origin a key is pinned to."""

from __future__ import annotations

import pytest

from tui.api.client import Client
from tui.api.origin import Origin


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://eu.posthog.com", "https://eu.posthog.com"),
        (" eu.posthog.com/ ", "https://eu.posthog.com"),
        ("HTTPS://EU.PostHog.com:443/project/1?x=1#y", "https://eu.posthog.com"),
        ("https://posthog.acme.example:8443", "https://posthog.acme.example:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.5:80", "http://127.0.0.5"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_hosts_that_can_be_used(address: str, url: str) -> None:
    assert Origin.parse(address).url() == url


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "is not an address"),
        ("https://", "is not an address"),
        ("ftp://eu.posthog.com", "is not an address"),
        ("file:///etc/passwd", "is not an address"),
        ("https://[::1", "is not an address"),
        ("https://a:99999", "is not an address"),
        ("https://a b", "is not an address"),
        ("https://user:pass@eu.posthog.com", "must not hold a user name"),
        ("http://eu.posthog.com", "would travel unprotected to eu.posthog.com"),
        ("http://localhost.evil.example", "would travel unprotected"),
        ("http://128.0.0.1", "would travel unprotected"),
        ("https://eu.i.posthog.com", "use is https://eu.posthog.com"),
        ("us.i.posthog.com", "use is https://us.posthog.com"),
    ],
)
def test_hosts_that_cannot_be_used_say_why(address: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Client(host=address, key=None)
