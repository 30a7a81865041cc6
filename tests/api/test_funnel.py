"""The promises of the funnel: one origin, no write in read-only, writes once, patient reads, bounds."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.wire import KEY, Line, Wire, refusal, reply
from tui.api.client import Client
from tui.api.errors import READ_ONLY, ApiError, Kind, Problem, Sent
from tui.text import Secret

pytestmark = pytest.mark.anyio

PAGE = {"count": 0, "results": []}
SHARING = {"enabled": True, "access_token": "tok", "created_at": "2026-01-01T00:00:00Z"}
HTML_404 = httpx.Response(404, html="<h1>Not Found</h1>")


async def problem_of(line: Line, *, write: bool = False) -> Problem:
    """What a read, or a write, on the line runs into."""
    sharing = line.client.sharing
    with pytest.raises(ApiError) as raised:
        await (sharing.refresh(5) if write else sharing.read(5))
    assert str(raised.value) == raised.value.problem.what
    return raised.value.problem


# What is sent


async def test_a_request_carries_the_key_and_names_the_program() -> None:
    line = Line(reply(200, PAGE))
    await line.client.variables.list()
    request = line.wire.last
    assert request.headers["authorization"] == f"Bearer {KEY.reveal()}"
    assert request.headers["user-agent"].startswith("hedgerow/")
    assert str(request.url) == "https://eu.posthog.com/api/projects/1/insight_variables/"


async def test_public_links_get_neither_the_key_nor_a_cookie() -> None:
    opened = reply(200, {"shareToken": "pass", "type": "scene"}, set_cookie="posthog_sharing_token=x; Path=/")
    line = Line(opened)
    await line.client.public.unlock(Secret("token"), Secret("password"))
    await line.client.public.check(Secret("token"))
    assert [(r.method, r.url.path, r.headers.get("authorization")) for r in line.wire.requests] == [
        ("POST", "/shared/token", None),
        ("GET", "/shared/token.json", "Bearer pass"),
        ("GET", "/shared/token.json", None),
    ]
    assert line.wire.bodies() == [{"password": "password"}, None, None]
    assert not [request for request in line.wire.requests if "cookie" in request.headers]
    assert {request.headers["accept"] for request in line.wire.requests} == {"*/*"}


async def test_time_outs_are_set_for_each_phase() -> None:
    line = Line(reply(200, PAGE))
    await line.client.variables.list()
    assert line.wire.last.extensions["timeout"] == {"connect": 5.0, "read": 30.0, "write": 30.0, "pool": 30.0}


@pytest.mark.parametrize("project", ["../../api/x", "1?x=1", "a b", ".."])
async def test_a_project_cannot_lead_the_path_elsewhere(project: str) -> None:
    line = Line(reply(200, PAGE), project=project)
    await line.client.variables.list()
    path = line.wire.last.url.raw_path.decode()
    assert path.startswith("/api/projects/")
    assert path.endswith("/insight_variables/")
    assert path.count("/") == 5


# Redirects


async def test_307_and_308_are_followed_within_the_origin_with_method_and_body() -> None:
    moved = reply(307, None, location="/api/projects/1/insights/5/sharing/?moved=1")
    again = reply(308, None, location="https://eu.posthog.com/api/projects/1/x/")
    line = Line(moved, again, reply(200, SHARING))
    await line.client.sharing.update(5, enabled=True)
    assert [(r.method, r.url.path) for r in line.wire.requests] == [
        ("PATCH", "/api/projects/1/insights/5/sharing/"),
        ("PATCH", "/api/projects/1/insights/5/sharing/"),
        ("PATCH", "/api/projects/1/x/"),
    ]
    assert line.wire.requests[1].url.query == b"moved=1"
    assert line.wire.bodies() == [{"enabled": True}] * 3
    assert {r.headers["authorization"] for r in line.wire.requests} == {f"Bearer {KEY.reveal()}"}


@pytest.mark.parametrize(
    "location",
    [
        "https://us.posthog.com/api/",
        "http://eu.posthog.com/api/",
        "https://eu.posthog.com:8443/api/",
        "//evil.example/api/",
        "https://eu.posthog.com@evil.example/",
        "https://user:pass@eu.posthog.com/api/",
        "https://eu.posthog.com.evil.example/",
        "https:\\\\evil.example/",
        "https://[::1/",
        "",
    ],
)
@pytest.mark.parametrize("status", [307, 308])
async def test_a_redirect_elsewhere_is_not_followed(location: str, status: int) -> None:
    line = Line(reply(status, None, location=location))
    problem = await problem_of(line, write=True)
    assert (problem.kind, problem.sent, problem.status) == (Kind.ELSEWHERE, Sent.REFUSED, status)
    assert len(line.wire.requests) == 1


async def test_redirects_in_a_circle_end() -> None:
    line = Line(reply(307, None, location="/api/again/"))
    assert (await problem_of(line)).kind is Kind.ELSEWHERE
    assert len(line.wire.requests) == 4


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_other_redirects_are_never_followed(status: int) -> None:
    line = Line(reply(status, None, location="/login/"))
    problem = await problem_of(line, write=True)
    assert (problem.kind, problem.sent) == (Kind.ELSEWHERE, Sent.UNKNOWN)
    assert len(line.wire.requests) == 1


# Read-only


async def test_read_only_lets_no_write_leave() -> None:
    line = Line(reply(200, SHARING), read_only=True)
    client = line.client
    token = Secret("t" * 30)
    for write in (
        client.variables.create(name="a", type="String"),
        client.variables.update("u", name="a"),
        client.variables.replace("u", name="a"),
        client.variables.delete("u"),
        client.insights.create(name="a"),
        client.insights.create_csv(name="a"),
        client.insights.update(5, name="a"),
        client.sharing.update(5, enabled=False),
        client.sharing.refresh(5),
        client.sharing.create_password(5),
        client.sharing.delete_password(5, 6),
        client.call("POST", "/api/x/"),
        client.call("PUT", "/shared/x", family="anonymous"),
    ):
        with pytest.raises(ApiError) as raised:
            await write
        assert raised.value.problem.sent is Sent.NO
        assert str(raised.value) == READ_ONLY
    assert line.wire.requests == []
    assert {call.problem and call.problem.code for call in line.calls} == {"read_only"}
    await client.sharing.read(5)
    await client.public.unlock(token, Secret("password"))
    assert [request.method for request in line.wire.requests] == ["GET", "POST", "GET"]


# The base path


async def test_the_old_base_path_is_tried_once_and_kept() -> None:
    line = Line(HTML_404, reply(200, PAGE))
    await line.client.variables.list()
    await line.client.variables.list()
    assert [request.url.path.split("/")[2] for request in line.wire.requests] == [
        "projects",
        "environments",
        "environments",
    ]
    assert line.client.prefix == "environments"


async def test_a_404_of_a_view_or_after_an_answer_does_not_change_the_base_path() -> None:
    line = Line(refusal(404, "Project not found.", "not_found"))
    assert (await problem_of(line)).code == "not_found"
    assert len(line.wire.requests) == 1
    line = Line(reply(200, SHARING), HTML_404)
    await line.client.sharing.read(5)
    assert (await problem_of(line)).code == "not_routed"
    assert len(line.wire.requests) == 2


async def test_when_neither_base_path_is_known_the_first_answer_counts() -> None:
    line = Line(refusal(404, "Endpoint not found.", "not_found"), HTML_404)
    problem = await problem_of(line, write=True)
    assert problem.detail == "Endpoint not found."
    assert (problem.kind, problem.sent) == (Kind.MISSING, Sent.REFUSED)
    assert line.client.prefix == "projects"


async def test_the_prefix_can_be_set() -> None:
    line = Line(reply(200, PAGE), prefix="environments")
    await line.client.variables.list()
    assert line.wire.last.url.path == "/api/environments/1/insight_variables/"


# Tries


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("x"),
        httpx.ConnectTimeout("x"),
        httpx.ReadError("x"),
        httpx.RemoteProtocolError("x"),
        httpx.Response(500),
        httpx.Response(502, html="bad gateway"),
        httpx.Response(503),
        httpx.Response(512),
    ],
)
async def test_reads_are_tried_three_times_and_writes_once(failure: httpx.Response | Exception) -> None:
    line = Line(failure, failure, reply(200, SHARING))
    assert (await line.client.sharing.read(5)).enabled
    assert line.time.slept == [0.5, 1.0]
    line = Line(failure)
    await problem_of(line)
    assert len(line.wire.requests) == 3
    line = Line(failure)
    await problem_of(line, write=True)
    assert len(line.wire.requests) == 1
    assert line.time.slept == []


@pytest.mark.parametrize("failure", [httpx.ReadTimeout("x"), httpx.Response(501), httpx.Response(404), HTML_404])
async def test_what_cannot_pass_is_not_tried_again(failure: httpx.Response | Exception) -> None:
    line = Line(reply(200, SHARING), failure)
    await line.client.sharing.read(5)
    await problem_of(line)
    assert len(line.wire.requests) == 2


async def test_pauses_have_jitter() -> None:
    line = Line(httpx.Response(500), random=lambda: 1.0)
    await problem_of(line)
    assert line.time.slept == [1.0, 2.0]


async def test_a_throttled_read_waits_as_told_and_one_second_more() -> None:
    throttled = refusal(429, "Request was throttled. Expected available in 8 seconds.", "throttled", retry_after="7")
    line = Line(throttled, reply(200, SHARING))
    await line.client.sharing.read(5)
    assert line.time.slept == [8.0]


async def test_a_long_wait_is_reported_rather_than_waited() -> None:
    line = Line(refusal(429, "", "throttled", retry_after="1800"))
    problem = await problem_of(line)
    assert (problem.kind, problem.status, problem.wait) == (Kind.LIMITED, 429, 1801.0)
    assert problem.may_retry
    assert line.time.slept == []
    # The next one is held back here: the server has said until when it refuses.
    problem = await problem_of(line, write=True)
    assert (problem.kind, problem.sent, problem.wait) == (Kind.LIMITED, Sent.NO, 1801.0)
    assert len(line.wire.requests) == 1


async def test_the_budget_holds_back_what_the_server_would_refuse() -> None:
    line = Line(reply(200, SHARING))
    for _ in range(481):
        await line.client.sharing.read(5)
    assert line.time.slept == [60.0]
    gentle = line.client.gently(0.5)
    line.time.now += 60
    for _ in range(240):
        await gentle.sharing.read(5)
    assert line.client.budget.left("general") == (240, 480)
    await gentle.sharing.read(5)
    assert line.time.slept == [60.0, 60.0]


# What got lost


@pytest.mark.parametrize(
    ("failure", "kind", "sent"),
    [
        (httpx.ConnectError("x"), Kind.OFFLINE, Sent.NO),
        (httpx.ConnectTimeout("x"), Kind.TIMEOUT, Sent.NO),
        (httpx.PoolTimeout("x"), Kind.TIMEOUT, Sent.NO),
        (httpx.ProxyError("x"), Kind.OFFLINE, Sent.NO),
        (httpx.LocalProtocolError("x"), Kind.REJECTED, Sent.NO),
        (httpx.WriteTimeout("x"), Kind.TIMEOUT, Sent.UNKNOWN),
        (httpx.WriteError("x"), Kind.OFFLINE, Sent.UNKNOWN),
        (httpx.ReadTimeout("x"), Kind.TIMEOUT, Sent.UNKNOWN),
        (httpx.ReadError("x"), Kind.OFFLINE, Sent.UNKNOWN),
        (httpx.RemoteProtocolError("x"), Kind.OFFLINE, Sent.UNKNOWN),
        (httpx.Response(500), Kind.BROKEN, Sent.UNKNOWN),
        (httpx.Response(502, html="x"), Kind.BROKEN, Sent.UNKNOWN),
        (httpx.Response(504), Kind.BROKEN, Sent.UNKNOWN),
        (httpx.Response(501), Kind.BROKEN, Sent.REFUSED),
        (httpx.Response(429), Kind.LIMITED, Sent.REFUSED),
        (httpx.Response(400, json={"detail": "no"}), Kind.REJECTED, Sent.REFUSED),
        (httpx.Response(200, html="<h1>Log in</h1>"), Kind.UNREADABLE, Sent.UNKNOWN),
        (httpx.Response(200, content=b'{"enabled": tr'), Kind.UNREADABLE, Sent.UNKNOWN),
        (httpx.Response(200, json={"enabled": "perhaps"}), Kind.UNREADABLE, Sent.UNKNOWN),
        (httpx.Response(200, json={}), Kind.UNREADABLE, Sent.UNKNOWN),
        (httpx.Response(200, content=b"[" * 200_000), Kind.UNREADABLE, Sent.UNKNOWN),
    ],
)
async def test_a_write_knows_whether_it_may_have_been_carried_out(
    failure: httpx.Response | Exception, kind: Kind, sent: Sent
) -> None:
    problem = await problem_of(Line(failure), write=True)
    assert (problem.kind, problem.sent) == (kind, sent)
    if sent is Sent.UNKNOWN:
        assert (problem.means, problem.help) == ("It may have been carried out.", "r reads what is true now.")
    assert (await problem_of(Line(failure))).sent is not Sent.UNKNOWN


async def test_a_deletion_answered_by_a_page_is_unknown() -> None:
    line = Line(httpx.Response(204), httpx.Response(200, html="<h1>Log in</h1>"))
    await line.client.variables.delete("u")
    with pytest.raises(ApiError) as raised:
        await line.client.sharing.delete_password(5, 6)
    assert raised.value.problem.sent is Sent.UNKNOWN


async def test_an_answer_cut_in_the_middle_leaves_a_write_unknown() -> None:
    async def cut() -> AsyncIterator[bytes]:
        yield b'{"enabled": true,'
        raise httpx.ReadError("gone")

    line = Line(lambda _request: httpx.Response(200, content=cut()))
    problem = await problem_of(line, write=True)
    assert (problem.kind, problem.sent) == (Kind.OFFLINE, Sent.UNKNOWN)


async def test_a_broken_packed_body_is_unreadable() -> None:
    line = Line(lambda _request: httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Bytes(b"no gzip")))
    assert (await problem_of(line, write=True)).kind is Kind.UNREADABLE


class Bytes(httpx.AsyncByteStream):
    """A body that is not unpacked before it is read."""

    def __init__(self, *parts: bytes) -> None:
        self.parts = parts
        self.given = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            self.given += 1
            yield part


async def test_an_endless_or_blown_up_body_is_given_up() -> None:
    endless = Bytes(*[b" " * 1024] * 1000)
    line = Line(lambda _request: httpx.Response(200, stream=endless), largest=10_000)
    problem = await problem_of(line)
    assert problem.kind is Kind.UNREADABLE
    assert endless.given == 10
    bomb = gzip.compress(b" " * 5_000_000)
    packed = {"content-encoding": "gzip"}
    line = Line(lambda _request: httpx.Response(200, headers=packed, stream=Bytes(bomb)), largest=1_000_000)
    assert len(bomb) < 10_000
    assert (await problem_of(line)).kind is Kind.UNREADABLE


async def test_a_refused_connection_is_told_from_an_unknown_host_and_from_bad_tls() -> None:
    async def what(error: BaseException) -> tuple[Kind, str]:
        outer = httpx.ConnectError("x")
        outer.__cause__ = error
        problem = await problem_of(Line(outer))
        return problem.kind, problem.what

    group = OSError("all failed")
    group.__cause__ = BaseExceptionGroup("x", [OSError("x"), ConnectionRefusedError()])
    from socket import gaierror

    assert await what(gaierror()) == (Kind.OFFLINE, "eu.posthog.com could not be found (DNS).")
    assert await what(ConnectionRefusedError()) == (
        Kind.OFFLINE,
        "eu.posthog.com does not accept connections.",
    )
    assert await what(group) == (Kind.OFFLINE, "eu.posthog.com does not accept connections.")
    assert (await what(ssl.SSLCertVerificationError()))[0] is Kind.TLS
    assert (await what(ssl.SSLError()))[0] is Kind.TLS
    assert (await what(OSError()))[1] == "eu.posthog.com could not be reached."


async def test_a_real_closed_port_is_offline() -> None:
    async with Client(host="http://127.0.0.1:1", key=KEY, sleep=lambda _seconds: asyncio.sleep(0)) as client:
        with pytest.raises(ApiError) as raised:
            await client.sharing.refresh(5)
    assert raised.value.problem.what == "127.0.0.1:1 does not accept connections."
    assert raised.value.problem.sent is Sent.NO


async def test_a_cancelled_write_is_noted_as_unknown_and_stays_cancelled() -> None:
    arrived = asyncio.Event()

    class Never(Wire):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            arrived.set()
            await asyncio.Event().wait()
            raise AssertionError

    line = Line(transport=Never([]))
    task = asyncio.create_task(line.client.sharing.refresh(5))
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    problem = line.calls[-1].problem
    assert problem is not None
    assert (problem.kind, problem.sent) == (Kind.CANCELLED, Sent.UNKNOWN)


# Secrets


async def test_no_secret_reaches_a_problem_or_the_log() -> None:
    password = Secret("correct horse battery")
    echo = f"You sent {KEY.reveal()} and {password.reveal()}."
    line = Line(refusal(400, echo, "invalid_input"))
    with pytest.raises(ApiError) as raised:
        await line.client.sharing.create_password(5, password, "note")
    seen = f"{raised.value} {raised.value.problem} {line.calls}"
    assert "You sent •••• and ••••." in seen
    assert KEY.reveal() not in seen
    assert password.reveal() not in seen


async def test_a_share_token_is_masked_in_the_log() -> None:
    token = Secret("q7Jm" + "a" * 22 + "x2Lk")
    line = Line(reply(404))
    await line.client.public.check(token)
    assert [call.path for call in line.calls] == ["/shared/q7Jm••••x2Lk.json"]


async def test_the_log_has_what_a_request_log_shows() -> None:
    line = Line(httpx.Response(200, json=PAGE), httpx.Response(400, json={"detail": "no"}))
    await line.client.insights.list(basic=True, search="a b")
    await problem_of(line)
    assert [(call.method, call.path, call.status, call.bytes) for call in line.calls] == [
        ("GET", "/api/projects/1/insights/?basic=true&search=a+b", 200, 24),
        ("GET", "/api/projects/1/insights/5/sharing/", 400, 15),
    ]
    assert [call.problem and call.problem.kind for call in line.calls] == [None, Kind.REJECTED]
    assert {call.at for call in line.calls} == {line.time.now}


@pytest.mark.parametrize("key", ["phx_a\nb", "phx_ü", "phx_\ud800"])
async def test_a_key_that_cannot_be_sent_is_a_problem_and_not_a_crash(key: str) -> None:
    # A real connection writes the header; nothing listens to it for long.
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Client(host=f"http://127.0.0.1:{port}", key=Secret(key)) as client:
        with pytest.raises(ApiError) as raised:
            await client.sharing.refresh(5)
    assert (raised.value.problem.kind, raised.value.problem.sent) == (Kind.REJECTED, Sent.NO)
    assert key not in str(raised.value.problem)
