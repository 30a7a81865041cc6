"""Where a key is kept when it is not in the environment: the system's keyring, or a profile in a private file."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

from tui.config import ConfigError, read
from tui.text import Secret

SERVICE = "hedgerow"


class KeyProblem(Exception):
    """A key cannot be fetched or kept there; the message says why and what to do."""


def from_keyring(profile: str) -> Secret:
    """The key of a profile. Raises `KeyProblem` when there is no keyring or no key in it."""
    import keyring
    from keyring.errors import KeyringError

    try:
        value = keyring.get_password(SERVICE, profile)
    except (KeyringError, OSError) as error:
        raise KeyProblem(f"The keyring does not open: {error}. HEDGEROW_API_KEY works without one.") from error
    if not value:
        raise KeyProblem(f"The keyring holds no key for the profile {profile}. HEDGEROW_API_KEY works without one.")
    return Secret(value)


def to_keyring(profile: str, key: Secret) -> None:
    """Keep the key of a profile. Raises `KeyProblem` when there is no keyring that keeps it."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, profile, key.reveal())
    except (KeyringError, OSError) as error:
        raise KeyProblem(f"There is no keyring here that keeps it: {error}.") from error


def add_profile(path: Path, name: str, *, host: str, project: str, read_only: bool, key: Secret | None) -> None:
    """Add a profile to the file, which becomes private (mode 0600). `key` None says that the keyring has it.

    What the file held stays as it is, comments too. Raises `KeyProblem` when it is broken, cannot be written, has that
    profile, or would not be valid TOML with it.
    """
    try:
        known = read(path).get("profiles", {})
    except ConfigError as error:
        raise KeyProblem(f"{error} Nothing was changed.") from error
    if name in known:
        raise KeyProblem(f"{path} has a profile {name} already; nothing was changed.")
    lines = [
        f"[profiles.{_quoted(name)}]",
        f"host = {_quoted(host)}",
        f"project = {int(project) if project.isdecimal() else _quoted(project)}",
        f"read_only = {'true' if read_only else 'false'}",
        'key_from = "keyring"' if key is None else f"api_key = {_quoted(key.reveal())}",
    ]
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        gap = "\n" if before.endswith("\n") else "\n\n" if before else ""
        after = before + gap + "\n".join(lines) + "\n"
        tomllib.loads(after)
        data = after.encode()
        # A link to a file kept elsewhere stays a link; what an earlier try left behind may be open to others.
        file = path.resolve()
        new = file.with_name(f"{file.name}.new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            written.write(data)
        new.replace(file)
    except (tomllib.TOMLDecodeError, UnicodeError) as error:
        raise KeyProblem(f"{path} cannot take this profile, so nothing was changed: add it by hand.") from error
    except OSError as error:
        raise KeyProblem(f"Cannot write {path}: {error}.") from error


def _quoted(text: str) -> str:
    """A text as TOML writes it: as JSON does, but for DEL; characters beyond ASCII stay as they are."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
