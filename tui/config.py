"""Flags, environment and the configuration file become one frozen `Settings`.

Flags beat environment, environment beats file. The file is TOML:

    profile = "prod"                     # which one to open; a single profile needs no word

    [profiles.prod]
    host = "https://eu.posthog.com"
    project = 42                         # left out: the key's current project
    key_from = "keyring"                 # or api_key = "phx_..." in a file only you can read
    read_only = true

    [ui]
    theme = "auto"                       # auto, dark, light, ansi
    glyphs = "auto"                      # auto, unicode, ascii
    mouse = "auto"                       # auto (off over SSH), on, off
    output = "auto"                      # auto (only cells that changed are sent), plain
"""

from __future__ import annotations

import difflib
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from tui.flags import Flags
from tui.paths import config_file, state_dir
from tui.text import Secret

PROFILE_KEYS: dict[str, type | tuple[type, ...]] = {
    "host": str,
    "project": (int, str),
    "api_key": str,
    "key_from": str,
    "read_only": bool,
    "prefix": str,
    "grace_seconds": int,
}
UI_KEYS: dict[str, tuple[str, ...]] = {
    "theme": ("auto", "dark", "light", "ansi"),
    "glyphs": ("auto", "unicode", "ascii"),
    "mouse": ("auto", "on", "off"),
    "output": ("auto", "plain"),
}
GRACE_SECONDS = 300
"""How long PostHog lets a rotated link live (its setting SHARING_TOKEN_GRACE_PERIOD_SECONDS)."""

Prefix = Literal["projects", "environments"]


class ConfigError(Exception):
    """The configuration cannot be used; the message names the place and what to do. Exit code 2."""


@dataclass(frozen=True, slots=True)
class Ui:
    """How it looks."""

    theme: str = "auto"
    glyphs: str = "auto"
    mouse: str = "auto"
    output: str = "auto"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that was decided before the first frame."""

    profile: str
    host: str
    project: str
    """A project id, or `@current`: the key owner's selected project."""
    key: Secret | None
    key_from: str
    """Where the key is from, in words; `keyring` when it is to be fetched from there; empty when there is none."""
    prefix: Prefix
    read_only: bool
    demo: bool
    cache: bool
    target: str | None
    state_dir: Path
    config_file: Path
    grace_seconds: int
    ui: Ui
    warnings: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether there is enough to connect with; otherwise the first screen asks."""
        return self.demo or bool(self.host and (self.key is not None or self.key_from == "keyring"))


def load(flags: Flags, environ: Mapping[str, str]) -> Settings:
    """Decide. Raises `ConfigError` for a file, a variable or a flag that cannot be used."""
    path = config_file(environ)
    document = read(path)
    name, profile = _profile(document, flags.profile or environ.get("HEDGEROW_PROFILE"), path)
    if flags.demo:
        name, profile = "demo", {}
    host = flags.host or environ.get("HEDGEROW_HOST") or environ.get("POSTHOG_HOST") or profile.get("host", "")
    project = flags.project or environ.get("HEDGEROW_PROJECT") or environ.get("POSTHOG_PROJECT_ID")
    key, key_from, warnings = _key(profile, environ, path)
    host = clean_host(host) if host and not flags.demo else ""
    if key_from in ("keyring", str(path)) and "host" in profile and host != clean_host(profile["host"]):
        words = f"The key of the profile {name} is for {clean_host(profile['host'])} and does not go to {host}."
        raise ConfigError(f"{words} Give that server's key in HEDGEROW_API_KEY, or use another profile.")
    return Settings(
        profile=name,
        host=host,
        project=clean_project(project or profile.get("project", "@current")) if not flags.demo else "1",
        key=None if flags.demo else key,
        key_from="" if flags.demo else key_from,
        prefix=_prefix(profile, path),
        read_only=flags.read_only or _switched_on(environ, "HEDGEROW_READ_ONLY") or profile.get("read_only", False),
        demo=flags.demo,
        cache=not (flags.no_cache or flags.demo),
        target=flags.target,
        state_dir=state_dir(environ),
        config_file=path,
        grace_seconds=profile.get("grace_seconds", GRACE_SECONDS),
        ui=_ui(document, path),
        warnings=() if flags.demo else warnings,
    )


def read(path: Path) -> dict[str, Any]:
    """The file's tables, empty where there is no file. Raises `ConfigError` for a broken one or an unknown key."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Cannot read {path}: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error
    _known(document, {"profile", "profiles", "ui"}, path, "")
    if not isinstance(document.get("profile", ""), str):
        raise ConfigError(f"{path}: profile has to be the name of a profile.")
    for table in ("profiles", "ui"):
        if not isinstance(document.get(table, {}), dict):
            raise ConfigError(f"{path}: {table} has to be a table, [{table}].")
    for name, values in document.get("profiles", {}).items():
        if not isinstance(values, dict):
            raise ConfigError(f"{path}: profiles.{name} has to be a table, [profiles.{name}].")
        _known(values, set(PROFILE_KEYS), path, f"profiles.{name}.")
        for key, value in values.items():
            kinds = PROFILE_KEYS[key]
            if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
                shown = "that" if key == "api_key" else repr(value)
                raise ConfigError(f"{path}: profiles.{name}.{key} cannot be {shown}.")
        if values.get("grace_seconds", 0) < 0:
            raise ConfigError(f"{path}: profiles.{name}.grace_seconds cannot be less than 0.")
    _known(document.get("ui", {}), set(UI_KEYS), path, "ui.")
    return document


def _known(table: Mapping[str, Any], keys: set[str], path: Path, where: str) -> None:
    for key in table:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, 1)
            hint = f" Did you mean {near[0]}?" if near else f" Known: {', '.join(sorted(keys))}."
            raise ConfigError(f"{path}: {where}{key} is not a setting.{hint}")


def _profile(document: Mapping[str, Any], wanted: str | None, path: Path) -> tuple[str, dict[str, Any]]:
    profiles = document.get("profiles", {})
    name = wanted or document.get("profile") or (next(iter(profiles)) if len(profiles) == 1 else None)
    if name is None:
        return "", {}
    if name not in profiles:
        known = f"It knows {', '.join(profiles)}." if profiles else "It holds no profile."
        raise ConfigError(f"There is no profile {name!r} in {path}. {known}")
    return str(name), profiles[name]


def clean_host(host: str) -> str:
    """An address as an origin, `https://eu.posthog.com`. Raises `ConfigError` when it is none."""
    address = host.strip()
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        good = False
    if "@" in re.split(r"[/?#]", address.partition("://")[2])[0]:
        raise ConfigError("A host must not hold a user name or a password. An example: https://eu.posthog.com")
    if not good or not address.isprintable() or " " in address:
        raise ConfigError(f"{host!r} is not an address of a server. An example: https://eu.posthog.com")
    return f"{parts.scheme}://{parts.netloc}"


def clean_project(project: int | str) -> str:
    """A project id as text, or `@current`. Raises `ConfigError` for anything else."""
    text = str(project).strip()
    if text == "@current":
        return text
    if text.isascii() and text.isdecimal() and len(text) <= 18 and int(text) > 0:
        return str(int(text))
    raise ConfigError(f"{text!r} is not a project. It is the number in the address of its pages, or @current.")


def _key(
    profile: Mapping[str, Any], environ: Mapping[str, str], path: Path
) -> tuple[Secret | None, str, tuple[str, ...]]:
    for variable in ("HEDGEROW_API_KEY", "POSTHOG_PERSONAL_API_KEY"):
        if value := environ.get(variable, "").strip():
            return Secret(value), variable, ()
    if profile.get("key_from") == "keyring":
        return None, "keyring", ()
    if "key_from" in profile:
        raise ConfigError(f"{path}: key_from can only be keyring. A key itself goes into api_key.")
    if value := profile.get("api_key", "").strip():
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigError(f"{path} holds a key and others can read it. Run: chmod 600 {path}")
        words = f"The key is kept as plain text in {path}."
        return Secret(value), str(path), (words,)
    return None, "", ()


def _prefix(profile: Mapping[str, Any], path: Path) -> Prefix:
    match profile.get("prefix", "projects"):
        case "projects":
            return "projects"
        case "environments":
            return "environments"
        case other:
            raise ConfigError(f"{path}: prefix cannot be {other!r}. It can be projects or environments.")


def _switched_on(environ: Mapping[str, str], variable: str) -> bool:
    """Whether a variable says yes. An unclear word counts as yes: read-only is the safe side."""
    return environ.get(variable, "").strip().lower() not in ("", "0", "false", "no", "off")


def _ui(document: Mapping[str, Any], path: Path) -> Ui:
    ui = Ui()
    for key, value in document.get("ui", {}).items():
        if value not in UI_KEYS[key]:
            raise ConfigError(f"{path}: ui.{key} cannot be {value!r}. It can be {', '.join(UI_KEYS[key])}.")
        ui = replace(ui, **{key: value})
    return ui
