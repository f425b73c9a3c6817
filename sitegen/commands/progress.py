"""How far a crawl is: a live block on a terminal, plain lines elsewhere.

The block has a line for each of the busiest hosts and one for the whole; it is drawn at
most ten times a second, fits the terminal, and is gone at the end. Elsewhere one line
with the same figures comes every ten seconds: a nightly log is read, too. Where the
encoding has no box characters, ASCII does.

Everything goes to standard error, so that `--json` leaves standard output to the
summary. `Progress` is itself a stream: what is written to it (the log) stands above the
block. Speed is that of the last half minute, because a crawl begins with what the cache
knows; the time left is that of the host that will need longest.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self, TextIO

from sitegen import formatting, urls
from sitegen.model import Entry, Findings

HOSTS_SHOWN = 8
DRAW_EVERY_S = 0.1
TELL_EVERY_S = 10.0
_HOSTS_TOLD = 3
"""Hosts in a plain line."""
_SPEED_OF_S = 30.0
_SAMPLE_EVERY_S = 1.0
_BAR_WIDTH = 24
_CLEAR = "\r\x1b[J"  # from the cursor to the end of the screen


@dataclass(frozen=True, slots=True)
class Signs:
    """The characters of the block."""

    done: str
    left: str
    cut: str

    def fits(self, encoding: str) -> bool:
        """Return whether an encoding has them all."""
        try:
            f"{self.done}{self.left}{self.cut}".encode(encoding)
        except (LookupError, UnicodeEncodeError):
            return False
        return True


UNICODE = Signs(done="━", left="─", cut="…")
ASCII = Signs(done="#", left="-", cut="~")


@dataclass(slots=True)
class Tally:
    """How far something is: one host, or the whole crawl."""

    name: str = ""
    total: int = 0
    started: int = 0
    done: int = 0
    errors: int = 0
    """Datasets that could not be read."""
    _samples: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def in_flight(self) -> int:
        """Datasets in work."""
        return self.started - self.done

    def sample(self, now: float) -> None:
        """Take note of how far it is, at most once a second."""
        if not self._samples or now - self._samples[-1][0] >= _SAMPLE_EVERY_S:
            self._samples.append((now, self.done))
        while len(self._samples) > 2 and now - self._samples[1][0] >= _SPEED_OF_S:
            self._samples.popleft()

    def per_s(self, now: float) -> float:
        """Return datasets a second, of late."""
        since, before = self._samples[0] if self._samples else (now, 0)
        return (self.done - before) / (now - since) if now > since else 0.0

    def left_s(self, now: float) -> float | None:
        """Return the seconds that it still needs, None while nothing lets one guess."""
        left, per_s = self.total - self.done, self.per_s(now)
        if left == 0:
            return 0.0
        return left / per_s if per_s else None


class Progress:
    """What a command tells while it works; use it as a context manager, so that the block is gone at the end.

    size: gives the terminal's columns and lines.
    """

    def __init__(
        self,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        size: Callable[[], os.terminal_size] | None = None,
    ) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._clock = clock
        self._size = size or self._terminal_size
        self._live = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._signs = UNICODE if UNICODE.fits(self._stream.encoding or "ascii") else ASCII
        self._whole = Tally()
        self._noun = "dataset"
        self._hosts: dict[str, Tally] = {}
        self._shown_at = self._began = clock()
        self._drawn = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()

    def stage(self, text: str) -> None:
        """Say which stage begins."""
        self.write(f"{text}\n")

    def write(self, text: str) -> int:
        """Write above the block."""
        self._clear()
        self._stream.write(self._encodable(text))
        self._stream.flush()
        return len(text)

    def flush(self) -> None:
        """Do nothing: whatever is written is shown at once."""

    def begin(self, entries: Sequence[Entry]) -> None:
        """Start counting datasets, each for its host, too."""
        self.begin_count(len(entries), "dataset")
        for entry in entries:
            name = urls.host(entry.url)
            self._hosts.setdefault(name, Tally(name=name)).total += 1
        for tally in self._hosts.values():
            tally.sample(self._began)

    def begin_count(self, total: int, noun: str) -> None:
        """Start counting things of one kind."""
        self._began = self._shown_at = self._clock()
        self._whole, self._noun, self._hosts = Tally(total=total), noun, {}
        self._whole.sample(self._began)

    def count(self) -> None:
        """Count one of them."""
        self._whole.started += 1
        self._whole.done += 1
        self.tick()

    def start(self, entry: Entry) -> None:
        """Count a dataset whose work begins."""
        self._whole.started += 1
        self._hosts[urls.host(entry.url)].started += 1
        self.tick()

    def done(self, entry: Entry, found: Findings) -> None:
        """Count a finished dataset."""
        for tally in (self._whole, self._hosts[urls.host(entry.url)]):
            tally.done += 1
            tally.errors += found.status != "ok"
        self.tick()

    def tick(self) -> None:
        """Show how far the crawl is, if it is time to."""
        now = self._clock()
        if now - self._shown_at < (DRAW_EVERY_S if self._live else TELL_EVERY_S):
            return
        self._shown_at = now
        for tally in (self._whole, *self._hosts.values()):
            tally.sample(now)
        if self._live:
            self._draw(now)
        else:
            self.write(f"  {self._line(now)}\n")

    def end(self) -> None:
        """Stop counting: the block goes; elsewhere a last line says how it ended."""
        if not self._live:
            took = duration(self._clock() - self._began)
            self.write(f"  {formatting.plural(self._whole.done, self._noun)} in {took}{_errors(self._whole)}\n")
        self._clear()
        self._whole, self._hosts = Tally(), {}

    def _draw(self, now: float) -> None:
        columns, lines = self._size()
        hosts = _busiest(self._hosts.values())[: max(0, min(HOSTS_SHOWN, lines - 2))]
        block = [*host_lines(hosts, now), whole_line(self._whole, self._left_s(now), now, self._signs)]
        shown = "\n".join(_cut(self._encodable(line), columns - 1, self._signs) for line in block)
        self._stream.write(self._cleared() + shown)  # at once, or it would flicker
        self._stream.flush()
        self._drawn = len(block)

    def _clear(self) -> None:
        """Take the block off the screen."""
        if self._drawn:
            self._stream.write(self._cleared())
            self._stream.flush()
            self._drawn = 0

    def _cleared(self) -> str:
        """Return what takes the block off the screen."""
        up = f"\x1b[{self._drawn - 1}A" if self._drawn > 1 else ""
        return f"{up}{_CLEAR}" if self._drawn else ""

    def _line(self, now: float) -> str:
        """Return how far the crawl is, in one line."""
        hosts = (f"{host.name} {_figures(host, now)}" for host in _busiest(self._hosts.values())[:_HOSTS_TOLD])
        return "; ".join([f"{_figures(self._whole, now)}{_left(self._left_s(now))}", *hosts])

    def _left_s(self, now: float) -> float | None:
        """Return the seconds that the slowest host still needs, as far as one can say; hosts work side by side."""
        known = (tally.left_s(now) for tally in (self._whole, *self._hosts.values()))
        return max((left_s for left_s in known if left_s), default=None)

    def _encodable(self, text: str) -> str:
        encoding = self._stream.encoding or "ascii"
        return text.encode(encoding, "replace").decode(encoding)

    def _terminal_size(self) -> os.terminal_size:
        try:
            found = os.get_terminal_size(self._stream.fileno())
        except (OSError, ValueError):
            found = os.terminal_size((0, 0))
        return os.terminal_size((found.columns or 80, found.lines or 24))


def host_lines(hosts: Sequence[Tally], now: float) -> list[str]:
    """Return a line for each host, its figures in columns."""
    rows = [
        (host.name, f"{host.done:,}/{host.total:,}", f"{host.in_flight} in flight", _speed(host, now), _errors(host))
        for host in hosts
    ]
    widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[:4]]
    return [
        f"  {name:<{widths[0]}}  {done:>{widths[1]}}  {flying:>{widths[2]}}  {speed:>{widths[3]}}{errors}"
        for name, done, flying, speed, errors in rows
    ]


def whole_line(whole: Tally, left_s: float | None, now: float, signs: Signs) -> str:
    """Return the line of the whole crawl, with its bar."""
    filled = _BAR_WIDTH * whole.done // max(whole.total, 1)
    return f"{signs.done * filled}{signs.left * (_BAR_WIDTH - filled)} {_figures(whole, now)}{_left(left_s)}"


def duration(seconds: float) -> str:
    """Return a time in words: `8 s`, `2 min 05 s`, `1 h 02 min`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _busiest(hosts: Iterable[Tally]) -> list[Tally]:
    """Return the hosts in work: those with most in flight, then with most left, first."""
    busy = [host for host in hosts if host.in_flight > 0]
    return sorted(busy, key=lambda host: (-host.in_flight, host.done - host.total, host.name))


def _figures(tally: Tally, now: float) -> str:
    return f"{tally.done:,}/{tally.total:,}, {tally.in_flight} in flight, {_speed(tally, now)}{_errors(tally)}"


def _speed(tally: Tally, now: float) -> str:
    per_s = tally.per_s(now)
    return f"{per_s:.0f}/s" if per_s >= 10 or per_s == 0 else f"{per_s:.1f}/s"


def _errors(tally: Tally) -> str:
    return f", {formatting.plural(tally.errors, 'error')}" if tally.errors else ""


def _left(left_s: float | None) -> str:
    return "" if left_s is None else f", {duration(left_s)} left"


def _cut(line: str, width: int, signs: Signs) -> str:
    return line if len(line) <= width else line[: max(0, width - 1)] + signs.cut
