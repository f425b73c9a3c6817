"""The versions of OME-Zarr: one row each, with what distinguishes them as columns.

Code never compares versions; it asks the row for a feature. To add a version, write a
function that reads its images and register a row: `replace` the row of the version
before, name what changed, and set `inherits_rules_of`, which puts every rule of that
version in force. Rules that are new are rows of the table of rules; rules that no longer
hold are named in `without_rules`.

Source: the text and schemas of each version, https://ngff.openmicroscopy.org.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Literal

from sitegen.ome import v01_03, v04_05, v06
from sitegen.ome.node import Multiscale
from sitegen.ome.problems import ProblemLog

ImageReader = Callable[[Mapping[str, object], ProblemLog], Multiscale | None]
"""An entry of `multiscales` → the image; None where it is not written as the version writes it."""

_SITE = "https://ngff.openmicroscopy.org"
_SPELLING = re.compile(r"(\d+\.\d+)(?:\.\d{1,3})?(?:[.-]?(?:dev|rc)\d{0,3})?")
"""Writers state `0.5-dev`, `0.5.0` … `0.5.2`, `0.6rc0`, `0.6.rc0`, `0.6.dev1` … `0.6.dev4`, `0.6dev2`."""


class AxesForm(Enum):
    """How the axes of an image are written."""

    FIXED = "not at all: they are always t, c, z, y, x"
    LETTERS = "a list of letters"
    OBJECTS = "a list of objects"
    SYSTEMS = "lists of objects, each in a named coordinate system"


class TransformsForm(Enum):
    """How coordinate transformations are written."""

    NONE = "not at all"
    LISTS = "a scale and at most one translation, for each dataset and once for all"
    SYSTEMS = "one for each dataset, and any number between named coordinate systems"


class AcquisitionNumbers(Enum):
    """What the numbers of an acquisition may be: its `id`, `maximumfieldcount`, `starttime` and `endtime`."""

    ANY = "numbers"
    INTEGERS = "integers; times are 0 or above"
    COUNTS = "integers, 0 or above; `maximumfieldcount` above 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftForm:
    """What a draft of a version wrote in another way than the final version."""

    plain_ends: bool = False
    """`input` and `output` of a transformation may be strings: the name of a system, or a path."""
    early_transforms: bool = False
    """The type `inverseOf` exists, `byDimension` names its axes, and arrays may hold a scale or translation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of OME-Zarr."""

    name: str
    """Such as `0.4`."""
    spellings: tuple[str, ...]
    """The strings by which valid metadata state the version."""
    drafts: tuple[DraftForm, ...] = ()
    """Drafts `dev1`, `dev2`, … whose metadata are validated by the rules of this version."""
    is_assumed: bool = True
    """Metadata that state no version may be taken for this one, by what they look like."""
    specification: str
    """Address of the specification's text."""
    anchors: Mapping[str, str]
    """Section of the specification (see `sitegen.validate.rules.SECTIONS`) → its anchor in the text."""
    inherits_rules_of: str | None = None
    """The version whose rules are in force here, too, besides those whose rows name this version."""
    without_rules: frozenset[str] = frozenset()
    """Codes of rules that are not in force, though inherited or named by a row such as `4+`."""

    zarr_format: int
    metadata_key: str | None
    """Key of the group's attributes that holds the OME metadata; None where they are the attributes themselves."""
    version_keys: tuple[str, ...]
    """Keys of the OME metadata whose objects state the version, `/*` for each object of a list; empty where it is
    stated once, beside them."""
    labels_group: str = "labels"
    """Name of the group, beside the resolutions of an image, that lists its label images."""

    read_image: ImageReader
    axes: AxesForm
    max_axes: int | None = None
    """None where a further rule limits the number of axes."""
    axis_types: frozenset[str] = frozenset()
    """Types of axes that the specification names."""
    null_unit: bool = False
    """`"unit": null` means "no unit", except along space axes: the schemas look at no other axis's unit."""
    transforms: TransformsForm
    typed_downscaling: bool = False
    """`method` and `version` in the `metadata` of a multiscale are strings."""
    separator: Literal[".", "/"] | None
    """What must separate the numbers in the keys of chunks; None where each array says so."""
    array_axes: Literal["_ARRAY_DIMENSIONS", "dimension_names"] | None = None
    """Where the metadata of an array repeat the names of the axes."""

    well_path_prefix: bool
    """The path of a well may begin with other groups before those of its row and column."""
    acquisition_numbers: AcquisitionNumbers
    field_path: re.Pattern[str]
    """What the path of a field of view in its well must match."""

    def find_draft(self, stated: object) -> DraftForm | None:
        """Return the draft that a stated version names, the newest known for later ones; None if it names none."""
        if not self.drafts or not isinstance(stated, str) or stated in self.spellings:
            return None
        found = re.fullmatch(rf"{re.escape(self.name)}[.-]?dev\.?(\d*)", stated)
        return self.drafts[min(int(found[1][:4] or 1), len(self.drafts)) - 1] if found else None


class VersionTable(Mapping[str, Version]):
    """The versions by name, in the order of their publication."""

    def __init__(self, *versions: Version) -> None:
        self._versions: dict[str, Version] = {}
        self.revision = 0
        """Changes with each version that is registered or removed."""
        for version in versions:
            self.register(version)

    def __getitem__(self, name: str) -> Version:
        return self._versions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._versions)

    def __len__(self) -> int:
        return len(self._versions)

    @property
    def rows(self) -> Sequence[Version]:
        """The versions, the newest last."""
        return tuple(self._versions.values())

    def register(self, version: Version) -> None:
        """Add a version that is newer than the others; ValueError if its name is taken, or its base unknown."""
        if version.name in self._versions:
            raise ValueError(f"OME-Zarr {version.name} is registered already")
        if version.inherits_rules_of not in (None, *self._versions):
            raise ValueError(f"OME-Zarr {version.name} inherits from {version.inherits_rules_of}, which is not known")
        self._versions[version.name] = version
        self.revision += 1

    def unregister(self, name: str) -> None:
        """Remove a version."""
        del self._versions[name]
        self.revision += 1

    def select(self, text: str) -> tuple[str, ...]:
        """Return the versions that a row of the table of rules names.

        `4` is 0.4; `1-3` is 0.1 to 0.3; `4+` is 0.4 and every later version; `all` is every version; commas join
        several of these. ValueError for a version that is not registered.
        """
        names = list(self._versions)
        chosen: set[str] = set()
        for part in text.replace("all", f"{self._number(names[0])}+").split(","):
            first, _, last = part.removesuffix("+").partition("-")
            stop = len(names) if part.endswith("+") else self._position(last or first) + 1
            if stop <= self._position(first):
                raise ValueError(f"expected versions in ascending order, found {part}")
            chosen.update(names[self._position(first) : stop])
        return tuple(name for name in names if name in chosen)

    def _position(self, number: str) -> int:
        numbers = [self._number(name) for name in self._versions]
        if number not in numbers:
            raise ValueError(f"no version 0.{number} of OME-Zarr is registered")
        return numbers.index(number)

    @staticmethod
    def _number(name: str) -> str:
        return name.removeprefix("0.")

    def normalize(self, text: str) -> str | None:
        """Return the name of the version that is meant by any of its spellings; None for an unknown version."""
        known = _SPELLING.fullmatch(text.strip())
        return known[1] if known and known[1] in self._versions else None


_VERSION_KEYS = ("plate", "well", "image-label", "multiscales/*")
_NAMES_OF_FIELDS = re.compile(r"[A-Za-z0-9]+")
_ZARR_NODE_NAMES = re.compile(r"(?!__)(?!\.+$)[A-Za-z0-9_.-]+")

_COMMON_ANCHORS = {
    "meta": "metadata",
    "omero": "omero-md",
    "labels": "labels-md",
    "plate": "plate-md",
    "well": "well-md",
}

_V01 = Version(
    name="0.1",
    spellings=("0.1",),
    is_assumed=False,  # it looks like 0.2 until the separator of an array is known
    specification=f"{_SITE}/0.1/",
    anchors={
        **_COMMON_ANCHORS,
        "store": "on-disk",
        "img": "image-layout",
        "hcs": "hcs-layout",
        "ms": "multiscale-md",
        "axes": "multiscale-md",
        "label": "label-md",
    },
    zarr_format=2,
    metadata_key=None,
    version_keys=_VERSION_KEYS,
    read_image=v01_03.read_fixed,
    axes=AxesForm.FIXED,
    transforms=TransformsForm.NONE,
    typed_downscaling=True,
    separator=".",
    well_path_prefix=True,
    acquisition_numbers=AcquisitionNumbers.ANY,
    field_path=_NAMES_OF_FIELDS,
)
_V02 = replace(
    _V01,
    name="0.2",
    spellings=("0.2",),
    is_assumed=True,
    specification=f"{_SITE}/0.2/",
    typed_downscaling=False,
    separator="/",
    acquisition_numbers=AcquisitionNumbers.INTEGERS,
)
_V03 = replace(
    _V02,
    name="0.3",
    spellings=("0.3",),
    specification=f"{_SITE}/0.3/",
    read_image=v01_03.read_letters,
    axes=AxesForm.LETTERS,
    array_axes="_ARRAY_DIMENSIONS",
)
_V04 = replace(
    _V03,
    name="0.4",
    spellings=("0.4",),
    specification=f"{_SITE}/0.4/",
    anchors={**_V03.anchors, "axes": "axes-md", "trafo": "trafo-md", "bf2raw": "bf2raw"},
    read_image=v04_05.read,
    axes=AxesForm.OBJECTS,
    max_axes=5,
    axis_types=frozenset(("space", "time", "channel")),
    null_unit=True,
    transforms=TransformsForm.LISTS,
    array_axes=None,
    well_path_prefix=False,
    acquisition_numbers=AcquisitionNumbers.COUNTS,
)
_V05 = replace(
    _V04,
    name="0.5",
    spellings=("0.5",),
    specification=f"{_SITE}/0.5/",
    anchors={**_V04.anchors, "store": "storage-format", "label": "labels-md"},
    zarr_format=3,
    metadata_key="ome",
    version_keys=(),
    separator=None,
    array_axes="dimension_names",
)
_V06 = replace(
    _V05,
    name="0.6",
    spellings=("0.6", "0.6rc0"),
    drafts=(
        DraftForm(plain_ends=True, early_transforms=True),
        DraftForm(plain_ends=True, early_transforms=True),
        DraftForm(plain_ends=True),
        DraftForm(),
    ),
    specification=f"{_SITE}/dev/",
    anchors={
        **_COMMON_ANCHORS,
        "ms": "multiscales-md",
        "axes": "axes-md",
        "cs": "coordinate-systems-md",
        "trafo": "coord-trafo-md",
        "label": "labels-md",
        "bf2raw": "bf2raw",
        "scene": "scene-md",
    },
    read_image=v06.read,
    axes=AxesForm.SYSTEMS,
    axis_types=_V05.axis_types | {"array", "coordinate", "displacement", "frequency"},
    null_unit=False,
    transforms=TransformsForm.SYSTEMS,
    field_path=_ZARR_NODE_NAMES,
)

VERSIONS = VersionTable(_V01, _V02, _V03, _V04, _V05, _V06)
