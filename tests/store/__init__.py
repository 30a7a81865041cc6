"""Tests of the store: reducer, gate, worker, file."""
