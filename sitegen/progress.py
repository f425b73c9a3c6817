"""How far a long command is: a bar on a terminal, plain lines elsewhere.

Everything goes to standard error, so that `--json` leaves standard output to the
summary. Lines elsewhere come at most every few seconds: a nightly log is read, too.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TextIO

from sitegen import addresses
from sitegen.model import Entry, Findings

_BAR_WIDTH = 28
_TERMINAL_EVERY_S = 0.1
_LINES_EVERY_S = 5.0


class Progress:
    """What a crawl tells while it runs."""

    def __init__(self, stream: TextIO = sys.stderr, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._terminal = stream.isatty()
        self._started = self._shown = clock()
        self._total = self._done = 0
        self._statuses: Counter[str] = Counter()
        self._busy: Counter[str] = Counter()

    def stage(self, words: str) -> None:
        """Say which stage begins."""
        self._clear()
        print(words, file=self._stream, flush=True)

    def begin(self, entries: Sequence[Entry]) -> None:
        """Start counting datasets."""
        self._total, self._done = len(entries), 0
        self._started = self._shown = self._clock()
        self._busy = Counter(addresses.host(entry.url) for entry in entries)

    def done(self, entry: Entry, found: Findings) -> None:
        """Count a finished dataset, and show it when it is time."""
        self._done += 1
        self._statuses[found.status] += 1
        self._busy[addresses.host(entry.url)] -= 1
        now = self._clock()
        every = _TERMINAL_EVERY_S if self._terminal else _LINES_EVERY_S
        if now - self._shown >= every or self._done == self._total:
            self._shown = now
            self._show(now - self._started)

    def _show(self, elapsed_s: float) -> None:
        rate = self._done / elapsed_s if elapsed_s > 0 else 0.0
        left_s = (self._total - self._done) / rate if rate else 0.0
        figures = f"{self._done:,}/{self._total:,} datasets  {rate:.0f}/s  {_duration(left_s)} left  {self._words()}"
        if not self._terminal:
            print(f"  {figures}", file=self._stream, flush=True)
            return
        filled = _BAR_WIDTH * self._done // max(self._total, 1)
        bar = "█" * filled + "░" * (_BAR_WIDTH - filled)
        end = "\n" if self._done == self._total else ""
        print(f"\r\x1b[K{bar} {figures}", end=end, file=self._stream, flush=True)

    def _words(self) -> str:
        answered = ", ".join(f"{count:,} {status}" for status, count in sorted(self._statuses.items()))
        host, left = max(self._busy.items(), key=lambda pair: pair[1], default=("", 0))
        return f"{answered}; {left:,} to do at {host}" if left > 0 else answered

    def _clear(self) -> None:
        if self._terminal and 0 < self._done < self._total:
            print("\r\x1b[K", end="", file=self._stream)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
