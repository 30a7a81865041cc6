"""The one origin a key is sent to: scheme, host and port."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from tui.text import clean

_PORTS: Final = {"https": 443, "http": 80}
_INGESTION: Final = {"us.i.posthog.com": "us.posthog.com", "eu.i.posthog.com": "eu.posthog.com"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where requests go."""

    scheme: str
    name: str
    """Host name or address, in small letters, an IPv6 address without brackets."""
    port: int

    @classmethod
    def parse(cls, address: str) -> Origin:
        """The origin of an address such as `https://eu.posthog.com`; a bare host name means https.

        A path after the host is ignored. Raises ValueError, with a sentence, for an address that names no
        host, that holds a name and password, that is http to another machine, or that is a host which only
        takes events in.
        """
        shown = clean(address.strip(), limit=80)
        whole = address.strip() if "://" in address else f"https://{address.strip()}"
        try:
            parts = urlsplit(whole)
            name, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            raise ValueError(f"{shown} is not an address of a PostHog.") from None
        if not name or parts.scheme not in _PORTS or not all(c.isalnum() or c in "-._:" for c in name):
            raise ValueError(f"{shown or 'Nothing'} is not an address of a PostHog, as https://eu.posthog.com is.")
        if parts.username is not None or parts.password is not None:
            raise ValueError("A host must not hold a user name or a password.")
        if name in _INGESTION:
            raise ValueError(f"{name} only takes events in. The host to use is https://{_INGESTION[name]}.")
        if parts.scheme == "http" and not _is_this_machine(name):
            raise ValueError(f"The key would travel unprotected to {name}. Use https://{name}.")
        return cls(parts.scheme, name, port or _PORTS[parts.scheme])

    @property
    def host(self) -> str:
        """The host as it is shown and written: the port only when it is not the usual one."""
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"

    def url(self, path: str = "") -> str:
        """The address of a path, which starts with a slash, or of the origin itself."""
        return f"{self.scheme}://{self.host}{path}"

    def follow(self, address: str, location: str) -> str | None:
        """Where a redirect from `address` leads, or None when that is nowhere or leaves the origin."""
        if not location or not location.isascii() or not location.isprintable() or "\\" in location:
            return None
        try:
            target = urljoin(address, location)
        except ValueError:
            return None
        return target if self.covers(target) else None

    def covers(self, address: str) -> bool:
        """Whether an absolute address lies on this origin."""
        try:
            parts = urlsplit(address)
            port = parts.port or _PORTS.get(parts.scheme)
        except ValueError:
            return False
        return (parts.scheme, (parts.hostname or "").lower(), port) == (
            self.scheme,
            self.name,
            self.port,
        ) and "@" not in parts.netloc


def _is_this_machine(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
