from __future__ import annotations

from tests.readme import README, with_table


def test_the_table_of_keys_is_that_of_the_registry() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_table(text) == text, "run python -m tests.readme"
