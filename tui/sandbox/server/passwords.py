"""Passwords of a protected link: made here, shown once, deleted softly."""

from __future__ import annotations

import secrets

from starlette.responses import Response

from tui.sandbox.server import links
from tui.sandbox.server.bodies import BlankText, Fields, Note, check
from tui.sandbox.server.context import Call
from tui.sandbox.server.errors import BareError, Crash, not_found, validation
from tui.sandbox.server.replies import JSONReply, no_content
from tui.sandbox.server.sharing import body_object, check_may_edit, find_target, has_feature

LEAST = 8
"""Characters of a password that is given."""


class NewPassword(Fields):
    """The body of POST."""

    raw_password: BlankText = ""
    note: Note = ""


def create(call: Call) -> Response:
    """POST a password, or let the server make one. The answer alone shows it."""
    target = find_target(call)
    row = links.configuration(call, target)
    data = body_object(call)
    check_may_edit(call, target, data)
    if row is None or not row["password_required"]:
        raise BareError(400, "Password protection must be enabled before creating passwords")
    _check_plan(call)
    body = check(NewPassword, data)
    if body.raw_password and len(body.raw_password) < LEAST:
        raise validation(f"Password must be at least {LEAST} characters long.", attr="raw_password")
    password = body.raw_password or secrets.token_urlsafe(16)
    identity = call.write(
        "INSERT INTO share_passwords (sharing_configuration_id, password, note, created_at, created_by)"
        " VALUES (?,?,?,?,?)",
        row["id"],
        password,
        body.note,
        call.stamp,
        call.caller.user_id,
    )
    return JSONReply(
        {
            "id": identity,
            "password": password,
            "note": body.note,
            "created_at": call.stamp,
            "created_by_email": call.caller.user["email"] if call.caller.user else "deleted user",
        },
        201,
    )


def destroy(call: Call) -> Response:
    """DELETE a password of the link as it is now. Sessions opened with it end at once."""
    target = find_target(call)
    row = links.configuration(call, target)
    check_may_edit(call, target, {})
    _check_plan(call)
    text = call.parameter("password_id")
    if row is None or not text.isdigit():
        raise Crash("the id is read as a number, and looked up below a saved configuration")
    password = call.one(
        "SELECT id FROM share_passwords WHERE id = ? AND sharing_configuration_id = ? AND is_active",
        int(text),
        row["id"],
    )
    if password is None:
        raise not_found("Password not found")
    call.write("UPDATE share_passwords SET is_active = 0 WHERE id = ?", password["id"])
    return no_content()


def _check_plan(call: Call) -> None:
    if not has_feature(call, "access_control"):
        raise BareError(403, f"Password management requires the {call.age.password_feature} feature")
