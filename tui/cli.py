"""The command line: reads the flags, picks a front and starts it.

Everything heavy is imported only once it is known to be needed, so that `--help`, `--version` and every
refusal answer at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tui import __version__

if TYPE_CHECKING:
    from tui.flags import Flags

USAGE = 2
"""The exit code of a wrong command line, a wrong configuration or a wrong terminal."""

NOTES = """\
environment (a flag beats it, and it beats the configuration file):
  HEDGEROW_HOST       the server; POSTHOG_HOST also does
  HEDGEROW_API_KEY    the personal API key; POSTHOG_PERSONAL_API_KEY also does
  HEDGEROW_PROJECT    the project; POSTHOG_PROJECT_ID also does
  HEDGEROW_PROFILE    as --profile
  HEDGEROW_READ_ONLY  as --read-only, with the value 1
  HEDGEROW_CONFIG     the configuration file
  HEDGEROW_STATE_DIR  the folder of the last known state and of the journal
  NO_COLOR            no colours

exit codes:
  0 done                    3 could not reach or was not allowed
  1 some of it failed       4 a policy is broken
  2 usage or configuration  5 outcome unknown
"""

SANDBOX_NOTES = """\
One line of JSON on stdout says when it is ready:
{"url": ..., "project": 1, "key": "phx_..."}
"""

SERVERS = ("new", "mid", "2025", "old")
"""The generations of PostHog's API that the sandbox can be."""


class Parser(argparse.ArgumentParser):
    """Takes no abbreviations; answers a mistake with one sentence and the way to the help."""

    def __init__(self, prog: str, usage: str, description: str, notes: str) -> None:
        super().__init__(
            prog=prog,
            usage=usage,
            description=description,
            epilog=notes,
            add_help=False,
            allow_abbrev=False,
            formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, max_help_position=22, width=80),
        )

    def error(self, message: str) -> NoReturn:
        """Leave with exit code 2."""
        sentence = message.removeprefix("argument ")
        self.exit(USAGE, f"{self.prog}: {sentence}\n{self.prog} --help shows what it takes.\n")


def whole_number(lowest: int, highest: int | None = None) -> Callable[[str], int]:
    """A type for `add_argument`: a whole number within bounds, both included."""
    bounds = f"of {lowest} or more" if highest is None else f"from {lowest} to {highest}"

    def parse(text: str) -> int:
        if text.isascii() and text.isdecimal() and len(text) <= 18:
            number = int(text)
            if number >= lowest and (highest is None or number <= highest):
                return number
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number {bounds}")

    return parse


def screens_parser() -> Parser:
    """The parser of `hedgerow [options] [TARGET]`."""
    parser = Parser(
        prog="hedgerow",
        usage="hedgerow [options] [TARGET]\n       hedgerow sandbox [options]",
        description="The keyboard control room for what a PostHog project shows the world.",
        notes=NOTES,
    )
    what = parser.add_argument_group("what to open")
    what.add_argument("target", metavar="TARGET", nargs="?", help="a short id, an insight's URL or a public link")
    what.add_argument("--demo", action="store_true", help="a project to try things on, on this machine")
    what.add_argument("--profile", metavar="NAME", help="a profile of the configuration file")
    what.add_argument("--host", metavar="URL", help="the PostHog server, for example https://eu.posthog.com")
    what.add_argument("--project", metavar="ID", type=whole_number(1), help="the project, a number")
    how = parser.add_argument_group("how")
    how.add_argument("--read-only", action="store_true", help="let no change leave this machine")
    how.add_argument("--no-cache", action="store_true", help="neither read nor keep the last known state")
    how.add_argument("--version", action="version", version=f"hedgerow {__version__}", help="say the version")
    how.add_argument("-h", "--help", action="help", help="say this")
    return parser


def sandbox_parser() -> Parser:
    """The parser of `hedgerow sandbox [options]`."""
    parser = Parser(
        prog="hedgerow sandbox",
        usage="hedgerow sandbox [options]",
        description="Serve a PostHog-compatible project from this machine, until stopped.",
        notes=SANDBOX_NOTES,
    )
    world = parser.add_argument_group("what is in it")
    world.add_argument("--insights", metavar="N", type=whole_number(0), default=60, help="insights (%(default)s)")
    world.add_argument(
        "--variables", metavar="N", type=whole_number(0), default=15, help="insight variables (%(default)s)"
    )
    world.add_argument(
        "--seed", metavar="N", type=whole_number(0), default=7, help="same seed, same project (%(default)s)"
    )
    world.add_argument("--state", metavar="FILE", type=Path, help="keep the project in this file")
    serving = parser.add_argument_group("how it is served")
    serving.add_argument(
        "--port",
        metavar="N",
        type=whole_number(0, 65535),
        default=0,
        help="the port on 127.0.0.1; 0 is a free one",
    )
    serving.add_argument(
        "--server",
        choices=SERVERS,
        metavar="KIND",
        default="new",
        help="new, mid, 2025 or old: its generation (%(default)s)",
    )
    serving.add_argument("--faults", metavar="SPEC", help='what goes wrong, as in "GET /insights/ 500 x2"')
    serving.add_argument(
        "--grace",
        metavar="SECONDS",
        type=whole_number(0),
        default=300,
        help="how long a rotated link goes on to work (%(default)s)",
    )
    serving.add_argument("--no-rate-limits", action="store_true", help="answer every request, however many")
    serving.add_argument("--until-stdin-closes", action="store_true", help=argparse.SUPPRESS)
    serving.add_argument("-h", "--help", action="help", help="say this")
    return parser


def wrong_terminal(environ: Mapping[str, str]) -> str | None:
    """Why the screens cannot start here, in one sentence, or None."""
    if not (os.isatty(0) and os.isatty(1)):
        return "the screens need a terminal, and stdin or stdout is none"
    if environ.get("TERM") == "dumb":
        return "the screens need a terminal that can move its cursor, and TERM is dumb"
    return None


def main(argv: Sequence[str] | None = None) -> int:
    """Run `hedgerow` with these arguments, by default those of the process, and return its exit code.

    Raises SystemExit after `--help`, `--version` and a mistake in the arguments.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        if arguments[:1] == ["sandbox"]:
            return run_sandbox(sandbox_parser().parse_args(arguments[1:]))
        return run_screens(screens_flags(arguments))
    except KeyboardInterrupt:
        return 130


def screens_flags(arguments: Sequence[str]) -> Flags:
    """The flags among these arguments. Raises SystemExit as `main` does."""
    options = screens_parser().parse_args(arguments)
    from tui.flags import Flags

    return Flags(**vars(options))


def run_screens(flags: Flags) -> int:
    """Open the screens and return the exit code."""
    if reason := wrong_terminal(os.environ):
        return refuse(reason)
    from tui import config

    try:
        settings = config.load(flags, os.environ)
    except config.ConfigError as error:
        return refuse(str(error))
    from tui.app import run

    return run(settings)


def run_sandbox(options: argparse.Namespace) -> int:
    """Serve the sandbox until it is stopped and return the exit code."""
    from tui.sandbox import run

    return run.serve(
        port=options.port,
        insights=options.insights,
        variables=options.variables,
        seed=options.seed,
        server=options.server,
        faults=options.faults,
        grace=options.grace,
        rate_limits=not options.no_rate_limits,
        state=options.state,
        until_stdin_closes=options.until_stdin_closes,
    )


def refuse(sentence: str) -> int:
    """Say on stderr why nothing was started, and return the exit code for it."""
    print(f"hedgerow: {sentence}", file=sys.stderr)
    return USAGE
