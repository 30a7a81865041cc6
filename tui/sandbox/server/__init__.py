"""The HTTP side of the sandbox: a server that answers as PostHog does, mistakes included."""

from tui.sandbox.server.app import create_app

__all__ = ["create_app"]
