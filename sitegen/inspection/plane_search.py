"""Which plane of a level is shown: the chosen one, unless it holds nothing but background.

Where none of its chunks is stored, they may be stored under other keys than the metadata state; these are looked for
once. Then at most two other depths are tried, and of a time series two other time points, each with the cost of one
plane. Sparse data are honest data: that chunks are absent is reported only where all of these planes are.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace

from sitegen.inspection.chunk_search import Fetch, KnownForms, absent_chunks, misnamed_chunks
from sitegen.inspection.files import join
from sitegen.inspection.planes import ChosenLevel, FetchedPlane, OpenImage
from sitegen.inspection.problems import located
from sitegen.model import Problem
from sitegen.ome import Array
from sitegen.pixels.image import PictureBudget
from sitegen.pixels.read_plan import ReadPlan, make_read_plan
from sitegen.pixels.selection import alternative_t, alternative_z
from sitegen.render.values import RenderedImages


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlane:
    """The pictures of one plane."""

    rendered: RenderedImages
    plan: ReadPlan | None = None
    plane: FetchedPlane | None = None
    """What they were rendered from; None where that is nothing but background, or could not be rendered."""
    all_absent: bool = False
    """Whether none of its chunks is stored; of a plane that was searched for, none of any plane that was read."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing but background was read."""
        return self.rendered.empty

    def with_problem(self, problem: Problem | None) -> ShownPlane:
        """Return the same with one more problem."""
        if problem is None:
            return self
        return replace(self, rendered=replace(self.rendered, problems=(problem, *self.rendered.problems)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaneSearch:
    """What a search needs; `fetch` and `render` raise FetchError."""

    image: OpenImage
    level: ChosenLevel
    budget: PictureBudget
    forms: KnownForms
    fetch: Fetch
    render: Callable[[FetchedPlane], Awaitable[RenderedImages]]
    brief: bool = False
    """Whether one plane is read, and one other form of keys is tried, at most."""

    async def run(self) -> ShownPlane:
        """Return the first plane that shows something, else the first of all."""
        first, misnamed = await self._draw_named(self.level.array, forms_tried=1 if self.brief else 3)
        array = self.forms.correct(self.level.array) if misnamed else self.level.array
        absent = first.all_absent
        if first.is_empty and not self.brief:
            for z, t in self._other_planes():
                other, newly = await self._draw_named(array, z=z, t=t, forms_tried=0 if misnamed else 1)
                if newly:
                    misnamed, array = newly, self.forms.correct(self.level.array)
                absent = absent and other.all_absent
                if other.rendered.thumbnail and not other.is_empty:
                    return _explain(other, first).with_problem(misnamed)
        return replace(first, all_absent=absent).with_problem(misnamed or (self._absent(first) if absent else None))

    async def _draw_named(
        self, array: Array, *, forms_tried: int, z: int | None = None, t: int | None = None
    ) -> tuple[ShownPlane, Problem | None]:
        """Return a plane, read under other keys where none of its chunks is stored as stated; then with the error."""

        def make_plan(stated: Array) -> ReadPlan | Problem:
            return make_read_plan(self.level.info, self.level.choice, stated, self.budget, z=z, t=t)

        shown = await self._draw(make_plan(array))
        if not shown.all_absent or not forms_tried:
            return shown, None
        found = await self.forms.find(array, make_plan, self.fetch, most=forms_tried)
        if found is None:
            return shown, None
        return await self._draw(make_plan(found)), misnamed_chunks(self._folder, array, found)

    async def _draw(self, plan: ReadPlan | Problem) -> ShownPlane:
        if isinstance(plan, Problem):
            return ShownPlane(rendered=RenderedImages(problems=(located(self.image.path, plan),)))
        plane = await self.fetch(plan)
        rendered = await self.render(plane)
        problems = tuple(located(self.image.path, problem) for problem in rendered.problems)
        rendered = replace(rendered, problems=problems)
        shows = rendered.thumbnail and not rendered.empty
        return ShownPlane(
            rendered=rendered, plan=plan, plane=plane if shows else None, all_absent=plane.fetched.all_absent
        )

    def _other_planes(self) -> Iterator[tuple[int | None, int | None]]:
        """Yield z and t of the other planes; None is that of the first."""
        yield from ((z, None) for z in alternative_z(self.level.info))
        yield from ((None, t) for t in alternative_t(self.level.info))

    @property
    def _folder(self) -> str:
        return join(self.image.path, self.level.info.levels[self.level.choice.level].path)

    def _absent(self, shown: ShownPlane) -> Problem | None:
        if shown.plan is None:
            return None
        return absent_chunks(self._folder, shown.plan)


def _explain(other: ShownPlane, first: ShownPlane) -> ShownPlane:
    """Return another plane; its description says which plane has nothing to show."""
    shown, plans = other.rendered.shown, (first.plan, other.plan)
    if shown is None or plans[0] is None or plans[1] is None:
        return other
    pairs = (("z", plans[0].z, plans[1].z), ("t", plans[0].t, plans[1].t))
    empty = " and ".join(f"{name} = {before}" for name, before, after in pairs if before != after)
    how = f"{shown.how} It is not the plane at {empty}, where nothing but background is stored."
    return replace(other, rendered=replace(other.rendered, shown=replace(shown, how=how)))
