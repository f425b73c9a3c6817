"""One plane of an image, from its store: which level, that level's array, the stored chunks.

Joins the choice of a level, which is arithmetic on what metadata let expect, to what is
there. An array may be other than expected, and then the choice is made again; or it may
not be there, as in half-converted stores, and then another level takes its place. So it
does where the host says nothing of it, but that is noted: the next visit may get more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import itemgetter

from sitegen.errors import FetchError
from sitegen.inspection.dataset import Store, join
from sitegen.model import Problem
from sitegen.model.codes import make_problem
from sitegen.ome import Array, Node
from sitegen.pixels.levels import ImageInfo, LevelChoice, PictureBudget, choose_level
from sitegen.pixels.selection import Answer, FetchedChunks, ReadPlan, fetch_plan
from sitegen.transfer import ByteRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An image, and the level of it that is read."""

    subject: ImageInfo
    choice: LevelChoice
    array: Array
    """Of the level chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """A plane as it was read, to be decoded and drawn elsewhere."""

    plan: ReadPlan
    fetched: FetchedChunks


class Silence:
    """What a dataset's host did not answer for one picture, which goes without it.

    What it answers wrongly, or is not there, is none: to ask again would bring no more.
    """

    def __init__(self) -> None:
        self._met: dict[str, FetchError] = {}

    def note(self, error: FetchError, where: str) -> None:
        """Note an error about the document or chunk at `where` below the dataset, if it is silence."""
        if error.status == "unreachable":
            self._met.setdefault(where, error)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of it as one problem, that of the first path, which says how many more there are; none without it."""
        if not self._met:
            return ()
        where, error = min(self._met.items(), key=itemgetter(0))
        more = f" (and {len(self._met) - 1} more)" if len(self._met) > 1 else ""
        message = f"{error}{more}"
        return (make_problem(error.code, where, message, level="warning", hint=error.hint),)


async def find_source(
    store: Store, path: str, node: Node, subject: ImageInfo, finest: Array, budget: PictureBudget, silence: Silence
) -> Source | Problem:
    """Return what to read of the image at `path` below the dataset, or why nothing can be.

    finest: the array of its level 0. The subject that comes back knows what the arrays read say.
    """
    arrays: dict[int, Array | None] = {0: finest}
    while True:
        choice = choose_level(_without_missing(subject, arrays), budget)
        if isinstance(choice, Problem):
            missing = [subject.levels[index].path for index, array in arrays.items() if array is None]
            return level_missing(missing[0]) if missing else choice
        array = arrays.get(choice.level)
        if array is not None:
            return Source(subject=subject, choice=choice, array=array)
        expected = subject.levels[choice.level]
        array = arrays[choice.level] = await read_array(store, join(path, expected.path), node, silence)
        subject = subject.with_array(choice.level, array) if array else subject
        if array and replace(expected, exact=True) == subject.levels[choice.level]:
            return Source(subject=subject, choice=choice, array=array)


def _without_missing(subject: ImageInfo, arrays: dict[int, Array | None]) -> ImageInfo:
    """Return the subject; a level without an array has no chunks, so it is not chosen."""
    levels = tuple(
        replace(level, chunks=None) if arrays.get(index, level) is None else level
        for index, level in enumerate(subject.levels)
    )
    return replace(subject, levels=levels)


async def read_array(store: Store, path: str, node: Node, silence: Silence) -> Array | None:
    """Return the array at `path` below the dataset, written as `node` is; None where none can be read."""
    try:
        level = await store.node(path, zarr_format=node.zarr_format or 3, is_array=True)
    except FetchError as error:
        silence.note(error, path)
        return None
    return level.array if level else None


async def read_plane(store: Store, path: str, plan: ReadPlan, silence: Silence | None = None) -> Plane:
    """Return the plane of a plan, read from the image at `path` below the dataset.

    silence: for whoever does not tell the problems of what was fetched.
    """
    folder = join(path, plan.path)

    async def get(key: str, span: ByteRange | None, max_bytes: int) -> Answer | None:
        try:
            return await store.read(join(folder, key), span, max_bytes=max_bytes)
        except FetchError as error:
            if silence:
                silence.note(error, join(folder, key))
            raise

    return Plane(plan=plan, fetched=await fetch_plan(plan, get))


def level_missing(path: str) -> Problem:
    """Return the problem of an image whose levels have no array that can be drawn."""
    return make_problem(
        "dataset-missing",
        path,
        "the metadata name this level, but no array that can be read is there, so no picture was made",
    )
