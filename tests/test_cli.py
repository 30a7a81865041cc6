"""The command line as it is used: arguments in; exit code, stdout and stderr out."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tui import __version__, cli
from tui.flags import Flags

ROOT = Path(__file__).resolve().parent.parent


def hedgerow(*arguments: str, terminal: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run `python -m tui`: without a terminal, or with stdin and stdout on one of this TERM."""
    command = [sys.executable, "-m", "tui", *arguments]
    if terminal is None:
        return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    ours, theirs = pty.openpty()
    environ = os.environ | {"TERM": terminal}
    try:
        return subprocess.run(
            command, cwd=ROOT, env=environ, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, text=True
        )
    finally:
        os.close(ours)
        os.close(theirs)


def flags(*arguments: str) -> Flags:
    """What `hedgerow` makes of these arguments."""
    return cli.screens_flags(arguments)


def test_nothing_said_is_nothing_decided() -> None:
    assert flags() == Flags(False, None, None, None, False, False, None)


def test_every_option_is_read() -> None:
    said = ["--demo", "--profile", "prod", "--host", "https://eu.posthog.com", "--project", "42"]
    said += ["--read-only", "--no-cache", "AbCd1234"]
    assert flags(*said) == Flags(
        demo=True,
        profile="prod",
        host="https://eu.posthog.com",
        project=42,
        read_only=True,
        no_cache=True,
        target="AbCd1234",
    )


def test_a_public_link_is_a_target() -> None:
    link = "https://eu.posthog.com/shared/abc?x=1#y"
    assert flags(link, "--read-only") == Flags(read_only=True, target=link)


def test_only_the_first_word_can_be_the_subcommand() -> None:
    assert flags("--demo", "sandbox") == Flags(demo=True, target="sandbox")


def test_the_sandbox_has_defaults() -> None:
    options = cli.sandbox_parser().parse_args([])
    assert vars(options) == {
        "port": 0,
        "insights": 60,
        "variables": 15,
        "seed": 7,
        "server": "new",
        "faults": None,
        "grace": 300,
        "no_rate_limits": False,
        "state": None,
        "until_stdin_closes": False,
    }


def test_every_option_of_the_sandbox_is_read() -> None:
    said = "--port 8010 --insights 10000 --variables 0 --seed 3 --server 2025 --faults x=1 --grace 5"
    options = cli.sandbox_parser().parse_args(
        [*said.split(), "--no-rate-limits", "--state", "a/b.sqlite", "--until-stdin-closes"]
    )
    assert vars(options) == {
        "port": 8010,
        "insights": 10000,
        "variables": 0,
        "seed": 3,
        "server": "2025",
        "faults": "x=1",
        "grace": 5,
        "no_rate_limits": True,
        "state": Path("a/b.sqlite"),
        "until_stdin_closes": True,
    }


def test_help_names_every_option_variable_and_exit_code() -> None:
    done = hedgerow("--help")
    assert (done.returncode, done.stderr) == (0, "")
    options = [
        "--demo",
        "--profile",
        "--host",
        "--project",
        "--read-only",
        "--no-cache",
        "--version",
        "TARGET",
    ]
    variables = ["HOST", "API_KEY", "PROJECT", "PROFILE", "READ_ONLY", "CONFIG", "STATE_DIR"]
    also = ["POSTHOG_PERSONAL_API_KEY", "POSTHOG_HOST", "POSTHOG_PROJECT_ID", "NO_COLOR", "hedgerow sandbox"]
    codes = ["0 done", "1 some", "2 usage", "3 could not", "4 a policy", "5 outcome"]
    for word in [*options, *(f"HEDGEROW_{name}" for name in variables), *also, *codes]:
        assert word in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_help_of_the_sandbox_keeps_the_hidden_option_hidden() -> None:
    done = hedgerow("sandbox", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    for name in (
        "port",
        "insights",
        "variables",
        "seed",
        "server",
        "faults",
        "grace",
        "no-rate-limits",
        "state",
    ):
        assert f"--{name}" in done.stdout
    assert "until-stdin-closes" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_version() -> None:
    done = hedgerow("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"hedgerow {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--nonsense"], "hedgerow: unrecognized arguments: --nonsense"),
        (["--dem"], "hedgerow: unrecognized arguments: --dem"),
        (["one", "two"], "hedgerow: unrecognized arguments: two"),
        (["--project", "acme"], "hedgerow: --project: 'acme' is not a whole number of 1 or more"),
        (["--project", "0"], "hedgerow: --project: '0' is not a whole number of 1 or more"),
        (
            ["--project", "9" * 5000],
            f"hedgerow: --project: '{'9' * 5000}' is not a whole number of 1 or more",
        ),
        (["--profile"], "hedgerow: --profile: expected one argument"),
        (
            ["sandbox", "--port", "65536"],
            "hedgerow sandbox: --port: '65536' is not a whole number from 0 to 65535",
        ),
        (["sandbox", "--seed", "٣"], "hedgerow sandbox: --seed: '٣' is not a whole number of 0 or more"),
        (
            ["sandbox", "--insights", "1_000"],
            "hedgerow sandbox: --insights: '1_000' is not a whole number of 0 or more",
        ),
        (
            ["sandbox", "--grace", "soon"],
            "hedgerow sandbox: --grace: 'soon' is not a whole number of 0 or more",
        ),
        (
            ["sandbox", "--grace", "nan"],
            "hedgerow sandbox: --grace: 'nan' is not a whole number of 0 or more",
        ),
        (["sandbox", "--grace=-1"], "hedgerow sandbox: --grace: '-1' is not a whole number of 0 or more"),
        (["sandbox", "extra"], "hedgerow sandbox: unrecognized arguments: extra"),
    ],
)
def test_a_mistake_is_one_sentence_and_the_way_to_the_help(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    assert left.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"{sentence}\n{sentence.partition(':')[0]} --help shows what it takes.\n"


def test_a_server_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["sandbox", "--server", "2019"])
    assert left.value.code == 2
    assert "--server: invalid choice: '2019'" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--demo"], ["--demo", "sandbox"], ["AbCd1234", "--read-only"]])
def test_without_a_terminal_the_screens_do_not_start(arguments: list[str]) -> None:
    done = hedgerow(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "hedgerow: the screens need a terminal, and stdin or stdout is none\n"


def test_on_a_dumb_terminal_the_screens_do_not_start() -> None:
    done = hedgerow("--demo", terminal="dumb")
    assert done.returncode == 2
    assert done.stderr == "hedgerow: the screens need a terminal that can move its cursor, and TERM is dumb\n"


def test_help_needs_no_terminal_that_can_do_anything() -> None:
    assert hedgerow("--help", terminal="dumb").returncode == 0
