"""From what the API answers to the facts the store keeps, in one place."""

from __future__ import annotations

from collections.abc import Iterable

from tui.api.models import Insight, InsightVariable, SharingConfiguration
from tui.api.models import InsightRow as ApiRow
from tui.store.facts import InsightDetail, InsightRow, Link, SharePassword, Variable
from tui.text import day


def row_from(row: ApiRow) -> InsightRow:
    """An insight of the list."""
    return InsightRow(
        id=row.id,
        short_id=row.short_id,
        name=row.name,
        derived_name=row.derived_name,
        description=row.description,
        tags=row.tags,
        favorited=row.favorited,
        kind=row.kind,
        variables=row.variables,
        dashboards=row.dashboards,
        created_at=row.created_at,
        created_by=row.created_by.label if row.created_by else "",
        changed_at=row.last_modified_at,
        changed_by=row.last_modified_by.label if row.last_modified_by else "",
        viewed_at=row.last_viewed_at,
    )


def people_from(rows: Iterable[ApiRow]) -> dict[int, str]:
    """Names by user id, as far as these rows name them."""
    users = [user for row in rows for user in (row.created_by, row.last_modified_by) if user is not None]
    return {user.id: user.label for user in users}


def detail_from(insight: Insight, at: float) -> InsightDetail:
    """An opened insight, read at `at`."""
    status = insight.query_status
    dates = insight.resolved_date_range or {}
    return InsightDetail(
        row=row_from(insight),
        query=insight.query,
        result=insight.result,
        columns=insight.columns,
        types=insight.types,
        has_more=insight.has_more,
        computed_at=insight.last_refresh,
        cached=insight.is_cached,
        failure=(status.error_message or "the query failed, and PostHog does not say why")
        if status and status.error
        else "",
        timezone=insight.timezone,
        date_from=str(dates.get("date_from") or ""),
        date_to=str(dates.get("date_to") or ""),
        read_at=at,
    )


def link_from(configuration: SharingConfiguration, at: float) -> Link:
    """A sharing configuration, read at `at`. What was never saved has a throw-away token, which is not kept."""
    token = configuration.access_token if configuration.saved and configuration.access_token else None
    return Link(
        state=configuration.state,
        read_at=at,
        created_at=configuration.created_at,
        token=token,
        tail=token.reveal()[-4:] if token else "",
        password_required=configuration.password_required,
        passwords=tuple(
            SharePassword(password.id, password.note, password.created_at, password.created_by_email)
            for password in configuration.active_passwords
        ),
        settings=tuple(configuration.settings.items()),
        may_edit=configuration.user_access_level not in ("viewer", "none"),
    )


def variable_from(variable: InsightVariable) -> Variable:
    """An insight variable."""
    return Variable(
        id=variable.id,
        name=variable.name,
        code_name=variable.code_name,
        type=variable.type,
        default=variable.default_value,
        values=variable.values,
        is_multi=variable.is_multi,
        values_query=variable.values_query,
        created_by=variable.created_by,
        created_at=variable.created_at,
    )


def summary(link: Link) -> str:
    """A configuration in one line for the journal: without its token, with its last four characters."""
    if link.state == "never":
        return "never shared"
    made = f", made {day(link.created_at)}" if link.created_at else ""
    count = len(link.passwords)
    words = f"{count} password{'' if count == 1 else 's'}"
    return f"{link.state}  link ends in {link.tail}{made}, {words}"
