"""Keys in the keyring, and profiles added to a private file."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from tui.config import load
from tui.flags import Flags
from tui.keys import SERVICE, KeyProblem, add_profile, from_keyring, to_keyring
from tui.text import Secret

KEY = Secret("phx_0123456789abcdefghijklmnop")


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self, *, locked: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = locked

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked("locked")
        self.kept[service, username] = password


@pytest.fixture
def ring() -> object:
    """The system's keyring, for a test."""
    before = keyring.get_keyring()
    ring = Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_a_key_comes_back_from_the_keyring(ring: Ring) -> None:
    to_keyring("prod", KEY)
    assert ring.kept == {(SERVICE, "prod"): KEY.reveal()}
    assert from_keyring("prod") == KEY


def test_a_keyring_without_the_key_says_so(ring: Ring) -> None:
    with pytest.raises(KeyProblem, match=r"no key for the profile prod\. HEDGEROW_API_KEY works"):
        from_keyring("prod")


def test_a_locked_keyring_says_so(ring: Ring) -> None:
    ring.locked = True
    with pytest.raises(KeyProblem, match="The keyring does not open: locked"):
        from_keyring("prod")
    with pytest.raises(KeyProblem, match="There is no keyring here that keeps it"):
        to_keyring("prod", KEY)


def test_a_system_without_a_keyring_says_so() -> None:
    with pytest.raises(KeyProblem, match="HEDGEROW_API_KEY"):
        from_keyring("prod")
    with pytest.raises(KeyProblem) as raised:
        to_keyring("prod", KEY)
    assert KEY.reveal() not in str(raised.value)


def add(path: Path, name: str = "prod", key: Secret | None = KEY, project: str = "42") -> None:
    add_profile(path, name, host="https://eu.posthog.com", project=project, read_only=True, key=key)


@pytest.mark.parametrize("name", ["prod", "two words", 'quo"te', "ünï", "a.b", "\U0001f33f", "del\x7f", "tab\t", "\\"])
@pytest.mark.parametrize("key", [KEY, None])
def test_what_was_added_is_read_again(tmp_path: Path, name: str, key: Secret | None) -> None:
    path = tmp_path / "new" / "config.toml"
    add(path, name, key)
    found = load(Flags(profile=name), {"HEDGEROW_CONFIG": str(path)})
    assert (found.profile, found.host, found.project) == (name, "https://eu.posthog.com", "42")
    assert (found.read_only, found.key) == (True, key)
    assert found.key_from == ("keyring" if key is None else str(path))
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_current_project_is_a_word(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    add(path, project="@current")
    assert load(Flags(), {"HEDGEROW_CONFIG": str(path)}).project == "@current"


@pytest.mark.parametrize("before", ["# mine\n[ui]\ntheme = 'dark'", "# mine\n[ui]\ntheme = 'dark'\n"])
def test_what_the_file_held_stays(tmp_path: Path, before: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(before)
    path.chmod(0o644)
    add(path)
    add(path, "second")
    assert path.read_text().startswith(before)
    found = load(Flags(profile="second"), {"HEDGEROW_CONFIG": str(path)})
    assert found.ui.theme == "dark"
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_an_earlier_try_left_does_not_open_the_file_to_others(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    left = tmp_path / "config.toml.new"
    left.write_text("left")
    left.chmod(0o666)
    add(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert not left.exists()


def test_a_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    real, path = tmp_path / "dotfiles" / "hedgerow.toml", tmp_path / "config.toml"
    real.write_text("# mine\n")
    path.symlink_to(real)
    add(path)
    assert path.is_symlink()
    assert "[profiles" in real.read_text()


def test_a_profile_is_not_written_twice(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    add(path)
    before = path.read_bytes()
    with pytest.raises(KeyProblem, match="has a profile prod already; nothing was changed"):
        add(path)
    assert path.read_bytes() == before


def test_a_file_that_cannot_take_it_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    before = "profiles = {a = {host = 'x'}}\n"
    path.write_text(before)
    with pytest.raises(KeyProblem, match="nothing was changed"):
        add(path)
    assert path.read_text() == before


def test_an_open_table_of_profiles_takes_it(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[profiles]\na = {}\n")
    add(path)
    assert load(Flags(profile="a"), {"HEDGEROW_CONFIG": str(path)}).profile == "a"
    assert load(Flags(profile="prod"), {"HEDGEROW_CONFIG": str(path)}).project == "42"


def test_a_broken_file_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[broken")
    with pytest.raises(KeyProblem, match=r"is not valid TOML.* Nothing was changed\."):
        add(path)
    assert path.read_text() == "[broken"


def test_a_key_that_no_file_can_hold_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    with pytest.raises(KeyProblem, match="nothing was changed") as raised:
        add(path, key=Secret("phx_\udc80secret"))
    assert "secret" not in str(raised.value)
    assert list(tmp_path.glob("config*")) == []


def test_a_folder_that_cannot_be_made_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyProblem, match="Nothing was changed"):
        add(tmp_path / "file" / "config.toml")
    with pytest.raises(KeyProblem, match="Cannot write"):
        add(Path("/proc/hedgerow/config.toml"))
