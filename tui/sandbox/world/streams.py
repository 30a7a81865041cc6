"""Randomness with a name: each part of the world draws from a stream of its own, so parts can grow alone."""

from __future__ import annotations

import random
import string
from uuid import UUID

URL_SAFE = string.ascii_letters + string.digits + "-_"
ALPHANUMERIC = string.ascii_letters + string.digits

EVENTS, KEYS, PEOPLE, INSIGHTS, LINKS, GROWN_INSIGHTS, GROWN_LINKS, VARIABLES, GROWN_VARIABLES, IDS = range(10)
"""The parts of the world that have a stream."""


def stream(seed: int, part: int) -> random.Random:
    """The random numbers of one part. The same seed and part give the same numbers on every machine."""
    return random.Random(seed * 1_000 + part)


def code(rng: random.Random, length: int, alphabet: str = ALPHANUMERIC) -> str:
    """A random text: short ids, tokens, keys."""
    return "".join(rng.choices(alphabet, k=length))


def uuid(rng: random.Random) -> str:
    """A random version 4 UUID."""
    return str(UUID(int=rng.getrandbits(128), version=4))


def weighted(shares: dict[str, int]) -> list[str]:
    """A list in which each value stands as often as its share says, to draw from with one index."""
    return [value for value, share in shares.items() for _ in range(share)]
