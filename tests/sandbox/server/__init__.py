"""Tests of the sandbox's HTTP side, one for each fact of the API reference that it plays."""
