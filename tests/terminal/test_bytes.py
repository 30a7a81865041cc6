"""How many bytes the usual things cost, on a screen of 120 by 40 with a list of 34 rows."""

from __future__ import annotations

import pytest

from tests.terminal.frames import Line, at, frame, full
from tui.terminal.abilities import Abilities
from tui.terminal.cells import Grid
from tui.terminal.encoder import Encoder

WIDTH, HEIGHT, TOP, LISTED = 120, 40, 3, 34
GROUND = "48;2;30;30;30"
TEXT = f"38;2;224;224;224;{GROUND}"
FAINT = f"38;2;144;144;144;{GROUND}"
HIGH = "1;38;2;221;237;249;48;2;1;120;212"


def row(number: int, *, high: bool = False) -> Line:
    """A line of the list, in columns."""
    text, faint = (HIGH, HIGH) if high else (TEXT, FAINT)
    return [
        (faint, f"{'>' if high else ' '} {number:<8}"),
        (text, f"{f'row {number} insight about something':<40}"),
        (faint, f"{'trends':<12}{f'user{number % 37}@example.com':<57}"),
        (f"38;2;0;48;84;{GROUND}", " "),
    ]


def listing(first: int, high: int) -> str:
    """The whole screen with the list from a row on."""
    head: list[Line] = [[(HIGH, f"{text:<120}")] for text in ("Hedgerow   Acme Shop", "1 Insights  2 Variables", "")]
    rows = [row(number, high=number == high) for number in range(first, first + LISTED)]
    foot: list[Line] = [[(TEXT, "─" * WIDTH)], [(TEXT, f"{'enter open':<120}")], [(TEXT, f"{'q quit':<120}")]]
    return full([*head, *rows, *foot], WIDTH)


class Screen:
    """Says how many bytes a frame takes."""

    def __init__(self, abilities: Abilities) -> None:
        self.grid, self.encoder = Grid(WIDTH, HEIGHT), Encoder(abilities)

    def sent(self, data: str) -> str:
        """Draw."""
        self.grid.feed(data)
        return self.encoder.encode(self.grid.frame())

    def cost(self, data: str) -> int:
        """Draw, and count."""
        return len(self.sent(data).encode())


@pytest.fixture
def screen() -> Screen:
    """A screen that shows the list from row 100 on, with the bar on row 120."""
    screen = Screen(Abilities(erases_in_colour=True))
    screen.cost(listing(100, 120))
    return screen


def test_first_frame() -> None:
    """A full screen, also where nothing is known of the terminal."""
    assert len(listing(100, 120)) > 10_000
    assert Screen(Abilities(erases_in_colour=True)).cost(listing(100, 120)) <= 4200
    assert Screen(Abilities()).cost(listing(100, 120)) <= 6200


def test_nothing_changed(screen: Screen) -> None:
    """A frame that looks the same takes no byte, even if blanks are said to have another colour of text."""
    assert screen.cost(listing(100, 120)) == 0
    assert screen.cost(frame([(3, 43, [(f"31;{GROUND}", "      ")])], (0, 0))) == 0


def test_one_cell(screen: Screen) -> None:
    """Going there, one character in a style that is on already, and going back."""
    screen.cost(frame([(10, 50, [(TEXT, "x")])], (0, 0)))
    assert screen.cost(frame([(10, 50, [(TEXT, "y")])], (0, 0))) <= len("\x1b[11;51Hy\x1b[H")


def test_cursor_alone(screen: Screen) -> None:
    """The terminal's cursor follows."""
    assert screen.cost(at(5, 7)) <= len("\x1b[6;8H")


def test_down(screen: Screen) -> None:
    """A bar over two whole lines: their text goes once more, the styles once."""
    assert screen.cost(listing(100, 121)) <= 300


def test_scroll_by_one(screen: Screen) -> None:
    """The rows move; what is written is the row that came in and the bar."""
    screen.cost(listing(100, 133))
    assert screen.cost(listing(101, 134)) <= 260
    screen.cost(listing(101, 101))
    assert screen.cost(listing(100, 100)) <= 260


def test_scroll_without_bar(screen: Screen) -> None:
    """Only one row is written."""
    screen.cost(listing(100, 0))
    assert screen.cost(listing(101, 0)) <= 160


def test_page(screen: Screen) -> None:
    """What the pages have in common stays."""
    screen.cost(listing(100, 100))
    assert screen.cost(listing(134, 134)) <= 1200


def test_line_of_blanks_is_erased_in_colour(screen: Screen) -> None:
    """A line is cleared in a few bytes where the terminal is known to keep the colour, and never otherwise."""
    cleared = frame([(10, 0, [(TEXT, " " * WIDTH)])], (0, 0))
    assert screen.cost(cleared) <= len(f"\x1b[11H\x1b[;{TEXT}m\x1b[K\x1b[H")
    careful = Screen(Abilities())
    careful.cost(listing(100, 120))
    assert "\x1b[K" not in careful.sent(cleared)
    assert "\x1b[K" in careful.sent(frame([(10, 0, [("31", " " * WIDTH)])], (0, 0)))


def test_repeated_character() -> None:
    """REP, where it is known."""
    line = frame([(0, 0, [(TEXT, "=" * 100)])], (0, 0))
    assert Screen(Abilities()).cost(line) > 100
    assert Screen(Abilities(repeats=True)).cost(line) <= 60
