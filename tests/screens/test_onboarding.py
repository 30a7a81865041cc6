"""The first screen before a sandbox: what it says of a key, what it keeps, and what it never shows."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from tests.house import ENVIRON, NOW, Moment, Wire, drawn, image, lines
from tui import config
from tui.app import Hedgerow
from tui.flags import Flags
from tui.keycheck import KeyReport, look, unfit
from tui.sandbox.database import connect
from tui.sandbox.server import create_app
from tui.sandbox.server.context import Sandbox
from tui.screens.onboarding import Onboarding
from tui.screens.onboarding_check import free_name
from tui.screens.onboarding_words import scope_lines, sent_forms
from tui.text import Secret

pytestmark = pytest.mark.anyio

SIZE = (120, 40)
KEYS = {"full": image()[1].key, "read": image()[1].read_key, **image()[1].short_keys}
UNKNOWN_KEY = "phx_" + "Zq7" * 14


class FirstStart(Hedgerow):
    """The program before a sandbox, which notes what it would open instead of opening it."""

    def __init__(self, settings: config.Settings, wire: Wire, moment: Moment) -> None:
        super().__init__(settings, ENVIRON, clock=moment)
        self.wire = wire
        self.moment = moment
        self.opened: list[config.Settings] = []

    def begin(self, settings: config.Settings) -> None:
        self.settings = settings
        self.opened.append(settings)

    async def look_at_key(self, host: str, key: Secret) -> KeyReport:
        return await look(host, key, clock=self.clock, transport=self.wire, sleep=self.moment.sleep)


@dataclass
class Start:
    """The first screen, open."""

    app: FirstStart
    pilot: Pilot[Any]
    sandbox: Sandbox
    file: Path

    @property
    def screen(self) -> Onboarding:
        screen = self.app.screen
        assert isinstance(screen, Onboarding)
        return screen

    @property
    def text(self) -> str:
        return "\n".join(lines(self.app))

    def line_with(self, words: str) -> str:
        return next((one for one in lines(self.app) if words in one), "")

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await drawn(self.pilot)

    async def paste(self, text: str) -> None:
        """Paste into the field with the cursor."""
        assert self.screen.focused is not None
        self.screen.focused.post_message(events.Paste(text))
        await drawn(self.pilot)

    async def answered(self) -> None:
        """Wait until the check is through."""
        await self.app.workers.wait_for_complete()
        await drawn(self.pilot)

    async def check(self, key: str) -> None:
        """Type a key, leave its field, and wait for the answer."""
        await self.paste(key)
        await self.press("tab")
        await self.answered()


Open = Callable[..., AbstractAsyncContextManager[Start]]


@pytest.fixture
def first_start(tmp_path: Path) -> Iterator[Open]:
    """Opens the first screen: `first_start(size=(80, 24), read_only=True, HEDGEROW_HOST="...")`."""
    connection = connect()
    connection.deserialize(image()[0])
    connection.row_factory = sqlite3.Row

    @asynccontextmanager
    async def open_one(
        *, size: tuple[int, int] = SIZE, read_only: bool = False, **environ: str
    ) -> AsyncIterator[Start]:
        moment = Moment()
        server = create_app(connection, image()[1], rate_limits=False, clock=lambda: NOW)
        file = tmp_path / "hedgerow" / "config.toml"
        places = {"HEDGEROW_CONFIG": str(file), "HEDGEROW_STATE_DIR": str(tmp_path / "state")}
        settings = config.load(Flags(read_only=read_only), places | environ)
        app = FirstStart(settings, Wire(server, moment), moment)
        async with app.run_test(size=size) as pilot:
            await drawn(pilot)
            yield Start(app, pilot, server.state.sandbox, file)

    yield open_one
    connection.close()


async def test_it_says_where_it_looked_and_that_nothing_was_sent(first_start: Open) -> None:
    async with first_start() as start:
        assert "No key was found. Looked in HEDGEROW_API_KEY, POSTHOG_PERSONAL_API_KEY and " in start.text
        assert start.line_with("first start").rstrip().endswith("nothing was sent yet")
        assert "hedgerow --demo" in start.text
        assert start.screen.focused is start.screen.key
        assert not start.file.exists()


async def test_a_good_key_shows_whose_it_is_what_it_may_do_and_its_projects(first_start: Open) -> None:
    async with first_start() as start:
        await start.check(KEYS["full"])
        assert "✓ answers, 0 ms" in start.line_with("host ")
        assert "✓ belongs to ana@acme-shop.example" in start.text
        assert "What this key may do   as PostHog said at 12:03:00" in start.text
        assert start.text.count("✓ ") == 2 + 9
        assert "✓ sharing_configuration:write    share, rotate, kill and passwords" in start.text
        assert "▸ 1  Acme Shop" in start.text
        assert "3  Blog" in start.text
        assert "except three reads to us.posthog.com" in start.line_with("first start")
        assert {one.method for one in start.sandbox.requests} == {"GET"}
        assert len(start.sandbox.requests) == 3


async def test_a_key_without_sharing_says_what_will_be_refused(first_start: Open) -> None:
    async with first_start() as start:
        await start.check(KEYS["no_sharing"])
        assert "share, rotate, kill and passwords will be refused" in start.line_with("✗ sharing_configuration:write")
        assert "what is public stays unknown" in start.line_with("✗ sharing_configuration:read")
        assert "✓ insight:read" in start.text, "insight:write holds insight:read"


async def test_a_key_limited_to_a_project_offers_that_one(first_start: Open) -> None:
    async with first_start() as start:
        await start.check(KEYS["other_project"])
        assert "2  Acme Shop, staging" in start.text
        assert "Blog" not in start.text
        await start.press("ctrl+s")
        assert start.app.opened[0].project == "2"


async def test_a_key_nobody_knows_is_not_opened_with(first_start: Open) -> None:
    async with first_start() as start:
        await start.check(UNKNOWN_KEY)
        assert "✗ us.posthog.com does not know this key." in start.text
        assert "✓ answers" in start.line_with("host ")
        await start.press("ctrl+s")
        await start.answered()
        assert "Not opened." in start.text
        assert start.app.opened == []
        assert start.screen.key.value == UNKNOWN_KEY


async def test_a_host_that_is_not_there_is_said_in_words_and_can_be_asked_again(first_start: Open) -> None:
    async with first_start() as start:
        start.app.wire.cut = True
        await start.check(KEYS["full"])
        assert "✗ us.posthog.com could not be reached. enter asks again." in start.text
        assert start.line_with("first start").rstrip().endswith("nothing was sent yet")
        start.app.wire.cut = False
        await start.press("shift+tab", "enter")
        await start.answered()
        assert "✓ belongs to ana@acme-shop.example" in start.text


@pytest.mark.parametrize("beginning", ["phc_", "phs_"])
async def test_a_key_of_another_kind_is_not_sent(first_start: Open, beginning: str) -> None:
    async with first_start() as start:
        await start.check(beginning + "a" * 43)
        assert f"✗ Not sent: {beginning} is a project" in start.text
        await start.press("ctrl+s")
        await start.answered()
        assert start.sandbox.requests == []
        assert start.app.opened == []
        assert start.screen.focused is start.screen.key


async def test_ctrl_o_opens_the_demo(first_start: Open) -> None:
    async with first_start(read_only=True) as start:
        await start.paste(KEYS["full"])
        await start.press("ctrl+o")
        (opened,) = start.app.opened
        assert opened.demo
        assert (opened.profile, opened.host, opened.project, opened.key) == ("demo", "", "1", None)
        assert not opened.cache
        assert opened.read_only
        assert start.app.current_mode == "insights"
        assert start.sandbox.requests == []
        assert not start.file.exists()


async def test_the_key_is_on_no_line_of_the_screen(first_start: Open) -> None:
    key = KEYS["full"]
    async with first_start() as start:
        seen = [start.text]
        for character in key:
            await start.pilot.press(character)
            seen.append(start.text)
        await start.press("tab")
        await start.answered()
        seen.append(start.text)
        for _ in range(4):
            await start.press("shift+tab")
            seen.append(start.text)
    typed, accepted = seen[: len(key) + 1], seen[len(key) + 1 :]
    assert typed[-1].count("•") == len(key)
    assert not any(key[at : at + 4] in text for text in typed for at in range(4, len(key) - 3))
    assert not any(key[at : at + 5] in text for text in accepted for at in range(len(key) - 4))
    assert f"{key[:4]}••••" in accepted[0]
    assert f"•{key[-4:]} " in accepted[0]


async def test_nothing_is_written_unless_it_was_chosen(first_start: Open) -> None:
    async with first_start() as start:
        await start.paste(KEYS["full"])
        await start.press("ctrl+s")
        await start.answered()
        (opened,) = start.app.opened
        assert opened.key == Secret(KEYS["full"])
        assert (opened.host, opened.project) == ("https://us.posthog.com", "1")
        assert opened.read_only
        assert not opened.demo
        assert not start.file.exists()


async def test_enter_goes_on_and_opens_on_the_last_field(first_start: Open) -> None:
    async with first_start() as start:
        await start.check(KEYS["full"])
        await start.press("down", "enter", "enter")
        assert start.screen.focused is start.screen.start
        await start.press("right", "enter")
        (opened,) = start.app.opened
        assert opened.project == "2"
        assert not opened.read_only


async def test_a_file_keeps_the_key_for_its_owner_only(first_start: Open) -> None:
    async with first_start() as start:
        await start.check(KEYS["full"])
        await start.press("tab", "left", "ctrl+s")
        await start.answered()
        (opened,) = start.app.opened
        assert stat.S_IMODE(start.file.stat().st_mode) == 0o600
        assert opened.profile == "acme-shop"
        assert start.app.notice is not None
        assert start.app.notice.said.startswith("Saved as acme-shop in ")
        again = config.load(Flags(), {"HEDGEROW_CONFIG": str(start.file)})
        assert again.complete
        assert (again.profile, again.host, again.project) == ("acme-shop", "https://us.posthog.com", "1")
        assert again.key == Secret(KEYS["full"])
        assert again.read_only


async def test_without_a_keyring_nothing_is_lost(first_start: Open) -> None:
    async with first_start() as start:
        await start.check(KEYS["full"])
        await start.press("tab", "home", "ctrl+s")
        await start.answered()
        assert "There is no keyring here that keeps it" in start.text
        assert start.app.opened == []
        assert not start.file.exists()
        assert start.screen.key.value == KEYS["full"]
        assert start.screen.focused is start.screen.keep


async def test_an_answer_about_another_key_is_dropped(first_start: Open) -> None:
    async with first_start() as start:
        start.app.wire.open.clear()
        await start.paste(KEYS["full"])
        await start.press("tab")
        assert "▸ asking us.posthog.com" in start.text
        await start.press("shift+tab", "ctrl+u")
        start.app.wire.open.set()
        await start.check(KEYS["read"])
        assert "belongs to ben@acme-shop.example" in start.text
        assert "ana@" not in start.text
        assert "except reads to us.posthog.com" in start.line_with("first start"), "one check was given up, uncounted"


async def test_another_host_takes_back_what_was_said(first_start: Open) -> None:
    async with first_start() as start:
        await start.check(KEYS["full"])
        await start.press("shift+tab", "shift+tab", "ctrl+u")
        assert "belongs to" not in start.text
        assert "What this key may do" not in start.text
        assert not start.screen.projects.display
        await start.paste("not a host")
        await start.press("tab")
        assert "✗ 'not a host' is not an address of a server." in start.text


async def test_a_key_from_the_environment_waits_for_a_host(first_start: Open) -> None:
    async with first_start(HEDGEROW_API_KEY=KEYS["full"]) as start:
        assert "No host was found. The key comes from HEDGEROW_API_KEY." in start.text
        assert start.screen.focused is start.screen.host
        await start.answered()
        assert start.sandbox.requests == []


async def test_a_key_that_may_not_list_projects_takes_a_number(first_start: Open) -> None:
    async with first_start() as start:
        start.sandbox.connection.execute("UPDATE api_keys SET scopes = '[\"insight:read\"]'")
        await start.check(KEYS["full"])
        assert "✓ is let in; whose it is, it may not say" in start.text
        assert "left empty: the one selected in PostHog" in start.text
        await start.press("7", "x", "ctrl+s")
        assert "'7x' is not a project." in start.text
        assert start.app.opened == []
        await start.press("backspace", "ctrl+s")
        assert start.app.opened[0].project == "7"


async def test_read_only_from_the_command_line_stays(first_start: Open) -> None:
    async with first_start(read_only=True) as start:
        await start.check(KEYS["full"])
        await start.press("tab", "tab", "right", "enter")
        assert start.app.opened[0].read_only


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12), (20, 6)], ids=str)
async def test_every_field_can_be_reached_and_is_in_sight(first_start: Open, size: tuple[int, int]) -> None:
    async with first_start(size=size) as start:
        await start.check(KEYS["no_sharing"])
        labels = ["project", "keep it in", "start as", "host", "key"]
        for number, label in enumerate(labels):
            await start.press(*(["tab"] if number else []))
            assert f" ▌ {label}"[: size[0]] in start.text


async def test_what_is_below_the_fields_can_be_scrolled_to(first_start: Open) -> None:
    async with first_start(size=(40, 12)) as start:
        await start.check(KEYS["no_sharing"])
        seen = start.text
        for _ in range(6):
            await start.press("pagedown")
            seen += start.text
        assert "✗ sharing_configuration:write" in seen
        assert "✓ insight:read" in seen
        assert "hedgerow --demo" in seen


async def test_escape_and_letters_do_nothing_else(first_start: Open) -> None:
    async with first_start() as start:
        await start.check(KEYS["full"])
        await start.press("tab", "q", "1", "question_mark", "escape")
        assert "Nothing was written." in start.text
        await start.press("escape")
        assert start.screen.key.value == KEYS["full"]
        assert start.app.is_running


async def test_the_key_is_in_no_words_about_the_report() -> None:
    report = await look("http://elsewhere.example", Secret(UNKNOWN_KEY))
    assert report.reads == 0
    assert report.host_problem is not None
    assert "unprotected" in report.host_problem.what
    assert UNKNOWN_KEY not in repr(report)


@pytest.mark.parametrize("text", ["phc_" + "a" * 43, "pha_x", "phx_abc def", "phx_ä", "phx_a\ufffdb"])
def test_what_cannot_be_a_personal_key(text: str) -> None:
    problem = unfit(Secret(text))
    assert problem is not None
    assert problem.what.startswith("Not sent: ")
    assert text not in repr(problem)


def test_what_postHog_does_not_say_stays_open() -> None:
    report = KeyReport("https://eu.posthog.com", 0.0)
    assert report.may("insight:read") is None
    said = "\n".join("".join(span.text for span in one) for one in scope_lines(report, 120, roomy=True))
    assert said.count("? ") == 9
    assert "could not tell; it is for who made a link" in said


def test_what_was_sent_is_counted_or_not_claimed() -> None:
    assert sent_forms(0, [], counted=True)[0] == "nothing was sent yet"
    assert sent_forms(1, ["eu.posthog.com"], counted=True)[0].endswith("except one read to eu.posthog.com")
    assert sent_forms(4, ["a", "b"], counted=True)[0].endswith("except four reads to 2 hosts")
    assert sent_forms(3, ["a"], counted=False)[0].endswith("except reads to a")


def test_a_profile_gets_a_name_of_its_own() -> None:
    assert free_name("Acme Shop, staging", ()) == "acme-shop-staging"
    assert free_name("Blog", ("blog", "blog-2")) == "blog-3"
    assert free_name("日本", ()) == "posthog"


def test_it_waits_for_no_library_of_the_network() -> None:
    code = "import sys, tui.screens.onboarding; print(*sorted({'httpx', 'pydantic', 'keyring'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
