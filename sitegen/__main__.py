"""`python -m sitegen` is the `sitegen` command."""

import sys
from collections.abc import Sequence

from sitegen.cli import main
from sitegen.own_process import leave_out_pandas


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command in a process of its own; return its exit code."""
    leave_out_pandas()
    return main(arguments)


if __name__ == "__main__":
    sys.exit(run())
