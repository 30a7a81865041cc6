"""Flags, environment and file: which of them decides, and what is refused in which words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tui.config import ConfigError, Settings, clean_host, clean_project, load
from tui.flags import Flags
from tui.text import Secret

KEY = "phx_0123456789abcdefghijklmnop"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


NOTHING = Flags()


def settings(path: Path, text: str = "", flags: Flags = NOTHING, /, **environ: str) -> Settings:
    path.touch(0o600)
    path.write_text(text, encoding="utf-8")
    return load(flags, {"HEDGEROW_CONFIG": str(path), "HEDGEROW_STATE_DIR": str(path.parent), **environ})


FILE = """
[profiles.prod]
host = "https://file.example"
project = 7
key_from = "keyring"
"""


# Who decides


def test_flags_beat_environment_and_environment_beats_the_file(path: Path) -> None:
    found = settings(path, FILE)
    assert (found.profile, found.host, found.project) == ("prod", "https://file.example", "7")
    assert found.key_from == "keyring"
    environ = {"HEDGEROW_HOST": "https://env.example", "HEDGEROW_PROJECT": "8", "HEDGEROW_API_KEY": KEY}
    found = settings(path, FILE, **environ)
    assert (found.host, found.project, found.key_from) == ("https://env.example", "8", "HEDGEROW_API_KEY")
    assert found.key is not None
    assert found.key.reveal() == KEY
    found = settings(path, FILE, Flags(host="https://flag.example", project=9), **environ)
    assert (found.host, found.project) == ("https://flag.example", "9")


def test_posthogs_own_variables_come_after_ours_and_before_the_file(path: Path) -> None:
    theirs = {
        "POSTHOG_HOST": "https://theirs.example",
        "POSTHOG_PROJECT_ID": "5",
        "POSTHOG_PERSONAL_API_KEY": "phx_theirs_theirs_theirs",
    }
    found = settings(path, FILE, **theirs)
    assert (found.host, found.project) == ("https://theirs.example", "5")
    assert found.key_from == "POSTHOG_PERSONAL_API_KEY"
    found = settings(path, FILE, HEDGEROW_HOST="https://ours.example", HEDGEROW_API_KEY=KEY, **theirs)
    assert (found.host, found.key_from) == ("https://ours.example", "HEDGEROW_API_KEY")


TWO = 'profile = "two"\n[profiles.one]\nhost = "https://one.example"\n[profiles.two]\nhost = "https://two.example"\n'


def test_the_profile_is_the_flags_then_the_environments_then_the_files(path: Path) -> None:
    assert settings(path, TWO).profile == "two"
    assert settings(path, TWO, HEDGEROW_PROFILE="one").host == "https://one.example"
    assert settings(path, TWO, Flags(profile="two"), HEDGEROW_PROFILE="one").host == "https://two.example"


def test_of_two_profiles_none_is_guessed(path: Path) -> None:
    found = settings(path, TWO.partition("\n")[2])
    assert (found.profile, found.host, found.complete) == ("", "", False)


def test_without_anything_there_is_nothing_to_connect_with(tmp_path: Path) -> None:
    found = load(Flags(), {"HEDGEROW_CONFIG": str(tmp_path / "none.toml"), "HEDGEROW_STATE_DIR": str(tmp_path)})
    assert (found.host, found.project, found.key, found.key_from) == ("", "@current", None, "")
    assert (found.complete, found.read_only, found.cache, found.prefix) == (False, False, True, "projects")
    assert found.grace_seconds == 300


def test_a_host_and_a_key_are_enough(path: Path) -> None:
    assert settings(path, HEDGEROW_HOST="eu.posthog.com", HEDGEROW_API_KEY=KEY).complete
    assert not settings(path, HEDGEROW_HOST="eu.posthog.com").complete
    assert not settings(path, HEDGEROW_API_KEY=KEY).complete


def test_the_demo_takes_nothing_from_elsewhere(path: Path) -> None:
    found = settings(path, FILE, Flags(demo=True), HEDGEROW_API_KEY=KEY, HEDGEROW_HOST="https://env.example")
    assert (found.profile, found.host, found.key, found.key_from, found.project) == ("demo", "", None, "", "1")
    assert (found.demo, found.cache, found.complete) == (True, False, True)


def test_other_flags(path: Path) -> None:
    found = settings(path, FILE, Flags(no_cache=True, target="abc12345"))
    assert (found.cache, found.target) == (False, "abc12345")


# Read-only


@pytest.mark.parametrize(
    ("word", "on"),
    [("1", True), ("true", True), ("YES", True), ("maybe", True), ("", False), ("0", False), ("False", False),
     (" no ", False), ("off", False)],
)  # fmt: skip
def test_an_unclear_word_for_read_only_counts_as_yes(path: Path, word: str, on: bool) -> None:
    assert settings(path, HEDGEROW_READ_ONLY=word).read_only is on


def test_nothing_switches_read_only_off(path: Path) -> None:
    text = FILE + "read_only = true\n"
    assert settings(path, text).read_only
    assert settings(path, text, HEDGEROW_READ_ONLY="0").read_only
    assert settings(path, FILE, Flags(read_only=True), HEDGEROW_READ_ONLY="0").read_only


# The key in the file


def test_a_key_in_a_private_file_works_and_is_warned_of(path: Path) -> None:
    found = settings(path, f'[profiles.a]\nhost = "x.example"\napi_key = "{KEY}"\n')
    assert found.key is not None
    assert found.key.reveal() == KEY
    assert found.key_from == str(path)
    assert found.warnings == (f"The key is kept as plain text in {path}.",)
    assert KEY not in repr(found)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o660])
def test_a_key_in_a_file_that_others_can_open_is_refused(path: Path, mode: int) -> None:
    settings(path, f'[profiles.a]\napi_key = "{KEY}"\n')
    path.chmod(mode)
    with pytest.raises(ConfigError, match=r"others can read it\. Run: chmod 600") as raised:
        load(Flags(), {"HEDGEROW_CONFIG": str(path)})
    assert KEY not in str(raised.value)
    found = load(Flags(), {"HEDGEROW_CONFIG": str(path), "HEDGEROW_API_KEY": "phx_from_elsewhere"})
    assert found.key_from == "HEDGEROW_API_KEY"


@pytest.mark.parametrize(
    "text",
    [
        f'[profiles.a]\nkey_from = "{KEY}"\n',
        f'[profiles.a]\napi_key = ["{KEY}"]\n',
        f'[profiles.a]\nhost = "https://ana:{KEY}@eu.posthog.com"\n',
    ],
)
def test_a_key_in_the_wrong_place_is_not_repeated(path: Path, text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        settings(path, text)
    assert KEY not in str(raised.value)


# What is refused


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("profil = 'a'", "profil is not a setting. Did you mean profile?"),
        ("[profiles.a]\nhots = 'x'", "profiles.a.hots is not a setting. Did you mean host?"),
        ("[profiles.a]\nreadonly = true", "profiles.a.readonly is not a setting. Did you mean read_only?"),
        ("[ui]\nglyph = 'auto'", "ui.glyph is not a setting. Did you mean glyphs?"),
        ("[ui]\nzzz = 1", "ui.zzz is not a setting. Known: glyphs, mouse"),
        ("[ui]\ntheme = 'pink'", "ui.theme cannot be 'pink'. It can be auto, dark, light, ansi."),
        ("[ui]\nmouse = true", "ui.mouse cannot be True."),
        ("[ui]\nmouse = ['on']", "ui.mouse cannot be"),
        ("[profiles.a]\nread_only = 'yes'", "profiles.a.read_only cannot be 'yes'."),
        ("[profiles.a]\nproject = true", "profiles.a.project cannot be True."),
        ("[profiles.a]\nproject = 1.5", "profiles.a.project cannot be 1.5."),
        ("[profiles.a]\nproject = 'acme'", "'acme' is not a project."),
        ("[profiles.a]\nproject = -1", "'-1' is not a project."),
        ("[profiles.a]\ngrace_seconds = -1", "profiles.a.grace_seconds cannot be less than 0."),
        ("[profiles.a]\ngrace_seconds = true", "profiles.a.grace_seconds cannot be True."),
        ("[profiles.a]\nprefix = 'teams'", "prefix cannot be 'teams'. It can be projects or environments."),
        ("[profiles.a]\nkey_from = 'file'", "key_from can only be keyring."),
        ("[profiles.a]\nhost = 'not a host'", "'not a host' is not an address of a server."),
        ("profile = 'b'\n[profiles.a]\n", "There is no profile 'b' in"),
        ("profile = 'b'", "It holds no profile."),
        ("profile = 5", "profile has to be the name of a profile."),
        ("profile = ['a']\n[profiles.a]\n", "profile has to be the name of a profile."),
        ("profiles = 3", "profiles has to be a table, [profiles]."),
        ("ui = []", "ui has to be a table, [ui]."),
        ("[profiles]\na = 3", "profiles.a has to be a table, [profiles.a]."),
        ("[profiles", "is not valid TOML: "),
        ("host = ", "is not valid TOML: "),
        ("\ufeff[ui]", "is not valid TOML: "),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        settings(path, text)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, path: Path) -> None:
    with pytest.raises(ConfigError, match="Cannot read"):
        load(Flags(), {"HEDGEROW_CONFIG": str(tmp_path)})
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="Cannot read"):
        load(Flags(), {"HEDGEROW_CONFIG": str(path)})


def test_a_profile_that_nobody_wrote_is_refused(path: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no profile 'prd' in .* It knows prod\."):
        settings(path, FILE, Flags(profile="prd"))


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("eu.posthog.com", "https://eu.posthog.com"),
        (" https://eu.posthog.com/ ", "https://eu.posthog.com"),
        ("https://eu.posthog.com/project/42/insights?x=1#y", "https://eu.posthog.com"),
        ("http://127.0.0.1:8010", "http://127.0.0.1:8010"),
        ("http://[::1]:8010", "http://[::1]:8010"),
        ("https://eu.posthog.com/project/@current/insights", "https://eu.posthog.com"),
    ],
)
def test_hosts(text: str, origin: str) -> None:
    assert clean_host(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "https://", "ftp://x.example", "file:///etc/passwd", "https://:80", "x.example:port",
        "x.example:99999", "https://[", "two words", "new\nline.example", "x\x1b]0;title\x07.example",
        "ana:secret@x.example", "https://ana@x.example", "javascript:alert(1)", "x\u202e.example",
    ],
)  # fmt: skip
def test_what_is_no_host(text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        clean_host(text)
    assert str(raised.value).isprintable()
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(("given", "text"), [(42, "42"), (" 42 ", "42"), ("007", "7"), ("@current", "@current")])
def test_projects(given: int | str, text: str) -> None:
    assert clean_project(given) == text


@pytest.mark.parametrize("given", ["", "0", 0, -3, "4.2", "acme", "@me", "٤٢", "²", "9" * 5000, "1/../2"])
def test_what_is_no_project(given: int | str) -> None:
    with pytest.raises(ConfigError, match="is not a project"):
        clean_project(given)


def test_the_interface_is_as_the_file_says(path: Path) -> None:
    found = settings(path, '[ui]\ntheme = "light"\nglyphs = "ascii"\nmouse = "on"\n').ui
    assert (found.theme, found.glyphs, found.mouse) == ("light", "ascii", "on")


@pytest.mark.parametrize("environ", [{}, {"HEDGEROW_CONFIG": ""}])
def test_without_a_name_the_file_is_in_the_users_folder(home: Path, environ: Mapping[str, str]) -> None:
    found = load(Flags(), environ)
    assert found.config_file.is_relative_to(home)
    assert found.state_dir.is_relative_to(home)


def test_a_key_does_not_go_to_another_server_than_its_own(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[profiles.prod]\nhost = "https://eu.posthog.com"\napi_key = "phx_secret"\n')
    file.chmod(0o600)
    environ = {"HEDGEROW_CONFIG": str(file)}
    assert load(Flags(host="eu.posthog.com"), environ).key == Secret("phx_secret")
    with pytest.raises(ConfigError, match=r"does not go to https://us\.posthog\.com"):
        load(Flags(host="https://us.posthog.com"), environ)
    given = load(Flags(host="https://us.posthog.com"), {**environ, "HEDGEROW_API_KEY": "phx_other"})
    assert given.key == Secret("phx_other")
