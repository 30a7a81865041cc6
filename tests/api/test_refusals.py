"""From what a server answers to words an operator can act on."""

from __future__ import annotations

import json
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.api.errors import Kind, Problem, Sent
from tui.api.refusals import problem_from_answer
from tui.text import clean

AT = 1_795_000_000.0


def envelope(detail: str, code: str = "permission_denied", attr: str | None = None) -> bytes:
    return json.dumps({"type": "x", "code": code, "detail": detail, "attr": attr}).encode()


def error(words: str) -> bytes:
    return json.dumps({"error": words}).encode()


def asked(
    status: int, body: bytes, *, method: str = "GET", path: str = "/api/projects/1/insights/", **headers: str
) -> Problem:
    return problem_from_answer(status, headers, body, host="eu.posthog.com", method=method, path=path, at=AT)


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (
            403,
            envelope("API key missing required scope 'insight:read'"),
            Kind.FORBIDDEN,
            "lacks the permission insight:read",
        ),
        (
            403,
            envelope("API key does not have access to the requested project: ID 42."),
            Kind.FORBIDDEN,
            "not made for this project",
        ),
        (
            403,
            envelope("API key does not have access to the requested organization: ID 4."),
            Kind.FORBIDDEN,
            "not made for this organization",
        ),
        (
            403,
            envelope("Organization 'Acme' does not allow using personal API keys."),
            Kind.FORBIDDEN,
            "forbids personal API keys",
        ),
        (
            403,
            envelope("API keys with scoped projects are only supported on project-based endpoints."),
            Kind.FORBIDDEN,
            "limited to certain projects",
        ),
        (403, envelope("You don't have access to the project."), Kind.FORBIDDEN, "not a member"),
        (
            403,
            envelope("Public sharing is disabled for this organization."),
            Kind.FORBIDDEN,
            "forbids public links",
        ),
        (
            403,
            error("Sharing with password requires the Access Control feature"),
            Kind.FORBIDDEN,
            "paid feature",
        ),
        (
            403,
            error("Sharing with password requires the Advanced Permissions feature"),
            Kind.FORBIDDEN,
            "paid feature",
        ),
        (
            403,
            error("Password management requires the Access Control feature"),
            Kind.FORBIDDEN,
            "paid feature",
        ),
        (403, envelope("You don't have edit permissions for this insight."), Kind.FORBIDDEN, "may not edit"),
        (
            403,
            envelope("You do not have editor access to this resource."),
            Kind.FORBIDDEN,
            "has no editor access",
        ),
        (
            400,
            envelope("Can't enable sharing because of x", "invalid_input"),
            Kind.FORBIDDEN,
            "refuses to publish",
        ),
        (400, envelope("Can't save this query: x", "invalid_input"), Kind.FORBIDDEN, "refuses this query"),
        (
            400,
            error("Password protection must be enabled before creating passwords"),
            Kind.REJECTED,
            "is not protected",
        ),
        (
            400,
            envelope("Variable with this code name already exists", "invalid_input"),
            Kind.CONFLICT,
            "exists already",
        ),
        (
            400,
            envelope("Variable with name already exists", "invalid_input"),
            Kind.CONFLICT,
            "exists already",
        ),
        (404, envelope("Project not found.", "not_found"), Kind.MISSING, "no project with this id"),
        (404, envelope("Insight not found.", "not_found"), Kind.MISSING, "insight does not exist"),
        (404, envelope("Password not found", "not_found"), Kind.MISSING, "password does not exist"),
        (404, envelope("Invalid page.", "not_found"), Kind.MISSING, "no such page"),
        (404, envelope("No resource found", "not_found"), Kind.MISSING, "insight was deleted"),
        (401, error("Incorrect password"), Kind.UNAUTHORISED, "password does not open"),
        (409, envelope("Edited meanwhile", "conflict"), Kind.CONFLICT, "Edited meanwhile"),
        (400, envelope("This field is required.", "required", "name"), Kind.REJECTED, "the value of name"),
        (
            400,
            b'{"name": ["This field may not be blank."]}',
            Kind.REJECTED,
            "of name: This field may not be blank.",
        ),
        (
            415,
            envelope("Unsupported media type", "unsupported_media_type"),
            Kind.REJECTED,
            "Unsupported media",
        ),
        (405, b"", Kind.REJECTED, "does not know DELETE here"),
        (503, b"", Kind.BROKEN, "no capacity just now (503)"),
        (504, b"<html>", Kind.BROKEN, "no capacity just now (504)"),
        (512, b"", Kind.BROKEN, "no capacity just now (512)"),
        (500, envelope("A server error occurred.", "error"), Kind.BROKEN, "failed (500)"),
        (502, b"<html>Bad Gateway</html>", Kind.BROKEN, "failed (502)"),
    ],
)
def test_known_messages(status: int, body: bytes, kind: Kind, words: str) -> None:
    problem = asked(status, body, method="DELETE")
    assert problem.kind is kind
    assert words in problem.what
    assert problem.status == status
    assert problem.at == AT
    assert problem.what.endswith(".")
    assert "!" not in problem.what + problem.means + problem.help


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_known_by_its_code_whatever_the_status(status: int) -> None:
    wrong = envelope("Personal API key found in request Authorization header is invalid.", "authentication_failed")
    none = envelope("Authentication credentials were not provided.", "not_authenticated")
    other = envelope("Invalid access token.", "authentication_failed")
    assert {asked(status, body).kind for body in (wrong, none, other)} == {Kind.UNAUTHORISED}
    assert asked(status, wrong).what == "eu.posthog.com does not know this key."
    assert asked(status, none).what == "eu.posthog.com wants a key."
    assert asked(403, envelope("Something else")).kind is Kind.FORBIDDEN
    assert asked(401, b"").kind is Kind.UNAUTHORISED


def test_a_missing_scope_is_named_and_told_where_to_add() -> None:
    problem = asked(403, envelope("API key missing required scope 'sharing_configuration:write'"))
    assert problem.scope == "sharing_configuration:write"
    assert problem.help == "Add sharing_configuration:write to the key: PostHog, Settings, Personal API keys."


def test_an_old_server_without_a_scope_for_variables_is_named() -> None:
    body = envelope("This action does not support personal API key access")
    assert "insight variables" in asked(403, body, path="/api/projects/1/insight_variables/").what
    assert "lets no key do this (PUT)" in asked(403, body, method="PUT").what


@pytest.mark.parametrize("body", [b"<h1>Not Found</h1>", b"", envelope("Endpoint not found.", "not_found")])
def test_a_path_no_view_knows(body: bytes) -> None:
    problem = asked(404, body)
    assert (problem.kind, problem.code) == (Kind.MISSING, "not_routed")


def test_throttling_says_when() -> None:
    detail = "Request was throttled. Expected available in 59 seconds."
    body = envelope(detail, "throttled")
    assert asked(429, body, **{"Retry-After": "58"}).wait == 59.0
    assert asked(429, body).wait == 60.0
    assert asked(429, b"").wait is None
    assert asked(429, b"", **{"retry-after": formatdate(AT + 9, usegmt=True)}).wait == 10.0
    assert asked(429, b"", **{"retry-after": "soon"}).wait is None
    problem = asked(429, body)
    assert (problem.kind, problem.sent, problem.may_retry) == (Kind.LIMITED, Sent.REFUSED, True)
    assert problem.means == "It answers again in 60 s."


def test_only_what_can_end_otherwise_may_be_tried_again() -> None:
    tried = {status: asked(status, b"{}").may_retry for status in (400, 401, 403, 404, 409, 429, 500, 502, 503)}
    assert [status for status, again in tried.items() if again] == [429, 500, 502, 503]


def test_the_words_of_the_server_are_kept_clean_and_short() -> None:
    problem = asked(400, envelope("bad \x1b]52;c;x\x07\u202e" + "x" * 9000, "inv\x1balid", "na\x1bme"))
    assert problem.detail.startswith("bad �]52;c;x��x")
    assert (problem.code, problem.attr) == ("inv�alid", "na�me")
    assert len(problem.what) < 700
    assert problem.what.isprintable()


def test_words_of_the_server_cannot_be_a_template() -> None:
    assert "{host}" in asked(400, envelope("{host} {0} %s", "invalid_input")).what


@given(
    st.integers(300, 599),
    st.binary(max_size=200) | st.text().map(envelope) | st.text().map(error),
    st.booleans(),
)
def test_any_answer_becomes_a_problem_with_a_sentence(status: int, body: bytes, write: bool) -> None:
    problem = problem_from_answer(status, {}, body, host="h", method="PATCH", write=write, at=AT)
    assert problem.what
    assert problem.what == clean(problem.what)
    assert problem.sent is not Sent.NO
    assert write or problem.sent is Sent.REFUSED


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_becomes_a_problem(data: object) -> None:
    body = json.dumps({"detail": data, "error": data, "code": data, "attr": data, "x": data}).encode()
    problem = asked(418, body)
    assert problem.status == 418
    assert problem.what == clean(problem.what) != ""
