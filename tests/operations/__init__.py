"""Tests of the operations before the sandbox."""
