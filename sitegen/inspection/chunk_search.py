"""Chunks that are not stored under the keys that their array's metadata state: under which they are, and what is said.

Of a level all of whose chunks are absent, one chunk is looked for under each other form of keys, so that the search
costs three requests at most. A dataset was written by one program: the form that was found is tried first from then
on, and a montage takes it for all of its wells.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from sitegen.formatting import plural
from sitegen.inspection.files import join
from sitegen.inspection.planes import FetchedPlane
from sitegen.model import Problem, Severity
from sitegen.model.codes import make_problem
from sitegen.ome import Array
from sitegen.pixels.chunk_keys import KeyForm, MakePlan, correction, key_form, one_object, other_forms
from sitegen.pixels.read_plan import ReadPlan

Fetch = Callable[[ReadPlan], Awaitable[FetchedPlane]]
CHUNK_KEYS = "chunk-keys"
"""Code of the error of chunks under other keys than stated: the dataset is not valid, although no document shows it."""
_NAMED_KEYS = 3
"""Keys that a message names."""


class KnownForms:
    """The forms of keys that the metadata of one dataset state → the forms in which its chunks are stored."""

    def __init__(self) -> None:
        self.searched = False
        """Whether chunks were looked for under other keys."""
        self._stored: dict[KeyForm, KeyForm] = {}

    def correct(self, array: Array) -> Array:
        """Return the array with the keys that were found for arrays like it."""
        found = self._stored.get(key_form(array))
        return found.of(array) if found else array

    async def find(self, array: Array, make_plan: MakePlan, fetch: Fetch, *, most: int = 3) -> Array | None:
        """Return an array, all of whose wanted chunks are absent, with the keys under which one is stored.

        None where none is. most: other forms that are tried, at most.
        """
        self.searched = True
        known = self._stored.get(key_form(array))
        forms = other_forms(array)
        for form in sorted(forms, key=lambda form: form != known)[:most]:
            plan = make_plan(form.of(array))
            if isinstance(plan, Problem):
                return None
            if (await fetch(one_object(plan))).fetched.stored:
                self._stored[key_form(array)] = form
                return form.of(array)
        return None


def misnamed_chunks(folder: str, stated: Array, found: Array) -> Problem:
    """Return the error of chunks under other keys than stated. folder: of the array, below the dataset."""
    document = join(folder, "zarr.json" if stated.zarr_format == 3 else ".zarray")
    zeros = (0,) * len(stated.shape)
    return make_problem(
        CHUNK_KEYS,
        folder,
        f"no chunk is stored under a key such as {stated.chunk_key(zeros)}, which {document} states; the chunks are "
        f"stored under keys such as {found.chunk_key(zeros)}, and were read from there",
        hint=correction(stated, document, key_form(found)),
    )


def absent_chunks(folder: str, plan: ReadPlan, *, level: Severity = "warning", then: str = "") -> Problem:
    """Return the problem of a plane none of whose chunks is stored.

    folder: of the array, below the dataset. then: what follows from it.
    """
    keys: Sequence[str] = [join(folder, each.key) for each in plan.objects]
    named = ", ".join(keys[:_NAMED_KEYS]) + (", …" if len(keys) > _NAMED_KEYS else "")
    kind = "shard" if plan.encoding.shards else "chunk"
    what = f"the {kind} that was" if len(keys) == 1 else f"none of the {plural(len(keys), kind)} that were"
    absent = "is not stored" if len(keys) == 1 else "is stored"
    message = f"{what} requested {absent}: {named}{then or '; without them this level shows nothing but background'}"
    return make_problem("chunks-absent", folder, message, level=level)
