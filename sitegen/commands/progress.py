"""How far a crawl is: a live block on a terminal, plain lines elsewhere.

The block (`live`) has a line for each of the busiest hosts and one for the whole; it is
drawn at most ten times a second, and is gone at the end. Elsewhere one line with the same
figures comes every ten seconds: a nightly log is read, too.

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
from typing import TYPE_CHECKING, Self, TextIO

from sitegen import formatting, urls
from sitegen.model import Entry, Findings

if TYPE_CHECKING:
    from sitegen.commands.live import Display

HOSTS_SHOWN = 8
DRAW_EVERY_S = 0.1
TELL_EVERY_S = 10.0
_HOSTS_TOLD = 3
"""Hosts in a plain line."""
_SPEED_OF_S = 30.0
_SAMPLE_EVERY_S = 1.0


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

    size: columns and lines, where they are not those of the terminal.
    """

    def __init__(
        self,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        size: tuple[int, int] | None = None,
    ) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._clock = clock
        self._display = _open_display(self._stream, size)
        self._whole = Tally()
        self._noun = "dataset"
        self._hosts: dict[str, Tally] = {}
        self._shown_at = self._began = clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()

    def stage(self, text: str) -> None:
        """Say which stage begins."""
        self.write(f"{text}\n")

    def write(self, text: str) -> int:
        """Write above the block."""
        if self._display:
            self._display.write(self._encodable(text))
        else:
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
        if now - self._shown_at < (DRAW_EVERY_S if self._display else TELL_EVERY_S):
            return
        self._shown_at = now
        for tally in (self._whole, *self._hosts.values()):
            tally.sample(now)
        if self._display:
            self._draw(self._display, now)
        else:
            self.write(f"  {self._line(now)}\n")

    def end(self) -> None:
        """Stop counting: the block goes; elsewhere a last line says how it ended."""
        if not self._display:
            took = duration(self._clock() - self._began)
            self.write(f"  {formatting.plural(self._whole.done, self._noun)} in {took}{_errors(self._whole)}\n")
        self._clear()
        self._whole, self._hosts = Tally(), {}

    def _draw(self, display: Display, now: float) -> None:
        hosts = _busiest(self._hosts.values())[: max(0, min(HOSTS_SHOWN, display.height - 2))]
        rows = [[self._encodable(cell) for cell in _row(host, now)] for host in hosts]
        whole = f"{_figures(self._whole, now)}{_left(self._left_s(now))}"
        display.draw(rows, whole, self._whole.done / max(self._whole.total, 1))

    def _clear(self) -> None:
        """Take the block off the screen."""
        if self._display:
            self._display.clear()

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


def _open_display(stream: TextIO, size: tuple[int, int] | None) -> Display | None:
    """Return the live display where the stream is a terminal that can draw in place."""
    if not stream.isatty() or os.environ.get("TERM") == "dumb":
        return None
    from sitegen.commands.live import Display  # its import is not for nightly builds

    return Display(stream, size)


def _row(host: Tally, now: float) -> tuple[str, ...]:
    """Return the figures of a host, for the columns of the display."""
    errors = formatting.plural(host.errors, "error") if host.errors else ""
    return host.name, f"{host.done:,}/{host.total:,}", f"{host.in_flight} in flight", _speed(host, now), errors


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
