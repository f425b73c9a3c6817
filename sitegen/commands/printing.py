"""Standard output: results are written line by line, at once, whatever it can encode, and whoever has closed it."""

from __future__ import annotations

import os
import sys

from sitegen.errors import SitegenError


def check_output() -> None:
    """Raise SitegenError if standard output is closed: the next file to be opened would take its file descriptor."""
    if sys.stdout is None:
        raise SitegenError("standard output is closed; expected a terminal, a pipe or a file, such as /dev/null")


def write_line(text: str) -> None:
    """Print text at once. Raises BrokenPipeError if its reader has gone, SitegenError if it cannot be written."""
    try:
        print(_encodable(text), flush=True)  # noqa: T201
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what Python still buffers must not fail again
        if isinstance(error, BrokenPipeError):
            raise
        raise SitegenError(
            f"standard output cannot be written: {error.strerror}; free disk space, or redirect it elsewhere"
        ) from None


def _encodable(text: str) -> str:
    """Return the text with the characters escaped that standard output's encoding lacks."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
