"""Values of the command line: text becomes a value, or a line that says what was expected. Used by argparse."""

from __future__ import annotations

import argparse
import errno
import math
import os
from contextlib import suppress
from pathlib import Path

from sitegen.commands.thumbnails import SIZES


def read_folder(text: str) -> Path:
    """Return a path. Raises ArgumentTypeError where symbolic links form a loop."""
    try:
        os.stat(text)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise argparse.ArgumentTypeError(f"expected a folder, found symbolic links in a loop: {text}") from None
    return Path(text)  # whether it exists and can be used is checked by the command that uses it


def read_share(text: str) -> float:
    """Return a number from 0 to 1. Raises ArgumentTypeError."""
    with suppress(ValueError):
        if 0 <= float(text) <= 1:
            return float(text)
    raise argparse.ArgumentTypeError(f"expected a number from 0 to 1, such as 0.2, found {text!r}")


def read_days(text: str) -> float:
    """Return a number of days, 0 or more. Raises ArgumentTypeError."""
    with suppress(ValueError):
        if 0 <= float(text) < math.inf:
            return float(text)
    raise argparse.ArgumentTypeError(f"expected a number of days, 0 or more, such as 7, found {text!r}")


def read_positive(text: str) -> int:
    """Return a whole number above 0. Raises ArgumentTypeError."""
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a whole number above 0, found {text!r}")


def read_thumbnail_size(text: str) -> int:
    """Return the longer edge of a thumbnail in pixels. Raises ArgumentTypeError."""
    if text.isdecimal() and int(text) in SIZES:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected pixels from {SIZES[0]} to {SIZES[-1]}, found {text!r}")


def read_column(text: str) -> tuple[str, str]:
    """Return the name and the value of a column. Raises ArgumentTypeError."""
    name, equals, value = text.partition("=")
    if not name.strip() or not equals:
        raise argparse.ArgumentTypeError(f"expected a name and a value, such as source=IDR, found {text!r}")
    if name.strip().lower() == "url":
        raise argparse.ArgumentTypeError(f"expected a column besides url, which each row has, found {text!r}")
    return name.strip(), value.strip()
