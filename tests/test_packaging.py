"""What is handed to others: the wheel, installed away from the checkout, the lock, the README's commands."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tui import __version__

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
RUN_SCRIPT = """
import sys
from importlib.metadata import distribution
(script,) = distribution("hedgerow").entry_points.select(group="console_scripts")
sys.exit(script.load()())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built with the pinned backend of the environment."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def packages(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site-packages of a new virtual environment with the wheel in it.

    A wheel of pure Python is installed by unpacking it. A .pth file lends the dependencies of the environment
    that runs the tests; what it names comes after the new folder itself.
    """
    base = str(tmp_path_factory.mktemp("elsewhere"))
    venv.create(base, symlinks=True)
    folder = Path(sysconfig.get_path("purelib", "venv", {"base": base, "platbase": base}))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (folder / "lent.pth").write_text("\n".join(sorted(lent)) + "\n")
    return folder


def run(packages: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this code in the new environment, where the checkout is not on the path."""
    python = packages.parents[2] / "bin" / "python"
    command = [str(python), "-I", "-c", code, *arguments]
    return subprocess.run(command, cwd=packages, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def installed(packages: Path) -> Distribution:
    """The metadata of the installed wheel."""
    (folder,) = packages.glob("hedgerow-*.dist-info")
    return PathDistribution(folder)


def test_the_wheel_holds_the_package_and_the_styles_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    modules = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("tui/**/*.py")}
    styles = {f"tui/{path.relative_to(ROOT).as_posix()}" for path in ROOT.glob("styles/**/*.tcss")}
    assert styles
    assert held == modules | styles


def test_the_metadata_is_that_of_the_project(packages: Path) -> None:
    metadata = installed(packages).metadata
    assert (metadata["Name"], metadata["Version"]) == ("hedgerow", __version__)
    assert metadata["License-Expression"] == "MIT"
    needed = {Requirement(line) for line in metadata.get_all("Requires-Dist", [])}
    assert {line for line in needed if line.marker is None} == set(map(Requirement, PROJECT["dependencies"]))


def test_the_script_runs_away_from_the_checkout(packages: Path) -> None:
    done = run(packages, RUN_SCRIPT, "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"hedgerow {__version__}\n", "")


def test_the_styles_are_found_away_from_the_checkout(packages: Path) -> None:
    done = run(packages, "from tui import paths; print(paths.styles(), len(list(paths.styles().glob('*.tcss'))))")
    assert done.stderr == ""
    folder, count = done.stdout.split()
    assert Path(folder) == packages / "tui" / "styles"
    assert int(count) == len(list(ROOT.glob("styles/*.tcss")))


SCREENS = """
import asyncio, sys, tempfile
from pathlib import Path
from tui.app import Hedgerow
from tui.config import load
from tui.flags import Flags

async def main():
    environ = {"LANG": "C.UTF-8", "HEDGEROW_STATE_DIR": tempfile.mkdtemp(), "HEDGEROW_CONFIG": "/nonexistent.toml"}
    app = Hedgerow(load(Flags(demo=True), environ), environ)
    async with app.run_test(size=(120, 40)) as pilot:
        read = asyncio.Event()
        app.store.subscribe(lambda changed: read.set() if app.store.state.insights.complete else None)
        await asyncio.wait_for(read.wait(), 30)
        print(app.screen.__class__.__name__, len(app.store.state.insights.rows.value))

asyncio.run(main())
"""


def test_the_demo_opens_away_from_the_checkout(packages: Path) -> None:
    done = run(packages, SCREENS)
    assert (done.stdout, done.stderr) == ("Insights 60\n", "")


def test_the_lock_pins_all_that_is_asked_for_and_names_no_place() -> None:
    text = (ROOT / "tests" / "requirements.txt").read_text()
    assert "://" not in text
    assert not re.search(r"(^|\s)/", text)
    entries = re.split(r"\n(?=\w)", text.split("\n", 2)[2])
    locked = {}
    for entry in entries:
        pin = Requirement(entry.partition("\\")[0].strip())
        assert "--hash=sha256:" in entry
        (specifier,) = pin.specifier
        assert specifier.operator == "=="
        locked[pin.name] = specifier.version
    for line in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]:
        asked = Requirement(line)
        assert locked[asked.name] in asked.specifier


@pytest.mark.parametrize("name", ["demo", "test"])
def test_a_command_of_the_readme_is_one_line(name: str) -> None:
    between = rf"<!-- {name}-command -->\n```sh\n(.+)\n```\n<!-- /{name}-command -->"
    (command,) = re.findall(between, (ROOT / "README.md").read_text())
    assert command.startswith("python3 -m venv --without-pip .venv && python3 -m pip --python .venv install ")
