"""What is said of a dataset on which sitegen itself failed."""

from __future__ import annotations

import traceback

from sitegen.model import Problem
from sitegen.model.codes import make_problem


def our_fault(error: Exception) -> Problem:
    """Return the problem of a bug of ours: the exception, and where it came from."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return make_problem(
        "internal-error",
        message=f"sitegen failed on this dataset: {type(error).__name__}: {str(error)[:200]} ({where})",
    )
