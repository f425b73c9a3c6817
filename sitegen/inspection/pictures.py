"""The pictures of one dataset: what is read for them, their drawing, the kept files.

Joins the modules that read (`planes`, `wells`, `overlays`) to those that draw
(`thumbnail`, `montage`), which run in the worker processes. A picture that its owner
supplies is preferred to one of ours, and read as a stranger's bytes. A plane that is all
fill value is tried at other depths. Whatever fails, we included, is a problem, and so is
silence: where a host gave no answer, the next visit may find a better picture. A dataset
without a picture always says why, and keeps its metadata. Beside its picture a plate has
a montage of some of its wells, and an image with label images one with the first of
them over it.

One host decides the speed of a crawl, so over a network few requests beat fine pictures.
What lies on this machine costs none, and is drawn from the finest level that is of use.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import ParamSpec, Protocol, TypeVar

from sitegen import urls
from sitegen.config.settings import CrawlSettings, PictureSettings
from sitegen.engine.workers import WorkerDiedError, WorkerPool
from sitegen.errors import BuildError, FetchError, SitegenError
from sitegen.inspection.dataset import PICTURE_MAX_BYTES, Store, join
from sitegen.inspection.overlays import read_label
from sitegen.inspection.planes import Plane, Silence, Source, find_source, read_plane
from sitegen.inspection.problems import our_fault
from sitegen.inspection.representative import Representative
from sitegen.inspection.wells import absent_wells, placed_wells, read_wells
from sitegen.model import Level, Picture, Problem, Shown
from sitegen.model.codes import CODES, make_problem
from sitegen.ome import Array, Node, choose_thumbnail
from sitegen.pixels.levels import ImageInfo, PictureBudget, other_planes
from sitegen.pixels.selection import make_plan
from sitegen.render.image import EncodedImage, RenderedImages, reencode, reencode_small, render
from sitegen.render.montage import Place, render_montage, render_overlay
from sitegen.urls import redact

log = logging.getLogger(__name__)

_P = ParamSpec("_P")
_R = TypeVar("_R")

DRAWING = 3
"""Raise it when the same pixels would give other pictures."""
FOLDER = "thumbs"
LABELS = "labels"
_LARGE_BYTES = 4_000_000
"""From here on it matters how often chunks stand in memory on their way to a worker."""
_LOCAL_WELLS = 96
_LOCAL_REQUESTS, _LOCAL_BYTES = 64, 24_000_000
"""For the sake of a finer picture, where requests cost nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """What came of painting a dataset."""

    levels: tuple[Level, ...]
    """The image's levels, with what was learned of the one that was read."""
    thumbnail: Picture | None = None
    preview: Picture | None = None
    shown: Shown | None = None
    plane: Plane | None = None
    """What they were drawn from; None where they were not drawn but supplied."""
    empty: bool = False
    """They show nothing but background: another image of the dataset may have more to show."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The pictures beside the one of a dataset's representative image."""

    montage: Picture | None = None
    drawn: tuple[Place, ...] = ()
    """Places of the wells in the montage."""
    overlay: Picture | None = None
    problems: tuple[Problem, ...] = ()


class Paints(Protocol):
    """What a survey needs of whoever makes its pictures."""

    @property
    def key(self) -> tuple[object, ...]:
        """Names what makes the pictures, apart from the data: what is remembered under another key is made anew."""

    async def paint(self, store: Store, chosen: Representative, levels: tuple[Level, ...], finest: Array) -> Painted:
        """Return the pictures of a dataset's representative image, whose finest level's array is `finest`."""

    async def paint_beside(
        self, store: Store, chosen: Representative, painted: Painted, finest: Array, labels: Sequence[str]
    ) -> Beside:
        """Return the pictures beside those that were painted of an image with these label images."""


class Unpainted:
    """Makes no picture and reads no pixel: for whoever wants to know what the metadata say."""

    key: tuple[object, ...] = ("unpainted",)

    async def paint(self, store: Store, chosen: Representative, levels: tuple[Level, ...], finest: Array) -> Painted:
        """Return the levels as they are."""
        return Painted(levels=levels)

    async def paint_beside(
        self, store: Store, chosen: Representative, painted: Painted, finest: Array, labels: Sequence[str]
    ) -> Beside:
        """Return nothing."""
        return Beside()


class Painter:
    """Paints datasets.

    keep: stores a picture, and gives back its name below the pictures' folder.
    """

    def __init__(
        self, workers: WorkerPool, pictures: PictureSettings, crawl: CrawlSettings, *, keep: Callable[[bytes], str]
    ) -> None:
        self.key: tuple[object, ...] = (DRAWING, pictures.thumbnail_px, pictures.preview_px, pictures.montage_wells)
        self._workers = workers
        self._keep = keep
        self._budget = PictureBudget(
            thumbnail_px=pictures.thumbnail_px,
            preview_px=pictures.preview_px,
            max_bytes=crawl.max_bytes_per_dataset,
        )
        self._wells = pictures.montage_wells

    async def paint(self, store: Store, chosen: Representative, levels: tuple[Level, ...], finest: Array) -> Painted:
        """Return the pictures of a dataset's representative image, whose finest level's array is `finest`."""
        painting = self._paint(store, chosen, levels, finest)
        return await _kept_going(store, painting, lambda problem: Painted(levels=levels, problems=(problem,)))

    async def paint_beside(
        self, store: Store, chosen: Representative, painted: Painted, finest: Array, labels: Sequence[str]
    ) -> Beside:
        """Return the pictures beside those that were painted of an image with these label images."""
        painting = self._paint_beside(store, chosen, painted, finest, labels)
        return await _kept_going(store, painting, lambda problem: Beside(problems=(problem,)))

    async def _paint(self, store: Store, chosen: Representative, levels: tuple[Level, ...], finest: Array) -> Painted:
        node = chosen.node
        if node is None:
            return Painted(levels=levels)
        await _ask_ahead(store, chosen, node)
        supplied = await self._supplied(store, chosen, node)
        if supplied and supplied.thumbnail:
            how = _how(chosen, "The picture is the one that the dataset supplies.")
            return self._painted(levels, replace(supplied, shown=Shown(level="", how=how)))
        painted = await self._paint_own(store, chosen, _subject(node, levels, finest), finest)
        return replace(painted, problems=(*(supplied.problems if supplied else ()), *painted.problems))

    async def _paint_beside(
        self, store: Store, chosen: Representative, painted: Painted, finest: Array, labels: Sequence[str]
    ) -> Beside:
        node = chosen.node
        if node is None:
            return Beside()
        subject = _subject(node, painted.levels, finest)
        of_wells, of_label = Silence(), Silence()
        montage = await self._montage(store, chosen, subject, finest, painted.shown, of_wells)
        overlay = await self._overlay(store, chosen, painted.plane, labels, of_label)
        problems = (*of_wells.problems, *montage.problems, *of_label.problems, *overlay.problems)
        return replace(montage, overlay=overlay.overlay, problems=problems)

    def _budget_of(self, store: Store) -> PictureBudget:
        if urls.is_remote(store.url):
            return self._budget
        return replace(self._budget, preview_requests=_LOCAL_REQUESTS, preview_bytes=_LOCAL_BYTES)

    async def _paint_own(self, store: Store, chosen: Representative, subject: ImageInfo, finest: Array) -> Painted:
        silence = Silence()
        found = await self._find_source(store, chosen, subject, finest, silence)
        if isinstance(found, Problem):
            return Painted(levels=subject.levels, problems=silence.problems or (found,))
        rendered, plane = await self._render_plane(store, chosen, found)
        if rendered.shown:
            rendered = replace(rendered, shown=replace(rendered.shown, how=_how(chosen, rendered.shown.how)))
        painted = self._painted(found.subject.levels, rendered)
        return replace(painted, plane=plane, problems=(*silence.problems, *painted.problems))

    async def _find_source(
        self, store: Store, chosen: Representative, subject: ImageInfo, finest: Array, silence: Silence
    ) -> Source | Problem:
        assert chosen.node is not None
        budget = self._budget_of(store)
        return await find_source(store, chosen.path or "", chosen.node, subject, finest, budget, silence)

    def _painted(self, levels: tuple[Level, ...], rendered: RenderedImages) -> Painted:
        return Painted(
            levels=levels,
            thumbnail=self._kept(rendered.thumbnail),
            preview=self._kept(rendered.preview),
            shown=rendered.shown,
            empty=rendered.empty,
            problems=rendered.problems,
        )

    async def _supplied(self, store: Store, chosen: Representative, node: Node) -> RenderedImages | None:
        """Return the picture that the owner supplies, made ours, or why it cannot be; None where there is none.

        One of the dataset's root, such as a plate, is preferred to one of the image that stands for it.
        """
        root = store.tree.get("")
        folder, owner = ("", root) if root and root.thumbnails else (chosen.path or "", node)
        offered = choose_thumbnail(owner.thumbnails, self._budget.thumbnail_px)
        if offered is None:
            return None
        await store.make_room(PICTURE_MAX_BYTES)
        try:
            body = await store.picture(folder, offered.address)
        except FetchError as error:
            return RenderedImages(problems=(_not_fetched(offered.address, error),))
        if body is None:
            return RenderedImages(problems=(_not_supplied(offered.address, "it is not there"),))
        try:
            return await self._reencode(body)
        except WorkerDiedError as error:
            return RenderedImages(problems=(_not_supplied(offered.address, str(error)),))

    async def _reencode(self, body: bytes) -> RenderedImages:
        """Return a supplied picture made ours, a large one by itself. Raises WorkerDiedError."""
        sizes = {"thumbnail_px": self._budget.thumbnail_px, "preview_px": self._budget.preview_px}
        small = await self._workers.run(reencode_small, body, **sizes)
        return small if small else await self._workers.run_large(reencode, body, **sizes)

    async def _render_plane(
        self, store: Store, chosen: Representative, source: Source
    ) -> tuple[RenderedImages, Plane | None]:
        """Return the drawn plane; where it is empty, the first of the other depths that is not.

        An empty one is not kept: nothing is laid over it, and who waits for room must hold no pixels.
        """
        first, plane = await self._render(store, chosen, source)
        if not first.empty:
            return first, plane
        for z in other_planes(source.subject):
            plane = None
            other, plane = await self._render(store, chosen, source, z=z)
            if other.thumbnail and not other.empty:
                return other, plane
        return first, None

    async def _render(
        self, store: Store, chosen: Representative, source: Source, *, z: int | None = None
    ) -> tuple[RenderedImages, Plane | None]:
        plan = make_plan(source.subject, source.choice, source.array, self._budget_of(store), z=z)
        if isinstance(plan, Problem):
            return RenderedImages(problems=(plan,)), None
        await store.make_room(plan.max_bytes)
        plane = await read_plane(store, chosen.path or "", plan)
        store.keep_room(plane.fetched.size_bytes)
        try:
            return await self._draw(plane.fetched.size_bytes, render, plan, plane.fetched), plane
        except WorkerDiedError as error:
            return RenderedImages(problems=(_crash(join(chosen.path or "", plan.path), error),)), None

    async def _montage(
        self,
        store: Store,
        chosen: Representative,
        subject: ImageInfo,
        finest: Array,
        shown: Shown | None,
        silence: Silence,
    ) -> Beside:
        """Return the montage of a plate, once some of its wells could be drawn."""
        layout = chosen.layout
        if layout is None or not self._wells or len(layout.wells) < 2:
            return Beside()
        count = self._wells if urls.is_remote(store.url) else _LOCAL_WELLS
        z, t = (shown.z, shown.t) if shown else (None, None)
        budget = self._budget_of(store)
        wells = await read_wells(store, chosen, subject, finest, z=z, t=t, count=count, budget=budget, silence=silence)
        if not wells:
            return Beside()
        try:
            rendered = await self._draw(
                sum(well.fetched.size_bytes for well in wells),
                render_montage,
                wells,
                rows=len(layout.row_names),
                columns=len(layout.column_names),
                listed=frozenset((well.row, well.column) for well in placed_wells(layout)),
                absent=absent_wells(store, layout),
                longest_px=self._budget.preview_px,
            )
        except WorkerDiedError as error:
            return Beside(problems=(_crash("wells", error),))
        return Beside(montage=self._kept(rendered.preview), drawn=rendered.drawn) if rendered.drawn else Beside()

    async def _overlay(
        self, store: Store, chosen: Representative, image: Plane | None, labels: Sequence[str], silence: Silence
    ) -> Beside:
        """Return the picture with the first label image over it."""
        if image is None or not labels or chosen.node is None:
            return Beside()
        path = join(chosen.path or "", LABELS, labels[0])
        local, zarr_format = not urls.is_remote(store.url), chosen.node.zarr_format or 3
        label = await read_label(store, path, image.plan, zarr_format=zarr_format, local=local, silence=silence)
        if label is None:
            return Beside()
        try:
            rendered = await self._draw(
                image.fetched.size_bytes + label.fetched.size_bytes,
                render_overlay,
                image.plan,
                image.fetched,
                label.plan,
                label.fetched,
            )
        except WorkerDiedError as error:
            return Beside(problems=(_crash(path, error),))
        picture = None if rendered.empty else self._kept(rendered.preview)
        return Beside(overlay=picture, problems=rendered.problems)

    async def _draw(self, size_bytes: int, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Return what a worker draws of so many bytes. Raises WorkerDiedError."""
        run = self._workers.run_large if size_bytes > _LARGE_BYTES else self._workers.run
        return await run(function, *args, **kwargs)

    def _kept(self, encoded: EncodedImage | None) -> Picture | None:
        if encoded is None:
            return None
        name = self._keep(encoded.content)
        return Picture(path=f"{FOLDER}/{name}", width=encoded.width, height=encoded.height)


async def _kept_going(store: Store, painting: Awaitable[_R], instead: Callable[[Problem], _R]) -> _R:
    """Return what was painted; where a bug of ours ends that, `instead` with the problem, and nothing else is lost."""
    try:
        return await painting
    except SitegenError:  # no bug: a host's silence, for which the survey has the words, or the end of the build
        raise
    except Exception as error:
        if isinstance(error, ExceptionGroup) and error.subgroup(BuildError):  # the end of the build, from a task
            raise
        log.exception("%s: unexpected failure in a picture", store.url)
        return instead(our_fault(error))


def _not_supplied(address: str, why: str) -> Problem:
    return make_problem(
        "thumbnail-unreadable",
        "thumbnails",
        f"the supplied thumbnail {redact(address)[:100]} cannot be used: {why}",
        hint="Upload it, or remove it from the metadata; a picture was drawn instead.",
    )


def _not_fetched(address: str, error: FetchError) -> Problem:
    """Return why a supplied picture did not come; what may come another time bears the fault's own code."""
    problem = _not_supplied(address, str(error))
    if not (CODES[error.code].transient or CODES[error.code].limited_by):
        return problem
    message = f"{problem.message}; a picture was drawn instead"
    return replace(problem, code=error.code, message=message, hint=error.hint)


def _first_labels(store: Store, chosen: Representative) -> str | None:
    """Return the path of the image's first label image, below the dataset."""
    path = join(chosen.path or "", LABELS)
    group = store.tree.get(path)
    return join(path, group.labels[0]) if group and group.labels else None


async def _ask_ahead(store: Store, chosen: Representative, node: Node) -> None:
    """Ask for the document of the label image, which may be large, before there are pixels in memory."""
    if path := _first_labels(store, chosen):
        with suppress(FetchError):
            await store.node(path, zarr_format=node.zarr_format or 3)


def _crash(folder: str, error: WorkerDiedError) -> Problem:
    return make_problem("picture-crash", folder, f"decoding its chunks was given up: {error}")


def _subject(node: Node, levels: tuple[Level, ...], finest: Array) -> ImageInfo:
    return ImageInfo(
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


def _how(chosen: Representative, drawn: str) -> str:
    """Return in words which image is shown, then how it is drawn."""
    return f"{chosen.why[:1].upper()}{chosen.why[1:]}. {drawn}" if chosen.why else drawn
