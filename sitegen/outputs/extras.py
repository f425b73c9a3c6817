"""Which outputs need something besides sitegen, and whether that is installed. Importing this loads nothing."""

from __future__ import annotations

from importlib.util import find_spec


def is_parquet_possible() -> bool:
    """Return whether pyarrow is installed, the extra `parquet`."""
    return find_spec("pyarrow") is not None
