"""One table: what a site holds besides its pages. A new output is one module and one row of it.

Each row makes its files from the catalog alone, so outputs know nothing of one another, and the order
of the table is the order in which they are written. `site_files` gives a whole site, pages first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from sitegen.catalog.reported import ReportedBuild, reported_by
from sitegen.config.settings import ViewerSettings
from sitegen.model import Catalog, Changed, Page
from sitegen.model.planned import FileFigures, PlannedFiles, PlannedPart
from sitegen.outputs.badges import badge_files
from sitegen.outputs.biofile import biofile_table
from sitegen.outputs.build_file import BUILD_PATH, build_files
from sitegen.outputs.checksums import FILES_PATH, Checksums, DataFile
from sitegen.outputs.collection import collection_files
from sitegen.outputs.crates import catalog_crate, study_crates
from sitegen.outputs.croissant import croissant_files, is_describable
from sitegen.outputs.data_page import DATA_PATH, data_files
from sitegen.outputs.dcat import dcat_files
from sitegen.outputs.extras import is_parquet_possible
from sitegen.outputs.feed import feed_files, overview_feeds
from sitegen.outputs.history import HISTORY_PATH, history_files, institution_histories
from sitegen.outputs.hosting import nojekyll_files, robots_files
from sitegen.outputs.index import index_files, record_files
from sitegen.outputs.linksets import dataset_linksets, study_linksets
from sitegen.outputs.opensearch import opensearch_files
from sitegen.outputs.output import Output, is_made
from sitegen.outputs.overview_reports import REPORT_SCHEMA_PATH, overview_reports, report_schema_files
from sitegen.outputs.owner_feeds import OWNER_FEED, owner_feeds
from sitegen.outputs.parquet import parquet_table
from sitegen.outputs.plan import made_here, plan_of_records, shown_by
from sitegen.outputs.report import report_files
from sitegen.outputs.schema import schema_files
from sitegen.outputs.sitemap import sitemap_files
from sitegen.outputs.tables import csv_table, ndjson_table, table_files
from sitegen.site.fingerprints import CatalogDigests, digest
from sitegen.site.overviews import FOLDERS
from sitegen.site.plan import plan_pages
from sitegen.site.render import OPENSEARCH_PATH
from sitegen.site.signposting import CRATE_NAME


def _data_files(catalog: Catalog, above: Sequence[DataFile]) -> Iterator[Page]:
    made = [each for each in OUTPUTS if is_made(each, catalog)]
    return data_files(
        catalog,
        made=[each for each in made if each.is_data],
        left_out=[each for each in OUTPUTS if each.is_data and each not in made],
        of_each=[each for each in made if "<id>" in each.path],
        paths=[each.path for each in above],
    )


OUTPUTS: tuple[Output, ...] = (
    Output(
        path="index.json",
        description="Every dataset with all that is known about it; in numbered parts where a file would be too large.",
        make=index_files,
        base_url="unused",
        optional=False,
        changes="asked",
    ),
    Output(
        path="index.schema.json",
        description="JSON Schema of index.json, every key described.",
        make=schema_files,
        base_url="used",
        optional=False,
    ),
    Output(
        path="datasets/<id>/record.json",
        description="One dataset as in index.json, beside its page.",
        make=record_files,
        base_url="unused",
        optional=True,
        of_each_record=True,
        setting="records",
    ),
    Output(
        path="index.csv",
        description="Every dataset as a row, in the same columns for every catalog; in numbered parts above 90 MB.",
        table=csv_table,
        base_url="unused",
        optional=True,
        changes="asked",
        setting="csv",
    ),
    Output(
        path="index.ndjson.gz",
        description="The same rows as JSON lines, which programs can read one by one.",
        table=ndjson_table,
        base_url="unused",
        optional=True,
        changes="asked",
        setting="ndjson",
    ),
    Output(
        path="index.parquet",
        description="The same rows with types, sorted by study; programs can read only the parts that they need. "
        "It needs the extra parquet.",
        table=parquet_table,
        base_url="unused",
        optional=True,
        changes="asked",
        setting="parquet",
        possible=is_parquet_possible,
    ),
    Output(
        path="croissant.json",
        description="The tables for programs of machine learning: each column with its type and meaning (Croissant).",
        make_of_files=croissant_files,
        base_url="required",
        optional=True,
        changes="asked",
        setting="croissant",
        stated=lambda catalog: is_describable(catalog) and _has_tables(catalog),
    ),
    Output(
        path="biofile-finder.csv",
        description="Every dataset, in the form that BioFile Finder reads.",
        table=biofile_table,
        base_url="required",
        optional=True,
        setting="biofile_finder",
    ),
    Output(
        path="collection.json",
        description="Every dataset as a node of an RFC-8 collection, a draft of OME-NGFF; in parts above 10,000.",
        make=collection_files,
        base_url="unused",
        optional=True,
        setting="collection",
    ),
    Output(
        path="dcat.jsonld",
        description="Every dataset as data portals read it (DCAT 3, JSON-LD); in parts above 10,000.",
        make=dcat_files,
        base_url="used",
        optional=True,
        setting="dcat",
    ),
    Output(
        path="report.json",
        description="What was found: totals, each institution and host, and every problem with its line.",
        make=report_files,
        base_url="unused",
        optional=False,
        changes="asked",
    ),
    Output(
        path=BUILD_PATH,
        description="When the site was built, and how many requests each host got; it changes with every build.",
        make=build_files,
        base_url="unused",
        optional=False,
        changes="build",
    ),
    Output(
        path=HISTORY_PATH,
        description="Figures of builds, oldest first: datasets, bytes, problems, response times of hosts.",
        make=history_files,
        base_url="unused",
        optional=False,
        changes="asked",
    ),
    Output(
        path=CRATE_NAME,
        description="The catalog as a research object: its files for programs, and its studies (RO-Crate 1.1).",
        make_of_files=catalog_crate,
        base_url="used",
        optional=True,
        setting="ro_crate",
    ),
    Output(
        path=f"studies/<id>/{CRATE_NAME}",
        description="One study as a research object: its datasets, their authors and licenses (RO-Crate 1.1).",
        make=study_crates,
        base_url="used",
        optional=True,
        setting="ro_crate",
    ),
    *(
        Output(
            path=f"{folder}/<id>/linkset.json",
            description=f"Typed links of the page of one {kind}, for programs (FAIR Signposting, level 2).",
            make=make,
            base_url="required",
            optional=True,
            of_each_record=kind == "dataset",
            setting="linksets",
        )
        for kind, folder, make in (("dataset", "datasets", dataset_linksets), ("study", "studies", study_linksets))
    ),
    Output(
        path="feed.xml",
        description="The datasets that were added or changed last, as an Atom feed.",
        make=feed_files,
        base_url="used",
        optional=False,
    ),
    *(
        Output(
            path=f"{folder}/<id>/feed.xml",
            description=f"The datasets of one {kind} that were added or changed last, as an Atom feed.",
            make=partial(overview_feeds, kind),
            base_url="used",
            optional=False,
        )
        for kind, folder in FOLDERS.items()
    ),
    *(
        Output(
            path=f"{folder}/<id>/report.json",
            description=f"What was found in the datasets of one {kind}: what to improve, every problem with its line.",
            make=partial(overview_reports, kind),
            base_url="unused",
            optional=False,
            changes="asked",
        )
        for kind, folder in FOLDERS.items()
    ),
    Output(
        path=REPORT_SCHEMA_PATH,
        description="JSON Schema of the reports of institutions, studies and lists, every key described.",
        make=report_schema_files,
        base_url="used",
        optional=False,
    ),
    Output(
        path=f"institutions/<id>/{OWNER_FEED}",
        description="For owners, as an Atom feed: datasets that stopped answering, became invalid or recovered.",
        make=owner_feeds,
        base_url="used",
        optional=False,
    ),
    Output(
        path=f"institutions/<id>/{HISTORY_PATH}",
        description="Figures of the builds that found something else of one institution than the build before.",
        make=institution_histories,
        base_url="unused",
        optional=False,
    ),
    Output(
        path="institutions/<id>/badge.svg",
        description="How many datasets of one institution have valid metadata, to show on its own pages.",
        make=badge_files,
        base_url="unused",
        optional=False,
    ),
    Output(
        path=DATA_PATH,
        description="For people: these files, the columns of the tables, the parameters of links, and examples.",
        make_of_files=_data_files,
        base_url="used",
        optional=False,
    ),
    Output(
        path="sitemap.xml",
        description="The address of every page, for search engines; in numbered parts where there are many.",
        make=sitemap_files,
        base_url="required",
        optional=True,
        setting="sitemap",
    ),
    Output(
        path=OPENSEARCH_PATH,
        description="Lets a browser search the catalog from its address bar (OpenSearch).",
        make=opensearch_files,
        base_url="required",
        optional=False,
    ),
    Output(
        path="robots.txt",
        description="Allows crawlers to read everything, and names the sitemap.",
        make=robots_files,
        base_url="used",
        optional=True,
    ),
    Output(
        path=".nojekyll",
        description="Keeps GitHub Pages from changing the site.",
        make=nojekyll_files,
        base_url="unused",
        optional=False,
    ),
)


def output_files(catalog: Catalog, outputs: Iterable[Output] = OUTPUTS) -> Iterator[Page]:
    """Give the files of every output that is possible and not switched off, then their sizes and checksums."""
    return made_here(plan_outputs(CatalogDigests(catalog), outputs))


def plan_outputs(
    digests: CatalogDigests, outputs: Iterable[Output] = OUTPUTS, reported: ReportedBuild | None = None
) -> Iterator[PlannedPart]:
    """Give what `output_files` gives, each with its fingerprint. reported: the build that is; None: this one."""
    sums, reported = Checksums(), reported or reported_by(digests.catalog)
    of_site = [each for each in outputs if is_made(each, digests.catalog)]
    for output in of_site:
        if output.of_each_record:
            yield plan_of_records(output.path, output.files, digests)
        elif output.table:
            tables = [each for each in of_site if each.table and each.changes == output.changes]
            if output is tables[0]:
                yield _plan_tables(tables, digests, sums, reported)
        else:
            yield _plan_output(output, digests, sums, reported)
    yield PlannedFiles(key=FILES_PATH, fingerprint="", make=sums.files, one_by_one=True)


def _plan_output(output: Output, digests: CatalogDigests, sums: Checksums, reported: ReportedBuild) -> PlannedFiles:
    catalog, fingerprint = shown_by(output.changes, digests, reported)
    above = sums.made(output.changes)
    return PlannedFiles(
        key=output.path,
        fingerprint=fingerprint and digest(fingerprint, above if output.make_of_files else ()),
        make=partial(output.files, catalog, above),
        one_by_one=output.changes != "with the data",
        on_written=partial(sums.add, output.description, output.changes) if output.is_data else None,
    )


def _plan_tables(
    tables: Sequence[Output], digests: CatalogDigests, sums: Checksums, reported: ReportedBuild
) -> PlannedFiles:
    """Plan tables that change alike, which are made in one pass."""
    changes = tables[0].changes
    catalog, fingerprint = shown_by(changes, digests, reported)
    makes = [each.table for each in tables if each.table]

    def on_written(files: Sequence[FileFigures]) -> None:
        for output, make in zip(tables, makes, strict=True):
            table = make(catalog)
            sums.add(output.description, changes, [each for each in files if table.has(each.path)])

    return PlannedFiles(
        key=" ".join(each.path for each in tables),
        fingerprint=fingerprint and digest(fingerprint),
        make=partial(table_files, catalog, makes),
        one_by_one=changes != "with the data",
        on_written=on_written,
    )


def _has_tables(catalog: Catalog) -> bool:
    """Return whether a site has a table whose columns can be described."""
    return any(is_made(each, catalog) for each in OUTPUTS if each.setting in ("csv", "parquet"))


def site_files(
    catalog: Catalog, *, viewers: Sequence[ViewerSettings] = (), removed: Sequence[Changed] = ()
) -> Iterator[Page]:
    """Give every file of a site but pictures and logos: its pages, then its outputs.

    viewers: the operator's own. removed: datasets that are no longer listed, whose pages say so.
    """
    return made_here(plan_site(catalog, viewers=viewers, removed=removed))


def plan_site(
    catalog: Catalog,
    *,
    viewers: Sequence[ViewerSettings] = (),
    removed: Sequence[Changed] = (),
    digests: CatalogDigests | None = None,
    reported: ReportedBuild | None = None,
) -> Iterator[PlannedPart]:
    """Give what `site_files` gives, with fingerprints; files of datasets are planned only if any of them changed.

    digests: those of the catalog, if they are computed. reported: the build that index and reports are of; None: this.
    """
    digests = digests or CatalogDigests(catalog)
    yield from plan_pages(digests, viewers=viewers, removed=removed)
    yield from plan_outputs(digests, reported=reported)
