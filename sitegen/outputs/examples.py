"""One table: programs that read the index, for the page of the data; a test runs each on a site that is served."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A program."""

    name: str
    """What it needs, as people call it."""
    setting: str
    """The output that it reads, by its key in `[outputs]`."""
    unless: str = ""
    """An output that another program for the same tool reads, and that is better where the site has it."""
    task: str
    """What it prints."""
    text: str
    """`{read}` stands for `one_file` or `parts`."""
    one_file: str
    """What reads the output; `{site}` stands for the site's address, with its slash."""
    parts: str
    """What reads it where it is in numbered parts; `{count}` is their number, `{last}` the same in three digits."""

    def is_shown(self, made: Collection[str]) -> bool:
        """Return whether it suits a site. made: the outputs that the site has, by their keys."""
        return self.setting in made and not (self.unless and self.unless in made)

    def code(self, site: str, parts: int = 0) -> str:
        """Return the program for a site. parts: how many numbered ones the output has there; 0: it is one file."""
        read = (self.parts if parts else self.one_file).strip("\n")
        counted = read.replace("{count}", str(parts)).replace("{last}", f"{parts:03}")
        return self.text.strip("\n").replace("{read}", counted).replace("{site}", site)


EXAMPLES: tuple[Example, ...] = (
    Example(
        name="Python, pandas",
        setting="parquet",
        task="Datasets and stored bytes of each institution. Columns have the same types in every catalog. "
        "Without threads, since those of pyarrow may crash a short program at its end (apache/arrow#50482).",
        text="""
import pandas

{read}
print(datasets.groupby("source")["bytes"].agg(["size", "sum"]))
""",
        one_file="""
datasets = pandas.read_parquet("{site}index.parquet", dtype_backend="pyarrow", use_threads=False)
""",
        parts="""
files = ["{site}index-" + f"{part:03}.parquet" for part in range(1, {count} + 1)]
datasets = pandas.concat([pandas.read_parquet(file, dtype_backend="pyarrow", use_threads=False) for file in files])
""",
    ),
    Example(
        name="Python, pandas",
        setting="csv",
        unless="parquet",
        task="Datasets and stored bytes of each institution. pandas takes a column without values for numbers.",
        text="""
import pandas

{read}
print(datasets.groupby("source")["bytes"].agg(["size", "sum"]))
""",
        one_file='datasets = pandas.read_csv("{site}index.csv")',
        parts="""
files = ["{site}index-" + f"{part:03}.csv" for part in range(1, {count} + 1)]
datasets = pandas.concat([pandas.read_csv(file, low_memory=False) for file in files])
""",
    ),
    Example(
        name="Python, polars",
        setting="parquet",
        task="Images with a z axis and at least two channels.",
        text="""
import polars

{read}
found = datasets.filter(
    polars.col("axes_name").list.contains("z"), polars.col("channels_label").list.len() >= 2
)
print(found.select("title", "shape", "url"))
""",
        one_file='datasets = polars.read_parquet("{site}index.parquet")',
        parts="""
files = ["{site}index-" + f"{part:03}.parquet" for part in range(1, {count} + 1)]
datasets = polars.concat([polars.read_parquet(file) for file in files])
""",
    ),
    Example(
        name="DuckDB",
        setting="parquet",
        task="The same figures without a download: DuckDB requests the columns that it needs. In Python:",
        text="""
import duckdb

{read}
print(duckdb.sql(f\"\"\"
    SELECT source, count(*) AS datasets, sum(bytes) AS bytes
    FROM read_parquet({files})
    GROUP BY source ORDER BY datasets DESC
\"\"\"))
""",
        one_file='files = ["{site}index.parquet"]',
        parts='files = ["{site}index-" + f"{part:03}.parquet" for part in range(1, {count} + 1)]',
    ),
    Example(
        name="R",
        setting="csv",
        task="Stored bytes of each institution.",
        text="""
{read}
print(tapply(datasets$bytes, datasets$source, sum, na.rm = TRUE))
""",
        one_file='datasets <- read.csv("{site}index.csv")',
        parts="""
files <- paste0("{site}index-", sprintf("%03d", 1:{count}), ".csv")
datasets <- do.call(rbind, lapply(files, read.csv))
""",
    ),
    Example(
        name="JavaScript",
        setting="ndjson",
        task="Names of all plates, in a browser or in Node.",
        text="""
{read}
for (const file of files) {
  const { body } = await fetch(file);
  const lines = await new Response(body.pipeThrough(new DecompressionStream("gzip"))).text();
  const datasets = lines.split("\\n").filter(Boolean).map((line) => JSON.parse(line));
  for (const each of datasets.filter(({ kind }) => kind === "plate")) console.log(each.title, each.plate_wells);
}
""",
        one_file='const files = ["{site}index.ndjson.gz"];',
        parts="""
const names = Array.from({ length: {count} }, (_, at) => `index-${String(at + 1).padStart(3, "0")}.ndjson.gz`);
const files = names.map((name) => "{site}" + name);
""",
    ),
    Example(
        name="curl and jq",
        setting="ndjson",
        task="Addresses of all datasets with valid metadata and an open license.",
        text="""
{read} | gunzip |
  jq -r 'select(.valid and (.license_id // "" | startswith("CC"))) | .url'
""",
        one_file="curl -s {site}index.ndjson.gz",
        parts='curl -s "{site}index-[001-{last}].ndjson.gz"',
    ),
)
