"""The forms that the keys of chunks can have, for chunks that are not stored where their array's metadata say.

A key is the numbers of a chunk, joined by `/` or `.`, after `c` or not: `dimension_separator` of Zarr v2,
`chunk_key_encoding` of Zarr v3 (`default` with the prefix, `v2` without). Documents that state one form over files in
another are the fault that users of OME-Zarr report most. Arithmetic alone: no key is requested here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from sitegen.model import Problem
from sitegen.ome.node import Array
from sitegen.pixels.read_plan import ReadPlan

MakePlan = Callable[[Array], ReadPlan | Problem]
"""Returns what to read of an array, or why nothing can be read."""


@dataclass(frozen=True, slots=True)
class KeyForm:
    """One form of the keys of chunks."""

    separator: str
    prefix: str
    """`c` or nothing."""

    def of(self, array: Array) -> Array:
        """Return the array with keys of this form."""
        return replace(array, separator=self.separator, key_prefix=self.prefix)


def key_form(array: Array) -> KeyForm:
    """Return the form that an array's metadata state."""
    return KeyForm(array.separator, array.key_prefix)


def other_forms(array: Array) -> tuple[KeyForm, ...]:
    """Return the other forms, the likeliest first: the other separator, after files of format 2 below a `zarr.json`."""
    other = "." if array.separator == "/" else "/"
    forms = (
        KeyForm(array.separator, ""),
        KeyForm(other, ""),
        KeyForm("/", "c"),
        KeyForm(".", "c"),
    )
    key, zeros = array.chunk_key, (0,) * len(array.shape)
    found = {form.of(array).chunk_key(zeros): form for form in reversed(forms)}
    found.pop(key(zeros), None)  # with one dimension the separators do not matter
    return tuple(form for form in forms if form in found.values())


def one_object(plan: ReadPlan) -> ReadPlan:
    """Return a plan that reads one object of another, that in the middle, which is the least likely to be empty."""
    return replace(plan, objects=plan.objects[len(plan.objects) // 2 :][:1])


def correction(array: Array, document: str, form: KeyForm) -> str:
    """Return what to write in an array's document so that it states the form; where it cannot, what to rename.

    array: as its document states it.
    """
    zeros = (0,) * len(array.shape)
    if array.zarr_format == 3:
        name = "default" if form.prefix else "v2"
        stated = {"name": name, "configuration": {"separator": form.separator}}
        return f'Write "chunk_key_encoding": {json.dumps(stated)} in {document}, or rename the chunks.'
    if form.prefix:
        written = form.of(array).chunk_key(zeros)
        return f"Rename the chunks, such as {written} to {array.chunk_key(zeros)}: {document} cannot state such keys."
    return f'Write "dimension_separator": "{form.separator}" in {document}, or rename the chunks.'
