"""The progress of a crawl: on a terminal, in a log, and on a small terminal."""

from __future__ import annotations

import io
import logging
import re

import pytest

from sitegen.commands.progress import Progress, duration
from sitegen.model import Entry, Findings

HOSTS = ("https://one.example", "https://two.example")


class Screen(io.StringIO):
    """A small emulation of a terminal: the lines that it shows, and how often the live display was drawn."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__()
        self.lines = [""]
        self.row = 0
        self.drawn = 0
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of what is written."""
        return self._encoding

    def isatty(self) -> bool:
        """Return True: it is a terminal."""
        return True

    def write(self, text: str) -> int:
        """Show the text."""
        text.encode(self.encoding)
        self.drawn += "in flight" in text
        for part in re.split(r"(\x1b\[[?;\d]*[A-Za-z]|\r|\n)", text):
            self._show(part)
        return len(text)

    def _show(self, part: str) -> None:
        if part == "\n":
            self.row += 1
            self.lines += [""] * (self.row + 1 - len(self.lines))
        elif part == "\x1b[2K":
            self.lines[self.row] = ""
            while self.lines[-1] == "" and len(self.lines) > self.row + 1:
                self.lines.pop()
        elif part == "\x1b[1A":
            self.row -= 1
        elif part != "\r" and not part.startswith("\x1b["):
            self.lines[self.row] += part

    @property
    def shown(self) -> list[str]:
        """Its lines without trailing spaces."""
        return [line.rstrip() for line in self.lines]

    @property
    def text(self) -> str:
        """Its lines as one text."""
        return "\n".join(self.shown)


class Log(io.StringIO):
    """A file, not a terminal."""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of what is written."""
        return "utf-8"


class Crawl:
    """A simulated crawl of some datasets of each host, with a clock that the test sets."""

    def __init__(self, stream: io.StringIO, *, per_host: int = 10, columns: int = 100, lines: int = 24) -> None:
        self.now = 100.0
        self.entries = [Entry(url=f"{host}/{n}", places=()) for host in HOSTS for n in range(per_host)]
        self.progress = Progress(stream, lambda: self.now, (columns, lines))
        self.progress.begin(self.entries)

    def start(self, *numbers: int) -> None:
        """Start the inspection of these datasets."""
        for number in numbers:
            self.progress.start(self.entries[number])

    def finish(self, *numbers: int, failed: bool = False) -> None:
        """Finish the inspection of these datasets."""
        for number in numbers:
            self.progress.done(self.entries[number], Findings(status="missing" if failed else "ok"))

    def wait(self, seconds: float) -> None:
        """Advance the clock, then let the progress be shown."""
        self.now += seconds
        self.progress.tick()


def test_a_terminal_has_a_line_for_each_host_and_one_for_the_whole() -> None:
    """It shows done, in flight, speed and what could not be read; the time left is that of the slowest host."""
    screen = Screen()
    crawl = Crawl(screen)
    crawl.start(*range(6), 10, 11)
    crawl.finish(0, 1, 2, 3)
    crawl.finish(10, failed=True)
    crawl.wait(2.0)

    assert screen.shown == [
        "  one.example  4/10  2 in flight  2.0/s",
        "  two.example  1/10  1 in flight  0.5/s  1 could not be read",
        "━━━━━━╺━━━━━━━━━━━━━━━━━ 5/20, 3 in flight, 2.5/s, 1 could not be read, 18 s left",
    ]


def test_the_display_is_redrawn_in_place() -> None:
    """Earlier figures do not remain on the screen."""
    screen = Screen()
    crawl = Crawl(screen)
    crawl.start(0, 10)
    crawl.wait(1.0)
    crawl.finish(0)
    crawl.wait(1.0)

    assert len(screen.lines) == 2
    assert screen.lines[-1].startswith("━╺")


def test_the_display_is_drawn_ten_times_a_second_at_most() -> None:
    """A thousand events in a second do not draw it more often."""
    screen = Screen()
    crawl = Crawl(screen, per_host=1000)
    for number in range(1000):
        crawl.now += 0.001
        crawl.start(number)

    assert screen.drawn in (9, 10)


def test_the_display_is_removed_at_the_end() -> None:
    """Only the stages remain on the screen."""
    screen = Screen()
    crawl = Crawl(screen)
    with crawl.progress:
        crawl.progress.stage("Reading 1 list")
        crawl.start(0)
        crawl.wait(1.0)

    assert screen.text == "Reading 1 list\n"


def test_the_log_appears_above_the_display() -> None:
    """A warning during a crawl is shown, and the display stays complete."""
    screen = Screen()
    crawl = Crawl(screen)
    crawl.start(0)
    crawl.wait(1.0)
    handler = logging.StreamHandler(crawl.progress)
    handler.emit(logging.LogRecord("sitegen", logging.WARNING, "", 0, "the cache is set aside", None, None))
    crawl.wait(1.0)

    assert screen.lines[0] == "the cache is set aside"
    assert len(screen.lines) == 3


@pytest.mark.parametrize(("columns", "lines"), [(20, 24), (1, 1), (80, 2), (40, 3)])
def test_the_display_fits_the_terminal(columns: int, lines: int) -> None:
    """Lines that wrap or scroll could not be removed again."""
    screen = Screen()
    crawl = Crawl(screen, columns=columns, lines=lines)
    crawl.start(0, 10)
    crawl.wait(1.0)

    assert all(len(line) <= columns for line in screen.lines)
    assert len(screen.lines) <= lines


def test_a_terminal_without_box_characters_gets_ascii() -> None:
    """Characters that its encoding lacks are replaced."""
    screen = Screen("ascii")
    crawl = Crawl(screen)
    crawl.start(0)
    crawl.progress.stage("Göttingen")
    crawl.finish(0)
    crawl.wait(1.0)

    assert screen.lines[0] == "G?ttingen"
    assert screen.lines[-1].startswith("- -")


def test_only_the_busiest_hosts_are_shown() -> None:
    """At most eight hosts are shown, and the whole crawl."""
    screen = Screen()
    entries = [Entry(url=f"https://h{n}.example/1", places=()) for n in range(20)]
    progress = Progress(screen, iter([0.0, 0.0, *[0.01] * 20, 5.0]).__next__, (80, 24))
    progress.begin(entries)
    for entry in entries:
        progress.start(entry)
    progress.tick()

    assert len(screen.lines) == 9


def test_a_log_gets_a_line_every_ten_seconds() -> None:
    """It has the same figures, and there is a last line at the end."""
    log = Log()
    crawl = Crawl(log)
    for number in range(10):
        crawl.start(number)
        crawl.finish(number, failed=number == 9)
        crawl.wait(2.5)
    crawl.start(10)
    crawl.wait(5.0)
    crawl.progress.end()

    assert log.getvalue().splitlines() == [
        "  4/20, 0 in flight, 0.4/s, 40 s left",
        "  8/20, 0 in flight, 0.4/s, 30 s left",
        "  10/20, 1 in flight, 0.3/s, 1 could not be read, 30 s left; two.example 0/10, 1 in flight, 0/s",
        "  10 datasets in 30 s, 1 could not be read",
    ]


def test_a_host_that_hangs_is_shown() -> None:
    """Lines are written while nothing happens, without a time left."""
    log = Log()
    crawl = Crawl(log)
    crawl.start(0)
    crawl.wait(10.0)

    assert log.getvalue() == "  0/20, 1 in flight, 0/s; one.example 0/10, 1 in flight, 0/s\n"


def test_speed_is_that_of_the_last_half_minute() -> None:
    """Datasets that the cache answered in the first second do not count after that."""
    log = Log()
    crawl = Crawl(log, per_host=1000)
    crawl.start(*range(900))
    crawl.finish(*range(900))
    for _ in range(6):
        crawl.wait(10.0)

    assert "900/2,000, 0 in flight, 0/s" in log.getvalue().splitlines()[-1]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59.6, "1 min 00 s"), (125, "2 min 05 s"), (3725, "1 h 02 min")]
)
def test_durations_have_at_most_two_units(seconds: float, text: str) -> None:
    """Seconds are rounded to whole ones, and left out of hours."""
    assert duration(seconds) == text
