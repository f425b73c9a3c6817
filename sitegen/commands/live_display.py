"""The live display of a crawl on a terminal: lines at the bottom that are redrawn in place, with the log above them.

`rich` fits the lines to the terminal and removes them at the end. Its import takes 80 ms (measured), so `progress`
imports this module only for a terminal. If the terminal's encoding has no box characters, the bar is drawn in ASCII.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

_BAR_WIDTH = 24


class LiveDisplay:
    """Lines that are redrawn in place, for the busiest hosts and the whole crawl.

    size: columns and lines, if they are not those of the terminal.
    """

    def __init__(self, stream: TextIO, size: tuple[int, int] | None = None) -> None:
        width, height = size or (None, None)
        self._console = Console(file=stream, force_terminal=True, width=width, height=height, highlight=False)
        self._live = Live(
            console=self._console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
        )

    @property
    def height(self) -> int:
        """The height of the terminal, in lines."""
        return self._console.height

    def draw(self, hosts: Sequence[Sequence[str]], whole: str, share: float) -> None:
        """Draw the lines.

        hosts: for each, its name, done, in flight, speed and how many could not be read. whole: the same for the crawl.
        share: the part that is done, 0 to 1.
        """
        table = self._grid("left", "right", "right", "right", "left", gap=2)
        for name, *figures in hosts:
            table.add_row(Text(f"  {name}"), *map(Text, figures))
        total = self._grid("left", "left", gap=1)
        total.add_row(ProgressBar(total=1.0, completed=share, width=_BAR_WIDTH), Text(whole))
        self._live.start()
        self._live.update(Group(table, total) if hosts else total, refresh=True)

    def write(self, text: str) -> None:
        """Write above the lines."""
        self._console.print(Text(text), end="", soft_wrap=True)

    def clear(self) -> None:
        """Remove the lines."""
        self._live.stop()

    def _grid(self, *columns: str, gap: int) -> Table:
        overflow = "crop" if self._console.options.ascii_only else "ellipsis"
        grid = Table.grid(padding=(0, gap, 0, 0))
        for justify in columns:
            grid.add_column(justify=justify, no_wrap=True, overflow=overflow)  # type: ignore[arg-type]
        return grid
