"""One plane of an image: which level is read, that level's array, and its stored chunks.

The choice of a level is arithmetic on what the metadata let expect. An array may differ from that, and then the
choice is made again; or it is not there, as in half-converted stores, or its host does not answer, and then another
level is taken.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sitegen.errors import FetchError
from sitegen.inspection.files import DatasetFiles, join
from sitegen.inspection.problems import level_missing
from sitegen.inspection.representative import Representative
from sitegen.inspection.unanswered import Unanswered
from sitegen.model import Level, Problem
from sitegen.ome import Array, Node
from sitegen.pixels.fetched import FetchedChunks
from sitegen.pixels.fetching import fetch_chunks
from sitegen.pixels.image import ImageInfo, LevelChoice, PictureBudget
from sitegen.pixels.levels import choose_level
from sitegen.pixels.read_plan import ReadPlan
from sitegen.transfer import ByteRange, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenImage:
    """An image of a dataset whose metadata were read: what every step towards its pictures needs."""

    files: DatasetFiles
    chosen: Representative
    node: Node
    """The image's group, or a bare array."""
    path: str
    """Below the dataset; empty for the dataset itself."""
    finest: Array
    """Array of the finest level that is there."""
    finest_index: int = 0
    """Index of that level; those before it are not there, or cannot be read."""
    info: ImageInfo
    """Its levels, axes and channels."""

    def with_levels(self, levels: tuple[Level, ...]) -> OpenImage:
        """Return the image with what was learned of its levels."""
        return replace(self, info=replace(self.info, levels=levels))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenLevel:
    """The level of an image that is read."""

    info: ImageInfo
    """The image, with what the arrays that were read say of its levels."""
    choice: LevelChoice
    array: Array
    """Of the chosen level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPlane:
    """The stored chunks of one plane, to be decoded and rendered in another process."""

    plan: ReadPlan
    fetched: FetchedChunks


async def find_level(
    image: OpenImage, budget: PictureBudget, unanswered: Unanswered, *, without: Collection[int] = ()
) -> ChosenLevel | Problem:
    """Return the level of an image to read, or why none can be. without: indices of levels not to read."""
    info = image.info
    arrays: dict[int, Array | None] = dict.fromkeys([*range(image.finest_index), *without])
    if image.finest_index not in arrays:
        arrays[image.finest_index] = image.finest
    while True:
        choice = choose_level(_without_missing(info, arrays), budget)
        if isinstance(choice, Problem):
            missing = [info.levels[index].path for index, array in arrays.items() if array is None]
            return level_missing(missing[0]) if missing else choice
        array = arrays.get(choice.level)
        if array is not None:
            return ChosenLevel(info=info, choice=choice, array=array)
        expected = info.levels[choice.level]
        path = join(image.path, expected.path)
        array = arrays[choice.level] = await read_array(image.files, path, image.node, unanswered)
        info = info.with_array(choice.level, array) if array else info
        if array and replace(expected, exact=True) == info.levels[choice.level]:
            return ChosenLevel(info=info, choice=choice, array=array)


def _without_missing(info: ImageInfo, arrays: dict[int, Array | None]) -> ImageInfo:
    """Return the image; a level whose array is missing has no chunks, so that it is not chosen."""
    levels = tuple(
        replace(level, chunks=None) if arrays.get(index, level) is None else level
        for index, level in enumerate(info.levels)
    )
    return replace(info, levels=levels)


async def read_array(files: DatasetFiles, path: str, node: Node, unanswered: Unanswered) -> Array | None:
    """Return the array at `path` below the dataset, in the Zarr format of `node`; None where none can be read."""
    try:
        level = await files.node(path, zarr_format=node.zarr_format or 3, is_array=True, own=True)
    except FetchError as error:
        unanswered.add(error, path)
        return None
    return level.array if level else None


async def fetch_plane(
    files: DatasetFiles, path: str, plan: ReadPlan, unanswered: Unanswered | None = None
) -> FetchedPlane:
    """Return the chunks of a plan, read from the image at `path` below the dataset.

    unanswered: for a caller that does not report the problems of the fetched chunks.
    """
    folder = join(path, plan.path)

    async def get(key: str, byte_range: ByteRange | None, max_bytes: int) -> Response | None:
        try:
            return await files.read_object(join(folder, key), byte_range, max_bytes=max_bytes)
        except FetchError as error:
            if unanswered:
                unanswered.add(error, join(folder, key))
            raise

    return FetchedPlane(plan=plan, fetched=await fetch_chunks(plan, get))
