"""The progress of a command: a live display on a terminal, plain lines elsewhere.

The display (`live_display`) has a line for each of the busiest hosts and one for the whole crawl; it is drawn at most
ten times a second and removed at the end. Elsewhere, such as in the log of a nightly build, a line with the same
figures is written every ten seconds.

Everything goes to standard error, so that `--json` has standard output for itself. `Progress` is itself a stream: the
log is written to it and appears above the display. The speed is that of the last half minute, because a crawl begins
with cached datasets, which are fast. The time left is that of the host that needs longest.
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
    from sitegen.commands.live_display import LiveDisplay

HOSTS_SHOWN = 8
DRAW_EVERY_S = 0.1
WRITE_EVERY_S = 10.0
_HOSTS_IN_LINE = 3
"""Hosts in a plain line."""
_SPEED_WINDOW_S = 30.0
_SAMPLE_EVERY_S = 1.0


@dataclass(slots=True)
class ProgressCounter:
    """Counts the datasets of one host, or of the whole crawl."""

    name: str = ""
    total: int = 0
    started: int = 0
    done: int = 0
    unread: int = 0
    """Datasets that could not be read: all but those that the summary and the health page count as read."""
    _samples: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def in_flight(self) -> int:
        """Datasets that are being inspected."""
        return self.started - self.done

    def sample(self, now: float) -> None:
        """Remember the count of finished datasets for the speed, at most once a second."""
        if not self._samples or now - self._samples[-1][0] >= _SAMPLE_EVERY_S:
            self._samples.append((now, self.done))
        while len(self._samples) > 2 and now - self._samples[1][0] >= _SPEED_WINDOW_S:
            self._samples.popleft()

    def per_s(self, now: float) -> float:
        """Return finished datasets per second in the last half minute."""
        since, before = self._samples[0] if self._samples else (now, 0)
        return (self.done - before) / (now - since) if now > since else 0.0

    def left_s(self, now: float) -> float | None:
        """Return the seconds that the remaining datasets need at this speed, None while the speed is 0."""
        left, per_s = self.total - self.done, self.per_s(now)
        if left == 0:
            return 0.0
        return left / per_s if per_s else None


class Progress:
    """Shows the progress of a command; as a context manager, it removes the live display at the end.

    size: columns and lines, if they are not those of the terminal.
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
        self._whole = ProgressCounter()
        self._noun = "dataset"
        self._hosts: dict[str, ProgressCounter] = {}
        self._shown_at = self._began = clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()

    def stage(self, text: str) -> None:
        """Show which stage begins."""
        self.write(f"{text}\n")

    def write(self, text: str) -> int:
        """Write above the live display."""
        if self._display:
            self._display.write(self._encodable(text))
        else:
            self._stream.write(self._encodable(text))
            self._stream.flush()
        return len(text)

    def flush(self) -> None:
        """Do nothing: text is written at once."""

    def begin(self, entries: Sequence[Entry]) -> None:
        """Start counting datasets, in total and for each host."""
        self.begin_count(len(entries), "dataset")
        for entry in entries:
            name = urls.host(entry.url)
            self._hosts.setdefault(name, ProgressCounter(name=name)).total += 1
        for counter in self._hosts.values():
            counter.sample(self._began)

    def begin_count(self, total: int, noun: str) -> None:
        """Start counting things that `noun` names, such as files."""
        self._began = self._shown_at = self._clock()
        self._whole, self._noun, self._hosts = ProgressCounter(total=total), noun, {}
        self._whole.sample(self._began)

    def count(self) -> None:
        """Count one thing as done."""
        self._whole.started += 1
        self._whole.done += 1
        self.tick()

    def start(self, entry: Entry) -> None:
        """Count a dataset whose inspection begins."""
        self._whole.started += 1
        self._hosts[urls.host(entry.url)].started += 1
        self.tick()

    def done(self, entry: Entry, found: Findings) -> None:
        """Count a finished dataset."""
        for counter in (self._whole, self._hosts[urls.host(entry.url)]):
            counter.done += 1
            counter.unread += found.status != "ok"
        self.tick()

    def tick(self) -> None:
        """Show the current figures, unless they were shown a moment ago."""
        now = self._clock()
        if now - self._shown_at < (DRAW_EVERY_S if self._display else WRITE_EVERY_S):
            return
        self._shown_at = now
        for counter in (self._whole, *self._hosts.values()):
            counter.sample(now)
        if self._display:
            self._draw(self._display, now)
        else:
            self.write(f"  {self._line(now)}\n")

    def end(self) -> None:
        """Stop counting: remove the live display; elsewhere, write a last line with the result."""
        if not self._display:
            took = duration(self._clock() - self._began)
            self.write(f"  {formatting.plural(self._whole.done, self._noun)} in {took}{_unread(self._whole)}\n")
        self._clear()
        self._whole, self._hosts = ProgressCounter(), {}

    def _draw(self, display: LiveDisplay, now: float) -> None:
        hosts = _busiest(self._hosts.values())[: max(0, min(HOSTS_SHOWN, display.height - 2))]
        rows = [[self._encodable(cell) for cell in _row(host, now)] for host in hosts]
        whole = f"{_figures(self._whole, now)}{_left(self._left_s(now))}"
        display.draw(rows, whole, self._whole.done / max(self._whole.total, 1))

    def _clear(self) -> None:
        """Remove the live display."""
        if self._display:
            self._display.clear()

    def _line(self, now: float) -> str:
        """Return the current figures in one line."""
        hosts = (f"{host.name} {_figures(host, now)}" for host in _busiest(self._hosts.values())[:_HOSTS_IN_LINE])
        return "; ".join([f"{_figures(self._whole, now)}{_left(self._left_s(now))}", *hosts])

    def _left_s(self, now: float) -> float | None:
        """Return the seconds that the slowest host still needs, None if unknown; hosts are read in parallel."""
        known = (counter.left_s(now) for counter in (self._whole, *self._hosts.values()))
        return max((left_s for left_s in known if left_s), default=None)

    def _encodable(self, text: str) -> str:
        encoding = self._stream.encoding or "ascii"
        return text.encode(encoding, "replace").decode(encoding)


def _open_display(stream: TextIO, size: tuple[int, int] | None) -> LiveDisplay | None:
    """Return the live display if the stream is a terminal that can move its cursor, else None."""
    if not stream.isatty() or os.environ.get("TERM") == "dumb":
        return None
    from sitegen.commands.live_display import LiveDisplay  # slow to import, and not needed for plain lines

    return LiveDisplay(stream, size)


def _row(host: ProgressCounter, now: float) -> tuple[str, ...]:
    """Return the figures of a host, for the columns of the display."""
    unread = f"{host.unread:,} could not be read" if host.unread else ""
    return host.name, f"{host.done:,}/{host.total:,}", f"{host.in_flight} in flight", _speed(host, now), unread


def duration(seconds: float) -> str:
    """Return a duration for people: `8 s`, `2 min 05 s`, `1 h 02 min`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _busiest(hosts: Iterable[ProgressCounter]) -> list[ProgressCounter]:
    """Return the hosts with datasets in flight: those with most in flight, then with most left, first."""
    busy = [host for host in hosts if host.in_flight > 0]
    return sorted(busy, key=lambda host: (-host.in_flight, host.done - host.total, host.name))


def _figures(counter: ProgressCounter, now: float) -> str:
    speed = _speed(counter, now)
    return f"{counter.done:,}/{counter.total:,}, {counter.in_flight} in flight, {speed}{_unread(counter)}"


def _speed(counter: ProgressCounter, now: float) -> str:
    per_s = counter.per_s(now)
    return f"{per_s:.0f}/s" if per_s >= 10 or per_s == 0 else f"{per_s:.1f}/s"


def _unread(counter: ProgressCounter) -> str:
    return f", {counter.unread:,} could not be read" if counter.unread else ""


def _left(left_s: float | None) -> str:
    return "" if left_s is None else f", {duration(left_s)} left"
