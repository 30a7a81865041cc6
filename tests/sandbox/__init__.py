"""Tests of the sandbox: the PostHog-compatible server everything else is tested against."""
