"""The type of arrays of pixels."""

from __future__ import annotations

from typing import Any

import numpy as np

Pixels = np.ndarray[Any, np.dtype[Any]]
"""Pixels of any dtype; the docstring of each function states their axes."""
