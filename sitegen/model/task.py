"""What one inspection of a dataset is to do (`Task`), what it found (`Outcome`), and what is kept of it (`Known`).

All are frozen and picklable, so that a task can be sent to another process or machine, and its outcome back. They
contain no connection, cache or settings object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sitegen.model.findings import Cost, Findings
from sitegen.model.problems import Problem, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureOptions:
    """Which pictures are made of a dataset."""

    thumbnail_px: int = 256
    """Longer side of the thumbnail."""
    preview_px: int = 1024
    """Longer side of the preview."""
    montage_wells: int = 12
    """Wells in the montage of a plate; 0 for no montage."""
    supplied: bool = True
    """Whether a picture that the dataset supplies is used in place of its pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What a dataset is expected to look like, from datasets of the same folder: which documents to request early.

    A wrong prediction costs requests. It changes neither what is read nor what is found.
    """

    zarr_format: int = 3
    first_level: str | None = "0"
    """Path of the finest level below the root; None where it is deeper, as in a plate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRoot:
    """The root document that an earlier inspection read."""

    zarr_format: int | None
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One inspection: everything that it depends on besides the dataset itself."""

    url: str
    max_bytes: int
    """Bytes that all its requests may transfer."""
    deadline_s: float
    """Seconds that all its requests may take together."""
    local_folder: str | None = None
    """`file:` address of the folder below which files of this machine may be read; None: none."""
    series0: str | None = None
    """Path of the representative image below the dataset, where a list states it."""
    count_bytes: bool = False
    """Whether to add up the stored bytes that the arrays state, because no list states them."""
    pictures: PictureOptions | None = None
    """None: only metadata are read."""
    known_root: KnownRoot | None = None
    """If given, only the root document is requested and compared with this one."""
    max_document_age_s: float | None = None
    """Age up to which a cached document is used without a request; None: the usual maximum age."""
    zipped: bool = False
    """Whether the address was that of a ZIP archive when it was last read; a change costs requests, never a fact."""
    prediction: Prediction = Prediction()  # frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one inspection found."""

    findings: Findings
    """Only status and problems, where the root document could not be read."""
    unchanged: bool = False
    """The root document is that of `Task.known_root`; nothing else was read, and `findings` are empty."""
    root_digest: str = ""
    """Digest of the root document; empty where there is none."""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """Path of a picture, as `Picture.path` has it → its file."""
    cost: Cost = Cost()  # noqa: RUF009  # frozen
    """Of the requests of this inspection."""
    read: Cost = Cost()  # noqa: RUF009  # frozen
    """Documents and byte ranges that were read, from hosts or the cache: the same in each build of the same data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Status and problems of the latest inspection, where it could not read all that an earlier one had read."""

    status: Status
    problems: tuple[Problem, ...]
    cost: Cost = Cost()  # noqa: RUF009  # frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a dataset: what was read of it, and what is wrong now."""

    then: Findings
    """From the latest inspection that read everything, or at least as much as those before it."""
    now: Attempt | None = None
    """The latest inspection, where it read less than `then`; None where `then` is current."""
    made_by: str = ""
    """Fingerprint of the code and options that made `then`; empty where its picture files are lost."""
    root_digest: str = ""
    """Digest of the root document that `then` was made from."""
    checked_at: float
    """When the dataset's host last answered, in seconds since 1970, UTC."""
