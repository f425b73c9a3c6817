"""The pictures of one dataset: which level, its bytes, their drawing, the kept files.

Joins the pure modules (`levels`, `pixels`, `thumbnail`) to a store on one side and to
the worker processes on the other. A picture that its owner supplies is preferred to one
of ours, and read as a stranger's bytes. A plane that is all fill value is tried at other
depths. Whatever fails is a problem; a dataset without a picture always says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from sitegen.config import CrawlSettings, PictureSettings
from sitegen.errors import FetchError
from sitegen.levels import Budget, Choice, Subject, choose_level, other_planes
from sitegen.model import Level, Picture, Problem, Shown
from sitegen.ome import Array, Node, choose_thumbnail
from sitegen.pixels import Answer, Plan, fetch_plan, make_plan
from sitegen.reply import Span
from sitegen.representative import Representative
from sitegen.store import Store, join
from sitegen.thumbnail import Encoded, Rendered, reencode, render
from sitegen.workers import WorkerDied, Workers

DRAWING = 1
"""Raise it when the same pixels would give other pictures."""
FOLDER = "thumbs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """What came of painting a dataset."""

    levels: tuple[Level, ...]
    """The image's levels, with what was learned of the one that was read."""
    thumbnail: Picture | None = None
    preview: Picture | None = None
    shown: Shown | None = None
    problems: tuple[Problem, ...] = ()


class Paints(Protocol):
    """What a survey needs of whoever makes its pictures."""

    @property
    def key(self) -> tuple[object, ...]:
        """Names what makes the pictures, apart from the data: what is remembered under another key is made anew."""

    async def paint(self, store: Store, chosen: Representative, levels: tuple[Level, ...], finest: Array) -> Painted:
        """Return the pictures of a dataset's representative image, whose finest level's array is `finest`."""


class Unpainted:
    """Makes no picture and reads no pixel: for whoever wants to know what the metadata say."""

    key: tuple[object, ...] = ("unpainted",)

    async def paint(self, store: Store, chosen: Representative, levels: tuple[Level, ...], finest: Array) -> Painted:
        """Return the levels as they are."""
        return Painted(levels=levels)


class Painter:
    """Paints datasets.

    keep: stores a picture, and gives back its name below the pictures' folder.
    """

    def __init__(
        self, workers: Workers, pictures: PictureSettings, crawl: CrawlSettings, *, keep: Callable[[bytes], str]
    ) -> None:
        self.key: tuple[object, ...] = (DRAWING, pictures.thumbnail_px, pictures.preview_px)
        self._workers = workers
        self._keep = keep
        self._budget = Budget(
            thumbnail_px=pictures.thumbnail_px,
            preview_px=pictures.preview_px,
            max_bytes=crawl.max_bytes_per_dataset,
        )

    async def paint(self, store: Store, chosen: Representative, levels: tuple[Level, ...], finest: Array) -> Painted:
        """Return the pictures of a dataset's representative image, whose finest level's array is `finest`."""
        node = chosen.node
        if node is None:
            return Painted(levels=levels)
        supplied = await self._supplied(store, chosen, node)
        if supplied and supplied.thumbnail:
            return self._painted(levels, supplied)
        painted = await self._paint_own(store, chosen, _subject(node, levels, finest), finest)
        return replace(painted, problems=(*(supplied.problems if supplied else ()), *painted.problems))

    async def _paint_own(self, store: Store, chosen: Representative, subject: Subject, finest: Array) -> Painted:
        found = await self._choose(store, chosen, subject, finest)
        if isinstance(found, Problem):
            return Painted(levels=subject.levels, problems=(found,))
        subject, choice, array = found
        rendered = await self._render_plane(store, chosen, subject, choice, array)
        return self._painted(subject.levels, rendered)

    def _painted(self, levels: tuple[Level, ...], rendered: Rendered) -> Painted:
        return Painted(
            levels=levels,
            thumbnail=self._kept(rendered.thumbnail),
            preview=self._kept(rendered.preview),
            shown=rendered.shown,
            problems=rendered.problems,
        )

    async def _supplied(self, store: Store, chosen: Representative, node: Node) -> Rendered | None:
        """Return the picture that the owner supplies, made ours, or why it cannot be; None where there is none."""
        offered = choose_thumbnail(node.thumbnails, self._budget.thumbnail_px)
        if offered is None:
            return None
        try:
            body = await store.picture(chosen.path or "", offered.address)
        except FetchError as error:
            return Rendered(problems=(_not_supplied(offered.address, str(error)),))
        if body is None:
            return Rendered(problems=(_not_supplied(offered.address, "it is not there"),))
        sizes = {"thumbnail_px": self._budget.thumbnail_px, "preview_px": self._budget.preview_px}
        try:
            return await self._workers.run(reencode, body, **sizes)
        except WorkerDied as error:
            return Rendered(problems=(_not_supplied(offered.address, str(error)),))

    async def _choose(
        self, store: Store, chosen: Representative, subject: Subject, finest: Array
    ) -> tuple[Subject, Choice, Array] | Problem:
        """Return the level to read, read itself: what its metadata let expect may have been wrong."""
        arrays = {0: finest}
        while True:
            choice = choose_level(subject, self._budget)
            if isinstance(choice, Problem):
                return choice
            if choice.level in arrays:
                return subject, choice, arrays[choice.level]
            array = await _read_array(store, chosen, subject.levels[choice.level].path)
            if array is None:
                return level_missing(subject.levels[choice.level].path)
            arrays[choice.level] = array
            subject = subject.with_array(choice.level, array)

    async def _render_plane(
        self, store: Store, chosen: Representative, subject: Subject, choice: Choice, array: Array
    ) -> Rendered:
        """Return the drawn plane; where it is empty, the first of the other depths that is not."""
        first = await self._render(store, chosen, make_plan(subject, choice, array, self._budget))
        if not first.empty:
            return first
        for z in other_planes(subject):
            other = await self._render(store, chosen, make_plan(subject, choice, array, self._budget, z=z))
            if other.thumbnail and not other.empty:
                return other
        return first

    async def _render(self, store: Store, chosen: Representative, plan: Plan | Problem) -> Rendered:
        if isinstance(plan, Problem):
            return Rendered(problems=(plan,))
        folder = join(chosen.path or "", plan.path)

        async def get(key: str, span: Span | None, max_bytes: int) -> Answer | None:
            return await store.read(join(folder, key), span, max_bytes=max_bytes)

        fetched = await fetch_plan(plan, get)
        try:
            return await self._workers.run(render, plan, fetched)
        except WorkerDied as error:
            return Rendered(problems=(_crash(folder, error),))

    def _kept(self, encoded: Encoded | None) -> Picture | None:
        if encoded is None:
            return None
        name = self._keep(encoded.content)
        return Picture(path=f"{FOLDER}/{name}", width=encoded.width, height=encoded.height)


def _not_supplied(address: str, why: str) -> Problem:
    return Problem(
        code="thumbnail-unreadable",
        level="warning",
        where="thumbnails",
        message=f"the supplied thumbnail {address[:100]} cannot be used: {why}",
        hint="upload it, or take it out of the metadata; a picture was drawn instead",
    )


def _crash(folder: str, error: WorkerDied) -> Problem:
    return Problem(
        code="picture-crash",
        level="error",
        where=folder,
        message=f"decoding its chunks ended the process that did it: {error}",
        hint="the chunks are probably damaged; write the level again",
    )


def _subject(node: Node, levels: tuple[Level, ...], finest: Array) -> Subject:
    return Subject(
        levels=levels,
        axes=node.axes,
        dtype=finest.dtype,
        channels=node.channels,
        default_z=node.default_z,
        default_t=node.default_t,
        greyscale=node.greyscale,
        is_label=node.is_label,
        label_colors=node.label_colors or {},
    )


async def _read_array(store: Store, chosen: Representative, path: str) -> Array | None:
    node = chosen.node
    if node is None:
        return None
    try:
        level = await store.node(join(chosen.path or "", path), zarr_format=node.zarr_format or 3, is_array=True)
    except FetchError:
        return None
    return level.array if level else None


def level_missing(path: str) -> Problem:
    """Return the problem of a level without an array."""
    return Problem(
        code="dataset-missing",
        level="error",
        where=path,
        message="the metadata name this level, but no array that can be read is there, so no picture was made",
        hint="write the level, or take it out of the metadata",
    )
