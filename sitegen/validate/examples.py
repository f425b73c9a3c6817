"""Examples of broken rules: a part of a document that is wrong, and what is reported of it.

`tools/rule_examples.py` makes them from the cases of the tests. Rules that only a whole store can break have none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleExample:
    """The smallest mistake that breaks a rule."""

    version: str
    """Of OME-Zarr."""
    where: str
    """Pointer into the OME metadata."""
    json: str
    """What is there; a mark stands for what is left out."""
    message: str


@cache
def rule_examples() -> Mapping[str, RuleExample]:
    """Return code → example."""
    text = (files("sitegen.validate") / "examples.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, RuleExample])
