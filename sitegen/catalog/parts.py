"""What a catalog needs of some thousand datasets at a time, made here or by other processes.

Entries and findings are read twice: once for what titles, studies and hosts are made of, which need to know of all
datasets, and once to make the records. Jobs and results are plain and picklable. Pure functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sitegen.catalog.hosts import HostsSum
from sitegen.catalog.records import make_record
from sitegen.catalog.studies import StatedStudy, state_study
from sitegen.catalog.totals import TotalsSum
from sitegen.compact import Part, encode_part, rare_collection, read_part
from sitegen.config.settings import StudySettings
from sitegen.model import BrowserAccess, Cost, Crate, Entry, Findings, Record, Status, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class NamingJob:
    """Datasets, of which is read what names and studies are made of."""

    entries: Part[Entry]
    findings: Part[Findings]
    studies: Sequence[StudySettings]
    """Those that the configuration states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPart:
    """What some datasets state."""

    stated: list[StatedStudy]
    hosts: HostsSum


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsJob:
    """Datasets, of which records are made; what all of them were needed for is known."""

    entries: Part[Entry]
    findings: Part[Findings]
    titles: Sequence[str]
    short_titles: Sequence[str]
    studies: Sequence[Study | None]
    labels: Mapping[str, str]
    is_encoded: bool
    """Whether the records are wanted so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsPart:
    """The records of some datasets, and what they add up to."""

    records: Part[Record]
    totals: TotalsSum
    sources: list[str | None]
    """Each once, in order of appearance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """What names of studies and figures of hosts need of `Findings`."""

    status: Status
    crate: Crate | None = None
    cost: Cost
    browsers: BrowserAccess


def state_part(job: NamingJob) -> StatedPart:
    """Return what some datasets state of their names and studies, and the figures of their hosts."""
    stated, hosts = [], HostsSum()
    with rare_collection():
        for entry, found in zip(read_part(job.entries, Entry), read_part(job.findings, _Named), strict=True):
            hosts.add(entry.url, found)
            stated.append(state_study(entry, found.crate, job.studies))
    return StatedPart(stated=stated, hosts=hosts)


def make_records(job: RecordsJob) -> RecordsPart:
    """Return the records of some datasets."""
    records, totals = [], TotalsSum()
    with rare_collection():
        read = zip(read_part(job.entries, Entry), read_part(job.findings, Findings), strict=True)
        for (entry, found), title, short, study in zip(read, job.titles, job.short_titles, job.studies, strict=True):
            record = make_record(entry, found, title=title, short_title=short, study=study, labels=job.labels)
            totals.add(record)
            records.append(record)
        return RecordsPart(
            records=encode_part(records) if job.is_encoded else records,
            totals=totals,
            sources=list(dict.fromkeys(record.source for record in records)),
        )
