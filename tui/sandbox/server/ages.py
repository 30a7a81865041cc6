"""Which PostHog the sandbox plays: every difference between server ages, in one table.

`new` is September 2026, `mid` the middle of 2026, `2025` the autumn of 2025, and `old` a self-hosted
server nobody has touched since about 2024. A handler asks the age a question by name; nowhere else
does the code compare names of ages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Age:
    """What one age of server does. The defaults are those of the newest."""

    name: str

    # Prefix /api/environments/: "rewrite" answers there with a Deprecation header, "redirect" sends 307
    # to /api/projects/, "plain" knows both prefixes as equals.
    environments: Literal["rewrite", "redirect", "plain"] = "rewrite"

    # Insight variables.
    variables_by_key: bool = True
    """Without it the object has no key scope, and every key gets 403."""
    code_names_keep_underscores: bool = True
    variable_clash: str = "Variable with this code name already exists"
    variable_options: bool = True
    """`is_multi`, `values_query` and `values_query_connection_id` exist, and list defaults become text."""
    list_values: Literal["checked", "filled", "kept"] = "checked"
    """Elements turned into text or refused; only a non-array turned into []; stored as sent."""

    # Insights.
    short_ids_in_path: bool = True

    # Sharing.
    sharing_access_levels: bool = True
    """Reading the configuration needs viewer access, and the answer carries `user_access_level`."""
    publish_gate: bool = True
    """Going public is refused when the person cannot run the insight's tables."""
    enabling_rotates: bool = True
    """Off-to-on issues a new token and ends all earlier ones."""
    refresh_keeps_protection: bool = True
    """Without it a refresh drops `password_required` and the passwords: the link becomes public."""
    two_configurations_crash: bool = False
    """Two active rows for one insight are a 500."""
    password_feature: str = "Access Control"
    png: Literal["redirect", "bytes"] = "redirect"
    dashboards_hide_authors: bool = True
    """A shared dashboard's insights come without the people who made them."""


AGES: dict[str, Age] = {
    age.name: age
    for age in (
        Age("new"),
        Age(
            "mid",
            environments="redirect",
            list_values="filled",
            sharing_access_levels=False,
            publish_gate=False,
            enabling_rotates=False,
            two_configurations_crash=True,
            png="bytes",
            dashboards_hide_authors=False,
        ),
        Age(
            "2025",
            environments="plain",
            variable_clash="Variable with name already exists",
            variable_options=False,
            list_values="filled",
            sharing_access_levels=False,
            publish_gate=False,
            enabling_rotates=False,
            two_configurations_crash=True,
            password_feature="Advanced Permissions",
            png="bytes",
            dashboards_hide_authors=False,
        ),
        Age(
            "old",
            environments="plain",
            variables_by_key=False,
            code_names_keep_underscores=False,
            variable_clash="Variable with name already exists",
            variable_options=False,
            list_values="kept",
            short_ids_in_path=False,
            sharing_access_levels=False,
            publish_gate=False,
            enabling_rotates=False,
            refresh_keeps_protection=False,
            two_configurations_crash=True,
            password_feature="Advanced Permissions",
            png="bytes",
            dashboards_hide_authors=False,
        ),
    )
}
