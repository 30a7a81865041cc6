"""Where files are: the stylesheets of this installation, the configuration and the state of this user."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent


def styles() -> Path:
    """The folder of TCSS files: inside the package in a wheel, beside it in a checkout."""
    packaged = HERE / "styles"
    return packaged if packaged.is_dir() else HERE.parent / "styles"


def config_file(environ: Mapping[str, str]) -> Path:
    """The TOML file of profiles: `HEDGEROW_CONFIG`, or the place this system has for it. It may not exist."""
    if named := environ.get("HEDGEROW_CONFIG"):
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_config_path("hedgerow", appauthor=False) / "config.toml"


def state_dir(environ: Mapping[str, str]) -> Path:
    """The folder of the last known state and the journal: `HEDGEROW_STATE_DIR`, or the place this system has.

    It may not exist. It is private to the user: whoever makes it makes it with mode 0700.
    """
    if named := environ.get("HEDGEROW_STATE_DIR"):
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_state_path("hedgerow", appauthor=False)
