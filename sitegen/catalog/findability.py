"""How well datasets can be found and reused: one table of criteria, each with its weight, and a score made from it.

The score of some datasets is the sum over the criteria of weight times the share of datasets that meet it, of 100. A
dataset of which a criterion is not known, such as the validity of one that does not answer, does not count for it. The
weights are a choice: what keeps people from the data counts most. Principles are those of Wilkinson et al. 2016, "The
FAIR Guiding Principles" (doi:10.1038/sdata.2016.18). Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from sitegen import units
from sitegen.model import Record

CriterionKey = Literal[
    "answers", "valid", "license", "organism", "method", "name", "pixel_size", "ro_crate", "browsers"
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One row of the table."""

    key: CriterionKey
    """Its name in reports."""
    label: str
    """What people call it."""
    weight: int
    """Points, of 100."""
    principle: str
    """The FAIR principle behind it."""
    asks: str
    """When a dataset meets it."""
    met: Callable[[Record], bool | None]
    """Whether a dataset meets it; None where that is not known."""
    code: str = ""
    """Code of the problem of a dataset that does not; empty where datasets have problems of their own that say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """How many datasets meet one criterion."""

    key: CriterionKey
    """Which criterion: a row of the table on the page of the data."""
    label: str
    """What people call it."""
    principle: str
    """The FAIR principle behind it, such as `R1.1`."""
    weight: int
    """Points if all datasets meet it."""
    met: int
    """Datasets that meet it."""
    known: int
    """Datasets of which that is known."""
    points: float
    """Weight times the share of these datasets; 0 where nothing is known, and then the criterion does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findability:
    """How well datasets can be found and reused."""

    score: int | None
    """From 0 to 100, which is reached only if every dataset meets every criterion; null where nothing is known."""
    criteria: tuple[CriterionResult, ...]
    """What it is made of."""


def _is_readable(record: Record) -> bool:
    """Return whether the dataset was read, now or earlier, so that its own metadata are known."""
    return record.found.status in ("ok", "stale")


def _states_pixel_size(record: Record) -> bool | None:
    """Return whether x and y have a scale and a unit of length; None where there are no such axes."""
    found = record.found
    plane = [at for at, axis in enumerate(found.axes or ()) if axis.name.lower() in ("x", "y")]
    if not _is_readable(record) or not found.axes or not plane:
        return None
    scale = found.levels[0].scale if found.levels else None
    known = [units.UNITS.get(found.axes[at].unit or "") for at in plane]
    return bool(scale and len(scale) == len(found.axes) and all(unit and unit.measures == "space" for unit in known))


CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        key="answers",
        label="Answers",
        weight=20,
        principle="A1",
        asks="Its host answered at the last build, and it could be read.",
        met=lambda record: record.found.status == "ok",
    ),
    Criterion(
        key="valid",
        label="Valid metadata",
        weight=15,
        principle="R1.3",
        asks="Its metadata keep every rule (MUST) of their version of OME-Zarr.",
        met=lambda record: record.found.valid,
    ),
    Criterion(
        key="license",
        label="License",
        weight=15,
        principle="R1.1",
        asks="A list or its RO-Crate states a license that is known, or the address of one.",
        met=lambda record: record.license is not None and bool(record.license.id or record.license.url),
        code="license-missing",
    ),
    Criterion(
        key="organism",
        label="Organism",
        weight=10,
        principle="F2",
        asks="A list or its RO-Crate states an organism.",
        met=lambda record: record.organism is not None,
        code="organism-missing",
    ),
    Criterion(
        key="method",
        label="Imaging method",
        weight=10,
        principle="F2",
        asks="A list or its RO-Crate states an imaging method.",
        met=lambda record: record.modality is not None,
        code="method-missing",
    ),
    Criterion(
        key="name",
        label="Name",
        weight=10,
        principle="F2",
        asks="A list or its RO-Crate gives it a name.",
        met=lambda record: record.name is not None,
        code="name-missing",
    ),
    Criterion(
        key="pixel_size",
        label="Pixel size",
        weight=10,
        principle="R1",
        asks="Its axes x and y have a scale and a unit of length.",
        met=_states_pixel_size,
        code="pixel-size-missing",
    ),
    Criterion(
        key="ro_crate",
        label="RO-Crate",
        weight=5,
        principle="F3",
        asks="It has an RO-Crate that states something.",
        met=lambda record: bool(record.ro_crate) if _is_readable(record) else None,
        code="crate-missing",
    ),
    Criterion(
        key="browsers",
        label="Open to browsers",
        weight=5,
        principle="A1.1",
        asks="Web pages of other sites may read it (CORS), so that viewers open it.",
        met=lambda record: record.found.cors,
        code="browsers-refused",
    ),
)


class FindabilitySum:
    """How well datasets can be found and reused, which are added one by one."""

    def __init__(self) -> None:
        self._met = [0] * len(CRITERIA)
        self._known = [0] * len(CRITERIA)

    def add(self, record: Record) -> None:
        """Add a dataset."""
        for at, criterion in enumerate(CRITERIA):
            answer = criterion.met(record)
            self._met[at] += answer is True
            self._known[at] += answer is not None

    def findability(self) -> Findability:
        """Return how well they can be found and reused."""
        results = tuple(map(_result, CRITERIA, self._met, self._known))
        reachable = sum(each.weight for each in results if each.known)
        points = sum(each.weight * each.met / each.known for each in results if each.known)
        return Findability(score=int(100 * points / reachable + 1e-9) if reachable else None, criteria=results)


def make_findability(records: Iterable[Record]) -> Findability:
    """Return how well these datasets can be found and reused."""
    total = FindabilitySum()
    for record in records:
        total.add(record)
    return total.findability()


def _result(criterion: Criterion, met: int, known: int) -> CriterionResult:
    return CriterionResult(
        key=criterion.key,
        label=criterion.label,
        principle=criterion.principle,
        weight=criterion.weight,
        met=met,
        known=known,
        points=round(criterion.weight * met / known, 1) if known else 0.0,
    )
