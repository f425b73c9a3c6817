"""Whether the chunks of a store are under the keys that its arrays' metadata state: asked, without reading pixels.

A build finds this in the pixels that it draws. `sitegen validate`, `check` and builds of local data ask here, so that
all of them give one verdict. An array whose chunks are as stated costs one request; one that holds nothing, 16 at
most, and three such arrays end the search: most of them are sparse, or not yet written.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

from sitegen.errors import FetchError
from sitegen.inspection.chunk_search import misnamed_chunks
from sitegen.model import Problem
from sitegen.model.codes import CODES
from sitegen.ome import Array, Node
from sitegen.pixels.chunk_keys import other_forms
from sitegen.transfer import ByteRange
from sitegen.validate import Tree

Exists = Callable[[str], Awaitable[bool]]
"""Key below the store → whether something is stored there. True where that cannot be known."""

ONE_BYTE = ByteRange(0, 1)
"""What is read of an object to learn whether it is there."""
_MAX_ARRAYS = 16
"""Arrays of one store that are asked for: a dataset is written by one program."""
_MAX_EMPTY = 3
_PLANE_AXES = 2


async def find_misnamed(tree: Tree, exists: Exists) -> tuple[Problem, ...]:
    """Return an error for each array, of the first ones in the tree, whose chunks are under other keys than stated."""
    arrays = [(path, node.array) for path, node in tree.items() if isinstance(node, Node) and node.array]
    problems, empty = [], 0
    for path, array in arrays[:_MAX_ARRAYS]:
        if not _has_chunks(array) or await _any_stored(path, array, exists):
            continue
        found = await _find_stored(path, array, exists)
        if found:
            problems.append(misnamed_chunks(path, array, found))
        empty += not found
        if empty == _MAX_EMPTY:
            break
    return tuple(problems)


async def is_stored(get: Callable[[], Awaitable[object]]) -> bool:
    """Return whether an object is there. get: reads a byte of it; None, or FetchError, where it is not there."""
    try:
        return await get() is not None
    except FetchError as error:
        # An object without a byte is no chunk. Anything else, such as a time-out, is no proof of absence.
        return not (CODES[error.code].absent or error.code == "range-beyond-end")


async def _find_stored(path: str, array: Array, exists: Exists) -> Array | None:
    """Return the array with the keys under which one of its chunks is stored; None where none is."""
    for form in other_forms(array):
        if await _any_stored(path, form.of(array), exists):
            return form.of(array)
    return None


async def _any_stored(path: str, array: Array, exists: Exists) -> bool:
    for index in dict.fromkeys(_samples(array)):
        key = array.chunk_key(index)
        if await exists(f"{path}/{key}" if path else key):
            return True
    return False


def _has_chunks(array: Array) -> bool:
    sizes = array.stored_shape
    return bool(array.shape) and len(sizes) == len(array.shape) and min(*array.shape, *sizes) > 0


def _samples(array: Array) -> Iterator[tuple[int, ...]]:
    """Yield indices of chunks, or shards: in the middle of the array, of its first plane, the first and the last."""
    counts = [-(-length // size) for length, size in zip(array.shape, array.stored_shape, strict=True)]
    middle = tuple(count // 2 for count in counts)
    leading = max(0, len(counts) - _PLANE_AXES)
    yield middle
    yield (0,) * leading + middle[leading:]
    yield (0,) * len(counts)
    yield tuple(count - 1 for count in counts)
