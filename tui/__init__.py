"""Hedgerow: the keyboard control room for what a PostHog project shows the world."""

__version__ = "0.1.0"
