"""Each table of a site alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from sitegen.model import Catalog, Page
from sitegen.outputs.biofile import biofile_table
from sitegen.outputs.hosting import FILE_BYTES
from sitegen.outputs.parquet import parquet_table
from sitegen.outputs.tables import MakeTable, csv_table, ndjson_table, table_files

MakeFiles = Callable[..., Iterator[Page]]


def _files(make: MakeTable, catalog: Catalog, *, file_bytes: int = FILE_BYTES) -> Iterator[Page]:
    return table_files(catalog, [make], file_bytes=file_bytes)


csv_files: MakeFiles = partial(_files, csv_table)
ndjson_files: MakeFiles = partial(_files, ndjson_table)
parquet_files: MakeFiles = partial(_files, parquet_table)
biofile_files: MakeFiles = partial(_files, biofile_table)


def parquet_parts(catalog: Catalog) -> Iterator[Page]:
    """Give `index.parquet` in parts of one dataset each; otherwise a part ends with a group of rows."""
    return _files(partial(parquet_table, rows_in_group=1), catalog, file_bytes=1)


def all_tables(catalog: Catalog, processes: int = 1) -> Iterator[Page]:
    """Give all tables, made in one pass by so many processes."""
    return table_files(catalog, [csv_table, ndjson_table, parquet_table, biofile_table], processes=processes)
