"""The pictures of one dataset: reads pixels, and has them rendered in another process.

A picture that the dataset supplies is preferred to a rendered one. A plane that is all fill value is tried at other
depths. Beside its picture a plate gets a montage of some of its wells, and an image with label images gets a picture
with the first of them laid over it. Whatever fails is a problem, also a bug of ours, and a missing answer, since the
next inspection may find a better picture. A dataset without a picture always says why, and keeps its metadata.

Over a network few requests matter more than fine pictures, because one host's latency decides how long a crawl takes.
Files of this machine cost no requests and are rendered from the finest level that a preview can use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import ParamSpec, TypeVar

from sitegen.errors import FetchError, WorkerDiedError
from sitegen.inspection.chunk_search import KnownForms
from sitegen.inspection.failures import survive
from sitegen.inspection.files import MAX_SUPPLIED_PICTURE_BYTES, join
from sitegen.inspection.io import InspectionIO
from sitegen.inspection.overlays import read_label
from sitegen.inspection.plane_search import PlaneSearch, ShownPlane
from sitegen.inspection.planes import ChosenLevel, FetchedPlane, OpenImage, fetch_plane, find_level
from sitegen.inspection.problems import located, thumbnail_not_fetched, thumbnail_unusable, worker_died
from sitegen.inspection.representative import Representative
from sitegen.inspection.unanswered import Unanswered
from sitegen.inspection.wells import absent_wells, placed_wells, read_wells
from sitegen.model import Level, Picture, Problem, Shown
from sitegen.model.task import PictureOptions, Task
from sitegen.ome import choose_thumbnail
from sitegen.pixels.image import PictureBudget
from sitegen.pixels.read_plan import ReadPlan
from sitegen.render.jobs import reencode, reencode_if_small, render_image, render_montage, render_overlay
from sitegen.render.values import EncodedImage, RenderedImages, WellPosition
from sitegen.transfer import digest

_P = ParamSpec("_P")
_R = TypeVar("_R")

FOLDER = "thumbs"
"""Of the site, with all its pictures."""
LABELS = "labels"
"""Group below an image that lists its label images."""
_MAX_LABELS = 3
"""Listed label images that are looked for where the first ones are not there."""
_LARGE_BYTES = 4_000_000
"""Chunks above this size are passed to another process through a file: a pipe would hold them four times."""
_LOCAL_WELLS = 96
"""Wells in the montage of a plate on this machine, whose files cost no requests: a 96-well plate is shown complete."""
_LOCAL_REQUESTS, _LOCAL_BYTES = 64, 24_000_000
"""Limits for a finer preview where requests cost nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MainPictures:
    """Thumbnail and preview of a dataset's representative image."""

    levels: tuple[Level, ...]
    """The image's levels, with what was learned of the one that was read."""
    thumbnail: Picture | None = None
    preview: Picture | None = None
    shown: Shown | None = None
    plane: FetchedPlane | None = None
    """What they were rendered from; None where they were supplied."""
    empty: bool = False
    """They show nothing but background: another image of the dataset may show more."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraPictures:
    """The pictures beside those of the representative image."""

    montage: Picture | None = None
    drawn: tuple[WellPosition, ...] = ()
    """(row, column) of the wells in the montage."""
    overlay: Picture | None = None
    problems: tuple[Problem, ...] = ()


class PictureMaker:
    """Makes the pictures of one dataset; `files` has those that were made, by `Picture.path`."""

    def __init__(self, io: InspectionIO, task: Task, options: PictureOptions) -> None:
        self.files: dict[str, bytes] = {}
        self._io = io
        self._options = options
        self._forms = KnownForms()
        self._budget = PictureBudget(
            thumbnail_px=options.thumbnail_px, preview_px=options.preview_px, max_bytes=task.max_bytes
        )

    async def make_main(self, image: OpenImage) -> MainPictures:
        """Return thumbnail and preview of a dataset's representative image. Raises FetchError."""
        making = self._make_main(image)
        levels = image.info.levels
        return await survive(making, image.files.url, lambda problem: MainPictures(levels=levels, problems=(problem,)))

    async def make_extra(self, image: OpenImage, main: MainPictures, labels: Sequence[str]) -> ExtraPictures:
        """Return montage and label overlay. labels: names of the image's label images. Raises FetchError."""
        making = self._make_extra(image, main, labels)
        return await survive(making, image.files.url, lambda problem: ExtraPictures(problems=(problem,)))

    async def _make_main(self, image: OpenImage) -> MainPictures:
        await _prefetch_label(image)
        levels = image.info.levels
        supplied = await self._supplied(image) if self._options.supplied else None
        if supplied and supplied.thumbnail:
            how = _how(image.chosen, "The picture is the one that the dataset supplies.")
            return self._main(levels, replace(supplied, shown=Shown(level="", how=how)))
        main = await self._render_own(image)
        return replace(main, problems=(*(supplied.problems if supplied else ()), *main.problems))

    async def _make_extra(self, image: OpenImage, main: MainPictures, labels: Sequence[str]) -> ExtraPictures:
        wells_unanswered, label_unanswered = Unanswered(), Unanswered()
        montage = await self._montage(image.with_levels(main.levels), main.shown, wells_unanswered)
        overlay = await self._overlay(image, main.plane, labels, label_unanswered)
        problems = (
            *wells_unanswered.problems, *montage.problems, *label_unanswered.problems, *overlay.problems
        )  # fmt: skip
        return replace(montage, overlay=overlay.overlay, problems=problems)

    def _budget_of(self, image: OpenImage) -> PictureBudget:
        if image.files.is_remote:
            return self._budget
        return replace(self._budget, preview_requests=_LOCAL_REQUESTS, preview_bytes=_LOCAL_BYTES)

    async def _render_own(self, image: OpenImage) -> MainPictures:
        unanswered = Unanswered()
        level = await find_level(image, self._budget_of(image), unanswered)
        if isinstance(level, Problem):
            problems = unanswered.problems or (located(image.path, level),)
            return MainPictures(levels=image.info.levels, problems=problems)
        shown = await self._search_plane(image, level)
        if shown.all_absent and image.chosen.layout is None:
            level, shown = await self._try_other_level(image, level, shown, unanswered)
        rendered = shown.rendered
        if rendered.shown:
            rendered = replace(rendered, shown=replace(rendered.shown, how=_how(image.chosen, rendered.shown.how)))
        main = self._main(level.info.levels, rendered)
        return replace(main, plane=shown.plane, problems=(*unanswered.problems, *main.problems))

    async def _search_plane(self, image: OpenImage, level: ChosenLevel, *, brief: bool = False) -> ShownPlane:
        async def fetch(plan: ReadPlan) -> FetchedPlane:
            await image.files.memory.reserve_pixels(plan.max_bytes)
            plane = await fetch_plane(image.files, image.path, plan)
            image.files.memory.shrink_pixels(plane.fetched.size_bytes)
            return plane

        async def render(plane: FetchedPlane) -> RenderedImages:
            try:
                return await self._compute(plane.fetched.size_bytes, render_image, plane.plan, plane.fetched)
            except WorkerDiedError as error:
                return RenderedImages(problems=(worker_died(plane.plan.path, error),))

        search = PlaneSearch(
            image=image,
            level=level,
            budget=self._budget_of(image),
            forms=self._forms,
            fetch=fetch,
            render=render,
            brief=brief,
        )
        return await search.run()

    async def _try_other_level(
        self, image: OpenImage, level: ChosenLevel, shown: ShownPlane, unanswered: Unanswered
    ) -> tuple[ChosenLevel, ShownPlane]:
        """Return another level, where it has chunks: writers that were interrupted leave levels without any."""
        without = frozenset({level.choice.level})
        other = await find_level(image, self._budget_of(image), unanswered, without=without)
        if isinstance(other, Problem):
            return level, shown
        found = await self._search_plane(image, other, brief=True)
        if found.rendered.thumbnail is None or found.is_empty:
            return level, shown
        problems = (*shown.rendered.problems, *found.rendered.problems)
        return other, replace(found, rendered=replace(found.rendered, problems=problems))

    def _main(self, levels: tuple[Level, ...], rendered: RenderedImages) -> MainPictures:
        return MainPictures(
            levels=levels,
            thumbnail=self._keep(rendered.thumbnail),
            preview=self._keep(rendered.preview),
            shown=rendered.shown,
            empty=rendered.empty,
            problems=rendered.problems,
        )

    async def _supplied(self, image: OpenImage) -> RenderedImages | None:
        """Return the picture that the dataset supplies, encoded anew, or why it is unusable; None without one.

        One of the dataset's root, such as a plate, is preferred to one of the representative image.
        """
        root = image.files.tree.get("")
        folder, owner = ("", root) if root and root.thumbnails else (image.path, image.node)
        offered = choose_thumbnail(owner.thumbnails, self._budget.thumbnail_px)
        if offered is None:
            return None
        await image.files.memory.reserve_pixels(MAX_SUPPLIED_PICTURE_BYTES)
        try:
            body = await image.files.supplied_picture(folder, offered.address)
        except FetchError as error:
            return RenderedImages(problems=(thumbnail_not_fetched(offered.address, error),))
        if body is None:
            return RenderedImages(problems=(thumbnail_unusable(offered.address, "it is not there"),))
        try:
            return await self._reencode(body)
        except WorkerDiedError as error:
            return RenderedImages(problems=(thumbnail_unusable(offered.address, str(error)),))

    async def _reencode(self, body: bytes) -> RenderedImages:
        """Return a supplied picture in our sizes and format, a large one by itself. Raises WorkerDiedError."""
        sizes = {"thumbnail_px": self._budget.thumbnail_px, "preview_px": self._budget.preview_px}
        small = await self._io.compute(reencode_if_small, body, **sizes)
        return small if small else await self._io.compute_large(reencode, body, **sizes)

    async def _montage(self, image: OpenImage, shown: Shown | None, unanswered: Unanswered) -> ExtraPictures:
        """Return the montage of a plate, where some of its wells can be drawn."""
        layout = image.chosen.layout
        if layout is None or not self._options.montage_wells or len(layout.wells) < 2:
            return ExtraPictures()
        count = self._options.montage_wells if image.files.is_remote else _LOCAL_WELLS
        budget = self._budget_of(image)
        read = await read_wells(image, shown, count=count, budget=budget, unanswered=unanswered, forms=self._forms)
        wells, problems = read.wells, read.problems
        if not wells:
            return ExtraPictures()
        try:
            rendered = await self._compute(
                sum(well.fetched.size_bytes for well in wells),
                render_montage,
                wells,
                rows=len(layout.row_names),
                columns=len(layout.column_names),
                listed=frozenset((well.row, well.column) for well in placed_wells(layout)),
                absent=absent_wells(image.files, layout),
                longest_px=self._budget.preview_px,
            )
        except WorkerDiedError as error:
            return ExtraPictures(problems=(*problems, worker_died("wells", error)))
        if not rendered.drawn:
            return ExtraPictures(problems=problems)
        return ExtraPictures(montage=self._keep(rendered.preview), drawn=rendered.drawn, problems=problems)

    async def _overlay(
        self, image: OpenImage, plane: FetchedPlane | None, labels: Sequence[str], unanswered: Unanswered
    ) -> ExtraPictures:
        """Return the picture with the first label image laid over it."""
        if plane is None or not labels:
            return ExtraPictures()
        path = await self._find_label(image, labels)
        zarr_format = image.node.zarr_format or 3
        read = await read_label(
            image.files, path, plane.plan, zarr_format=zarr_format, unanswered=unanswered, forms=self._forms
        )
        label = read.plane
        if label is None:
            return ExtraPictures(problems=read.problems)
        size_bytes = plane.fetched.size_bytes + label.fetched.size_bytes
        try:
            rendered = await self._compute(
                size_bytes, render_overlay, plane.plan, plane.fetched, label.plan, label.fetched
            )
        except WorkerDiedError as error:
            return ExtraPictures(problems=(*read.problems, worker_died(path, error)))
        picture = None if rendered.empty else self._keep(rendered.preview)
        problems = tuple(located(path, problem) for problem in rendered.problems)
        return ExtraPictures(overlay=picture, problems=(*read.problems, *problems))

    async def _find_label(self, image: OpenImage, labels: Sequence[str]) -> str:
        """Return the path of the first label image that is there, of the first listed ones."""
        paths = [join(image.path, LABELS, label) for label in labels[:_MAX_LABELS]]
        with suppress(FetchError):  # the same request is reported where the label image is read
            for path in paths:
                node = await image.files.node(path, zarr_format=image.node.zarr_format or 3)
                if node and node.datasets:
                    return path
        return paths[0]

    async def _compute(self, size_bytes: int, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Return the function's result on arguments of so many bytes. Raises WorkerDiedError."""
        compute = self._io.compute_large if size_bytes > _LARGE_BYTES else self._io.compute
        return await compute(function, *args, **kwargs)

    def _keep(self, encoded: EncodedImage | None) -> Picture | None:
        if encoded is None:
            return None
        name = digest(encoded.content)
        path = f"{FOLDER}/{name[:2]}/{name}{encoded.suffix}"
        self.files[path] = encoded.content
        return Picture(path=path, width=encoded.width, height=encoded.height)


def _first_label(image: OpenImage) -> str | None:
    """Return the path of the image's first label image, below the dataset."""
    path = join(image.path, LABELS)
    group = image.files.tree.get(path)
    return join(path, group.labels[0]) if group and group.labels else None


async def _prefetch_label(image: OpenImage) -> None:
    """Read the document of the label image, which may be large, before pixels are in memory."""
    if path := _first_label(image):
        with suppress(FetchError):
            await image.files.node(path, zarr_format=image.node.zarr_format or 3)


def _how(chosen: Representative, rendered: str) -> str:
    """Return in words which image is shown, then how it was rendered."""
    return f"{chosen.why[:1].upper()}{chosen.why[1:]}. {rendered}" if chosen.why else rendered
