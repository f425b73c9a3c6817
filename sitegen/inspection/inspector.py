"""`inspect`: one task in, one outcome out.

Requests are made in the order of their cost. Root document, RO-Crate, finest level and labels are requested together;
the task predicts the names of the last two, which changes nothing but the time that is spent waiting. A plate or
series leads on to its representative image. Then one level is chosen for the pictures, read and rendered. Each step
may fail on its own: what was learned before is kept, and the failure is a `Problem`. A dataset that cannot be read at
all is an outcome, too, with the status that says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median

from sitegen.errors import BuildError, FetchError, find_error
from sitegen.inspection.chunk_search import CHUNK_KEYS
from sitegen.inspection.draft import FindingsDraft
from sitegen.inspection.files import DatasetFiles, join
from sitegen.inspection.image import count_stored_bytes, open_image
from sitegen.inspection.io import InspectionIO
from sitegen.inspection.pictures import LABELS, MainPictures, PictureMaker
from sitegen.inspection.planes import OpenImage
from sitegen.inspection.problems import address_moved, problem_of
from sitegen.inspection.representative import Representative, find_next_well, find_representative
from sitegen.inspection.size_limit import limit_size
from sitegen.inspection.validation import validate_dataset
from sitegen.inspection.wells import absent_wells, fold_well_problems
from sitegen.model import BrowserAccess, Cost, Findings, Plate
from sitegen.model.task import KnownRoot, Outcome, Prediction, Task
from sitegen.ome import Node, PlateLayout, read_crate, read_node
from sitegen.transfer import Allowance

CRATE = "ro-crate-metadata.json"
_ROOT_DOCUMENTS = ("zarr.json", ".zattrs", ".zgroup", ".zarray")
_MORE_WELLS = 3
"""Wells that are tried where the first well of a plate shows nothing."""


async def inspect(task: Task, io: InspectionIO) -> Outcome:
    """Return what the task's dataset holds, or whether its root document is still the one that the task knows.

    Raises BuildError where `io` cannot go on, as with a cache that cannot be written.
    """
    allowance = Allowance(bytes_left=task.max_bytes, seconds_left=task.deadline_s, local_folder=task.local_folder)
    age = 0.0 if task.known_root else task.max_document_age_s
    pictures = PictureMaker(io, task, task.pictures) if task.pictures and not task.known_root else None
    async with DatasetFiles(io, task.url, allowance, max_age_s=age, zipped=task.zipped) as files:
        try:
            if task.known_root:
                return replace(await _compare_root(files, task.known_root), cost=_cost(allowance))
            findings = await _Inspection(files, task, pictures).run()
        except FetchError as error:
            findings = unreadable(error)
        except ExceptionGroup as failures:
            raise find_error(failures, BuildError) or failures from None
    if task.known_root:
        return Outcome(findings=findings, cost=_cost(allowance))
    browsers = BrowserAccess(
        origin=files.browser.allows_origin,
        ranges=await io.allows_ranges(task.url) if files.browser.allows_origin else None,
        exposed=files.browser.exposed,
    )
    return Outcome(
        findings=limit_size(replace(findings, browsers=browsers, cors=_cors(browsers, findings))),
        root_digest=files.root_digest,
        pictures=pictures.files if pictures else {},
        cost=_cost(allowance),
        read=Cost(requests=files.read.answers, bytes=files.read.size_bytes),
    )


def unreadable(error: FetchError) -> Findings:
    """Return the findings of a dataset whose root could not be read because of an error."""
    return Findings(status=error.status, problems=(problem_of(error),))


async def _compare_root(files: DatasetFiles, known: KnownRoot) -> Outcome:
    """Return whether the root document is unchanged. Raises FetchError where its host gives no answer.

    Of Zarr format 2 `zarr.json` is requested, too: where it was added, the dataset is now one of format 3.
    """
    names = ("zarr.json",) if known.zarr_format == 3 else ("zarr.json", ".zattrs")
    async with files.ahead(*names[1:]):
        try:
            bodies = [await files.document(name) for name in names]
        except FetchError as error:
            if error.status == "unreachable":
                raise
            bodies = []
    unchanged = any(body is not None for body in bodies) and files.root_digest == known.digest
    return Outcome(findings=Findings(status="ok"), unchanged=unchanged, root_digest=files.root_digest)


def _cost(allowance: Allowance) -> Cost:
    return Cost(
        requests=allowance.requests,
        retries=allowance.retries,
        bytes=allowance.bytes_read,
        median_ms=round(1000 * median(allowance.latencies_s), 1) if allowance.latencies_s else None,
    )


def _cors(browsers: BrowserAccess, found: Findings) -> bool | None:
    """Return whether a web page of another origin can read the dataset; None if that is not known.

    Its host must allow the origin and, where the data are sharded or zipped, Range requests.
    """
    if browsers.origin and (found.zipped or any(level.shards for level in found.levels)):
        return browsers.ranges
    return browsers.origin


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """An image that may represent the dataset, with its pictures."""

    image: OpenImage
    pictures: MainPictures


class _Inspection:
    """One inspection under way."""

    def __init__(self, files: DatasetFiles, task: Task, pictures: PictureMaker | None) -> None:
        self._files = files
        self._task = task
        self._pictures = pictures
        self._draft = FindingsDraft()

    async def run(self) -> Findings:
        """Return the findings. Raises FetchError where the host gives no answer about the root."""
        root = await self._read_root()
        draft, files = self._draft, self._files
        if root is None and await files.open_file():
            root = await self._read_root()
        if root is None or root.kind is None:
            return self._not_zarr(root)
        draft.report(*root.problems, *files.store.problems)
        if moved_to := files.browser.moved_to:
            draft.report(address_moved(moved_to))
        draft.found = replace(
            draft.found,
            zipped=files.store.is_archive,
            kind=root.kind,
            ome_zarr_version=root.version,
            zarr_format=root.zarr_format,
            plate=_plate(root.plate) if root.kind == "plate" and root.plate else None,
        )
        files.tree[""] = root
        files.use_consolidated(root, "")
        try:
            await self._read_representative(root)
        except FetchError as error:
            draft.report(problem_of(error, where="image"))
        if root.kind != "group":
            await self._validate(root)
        if draft.found.valid and any(problem.code == CHUNK_KEYS for problem in draft.found.problems):
            draft.found = replace(draft.found, valid=False)
        return draft.found

    async def _read_root(self) -> Node | None:
        """Return the root; the RO-Crate and what the dataset probably has are requested together with it."""
        async with self._files.ahead(*_expected_documents(self._task.prediction)):
            root = await _root_node(self._files)
            await self._read_crate()
        return root

    async def _read_crate(self) -> None:
        try:
            body = await self._files.document(CRATE)
        except FetchError as error:
            self._draft.report(problem_of(error, where=CRATE))
            return
        if body is not None:
            crate, problems = await self._files.parse(read_crate, body)
            self._draft.report(*problems)
            self._draft.found = replace(self._draft.found, crate=crate)

    def _not_zarr(self, root: Node | None) -> Findings:
        """Return the findings of a dataset whose root is not there, or is not Zarr."""
        if root is not None:
            return replace(self._draft.found, status="unreadable", problems=root.problems)
        refusals = [self._files.refusals[name] for name in _ROOT_DOCUMENTS if name in self._files.refusals]
        # A login page or a 403 means that something is there, unless the host answers so for all that is not there.
        error = next((error for error in refusals if error.status != "missing"), refusals[0])
        return replace(self._draft.found, status=error.status, problems=(problem_of(error),))

    async def _validate(self, root: Node) -> None:
        result = await validate_dataset(self._files)
        draft = self._draft
        if root.plate:  # the same problem, once for each well that has it, becomes one
            draft.withdraw(*result.problems)
        draft.report(*(fold_well_problems(result.problems, root.plate) if root.plate else result.problems))
        draft.found = replace(
            draft.found,
            valid=result.valid,
            validated=result.validated,
            validated_parts=result.parts,
            ome_zarr_version=root.version if root.kind == "array" else result.version,
        )

    async def _read_representative(self, root: Node) -> None:
        """Read the representative image, and what is shown beside it: other wells of its plate, its labels."""
        draft = self._draft
        candidate = await self._find_candidate(root)
        if candidate:
            if self._task.count_bytes:
                written = await count_stored_bytes(candidate.image, draft.found)
                draft.found = replace(draft.found, bytes_written=written)
            await self._add_pictures(candidate)
        if draft.found.plate and root.plate:
            plate = replace(draft.found.plate, absent=absent_wells(self._files, root.plate))
            draft.found = replace(draft.found, plate=plate)

    async def _add_pictures(self, candidate: _Candidate) -> None:
        main, draft = candidate.pictures, self._draft
        draft.found = replace(draft.found, levels=main.levels)
        if self._pictures is None:
            return
        extra = await self._pictures.make_extra(candidate.image, main, draft.found.label_images)
        draft.report(*main.problems, *extra.problems)
        draft.found = replace(
            draft.found,
            thumbnail=main.thumbnail,
            preview=main.preview,
            shown=main.shown and replace(main.shown, empty=main.empty),
            montage=extra.montage,
            overlay=extra.overlay,
            plate=draft.found.plate and replace(draft.found.plate, drawn=extra.drawn),
        )

    async def _find_candidate(self, root: Node) -> _Candidate | None:
        """Return the representative image; of a plate whose first well is empty, that of a next well that is not."""
        chosen = await find_representative(self._files, root, series0=self._task.series0)
        first_image = await open_image(self._files, root, chosen, self._draft)
        first = await self._picture(first_image)
        if (first is None and chosen.well is None) or (first is not None and not first.pictures.empty):
            return first
        try:
            return await self._find_shown_well(root, chosen) or first
        except FetchError as error:
            self._draft.report(problem_of(error, where="image"))
            return first

    async def _find_shown_well(self, root: Node, chosen: Representative) -> _Candidate | None:
        """Return the image of one of the next wells that shows something; None where none of those tried does."""
        for _ in range(_MORE_WELLS):
            chosen = await find_next_well(self._files, root, chosen)
            if chosen.node is None:
                return None
            draft = FindingsDraft(self._draft.found)
            other = await self._picture(await open_image(self._files, root, chosen, draft))
            if other and other.pictures.thumbnail and not other.pictures.empty:
                self._draft.found = draft.found
                return other
            self._draft.report(*draft.found.problems)
        return None

    async def _picture(self, image: OpenImage | None) -> _Candidate | None:
        if image is None:
            return None
        if self._pictures is None:
            return _Candidate(image=image, pictures=MainPictures(levels=image.info.levels))
        return _Candidate(image=image, pictures=await self._pictures.make_main(image))


def _expected_documents(prediction: Prediction) -> Iterator[str]:
    """Yield the documents that are requested together with `zarr.json`."""
    array, group = ("zarr.json", "zarr.json") if prediction.zarr_format == 3 else (".zarray", ".zattrs")
    yield CRATE
    if group != "zarr.json":
        yield group
    if prediction.first_level is not None:  # the root is an image
        yield join(prediction.first_level, array)
        yield join(LABELS, group)


async def _root_node(files: DatasetFiles) -> Node | None:
    """Return the root: in Zarr format 3 where `zarr.json` says so, else in format 2, as zarr-python opens a store.

    The order depends on the store alone, because some folders hold documents of both formats.
    """
    body = await files.document("zarr.json")
    root = None if body is None else await files.parse(read_node, {"zarr.json": body})
    if body is not None and root is not None and root.zarr_format is not None:
        return root
    older = await _v2_root(files)
    if not older:
        stand_in = files.root_stand_in
        return root or (await files.parse(read_node, stand_in) if stand_in else None)
    return await files.parse(read_node, older if body is None else {"zarr.json": body, **older})


async def _v2_root(files: DatasetFiles) -> dict[str, bytes]:
    """Return the documents of a group or array of Zarr format 2; OME metadata alone are enough."""
    documents: dict[str, bytes] = {}
    for name in (".zattrs", ".zgroup", ".zarray"):
        body = await files.document(name)
        if body is not None:
            documents[name] = body
        if documents and (await files.parse(read_node, documents)).kind not in (None, "group"):
            return documents
    if documents and (body := await files.document(".zmetadata")) is not None:
        documents[".zmetadata"] = body  # nothing else says what is below a plain group
    return documents


def _plate(layout: PlateLayout) -> Plate:
    return Plate(
        rows=len(layout.row_names),
        columns=len(layout.column_names),
        wells=len(layout.wells),
        fields=layout.field_count,
        row_names=layout.row_names,
        column_names=layout.column_names,
        present=tuple((well.row, well.column) for well in layout.wells if well.row >= 0 and well.column >= 0),
        acquisitions=len(layout.acquisitions) or None,
    )
