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
    """`{site}` stands for the site's address, with its slash."""

    def is_shown(self, made: Collection[str]) -> bool:
        """Return whether it suits a site. made: the outputs that the site has, by their keys."""
        return self.setting in made and not (self.unless and self.unless in made)

    def code(self, site: str) -> str:
        """Return the program for a site."""
        return self.text.replace("{site}", site).strip("\n")


EXAMPLES: tuple[Example, ...] = (
    Example(
        name="Python, pandas",
        setting="parquet",
        task="Datasets and stored bytes of each institution. Columns have the same types in every catalog.",
        text="""
import pandas

datasets = pandas.read_parquet("{site}index.parquet", dtype_backend="pyarrow")
print(datasets.groupby("source")["bytes"].agg(["size", "sum"]))
""",
    ),
    Example(
        name="Python, pandas",
        setting="csv",
        unless="parquet",
        task="Datasets and stored bytes of each institution. pandas takes a column without values for numbers.",
        text="""
import pandas

datasets = pandas.read_csv("{site}index.csv")
print(datasets.groupby("source")["bytes"].agg(["size", "sum"]))
""",
    ),
    Example(
        name="Python, polars",
        setting="parquet",
        task="Images with a z axis and at least two channels.",
        text="""
import polars

datasets = polars.read_parquet("{site}index.parquet")
found = datasets.filter(
    polars.col("axes_name").list.contains("z"), polars.col("channels_label").list.len() >= 2
)
print(found.select("title", "shape", "url"))
""",
    ),
    Example(
        name="DuckDB",
        setting="parquet",
        task="The same figures without a download: DuckDB requests the columns that it needs. In Python:",
        text="""
import duckdb

print(duckdb.sql(\"\"\"
    SELECT source, count(*) AS datasets, sum(bytes) AS bytes
    FROM read_parquet('{site}index.parquet')
    GROUP BY source ORDER BY datasets DESC
\"\"\"))
""",
    ),
    Example(
        name="R",
        setting="csv",
        task="Stored bytes of each institution.",
        text="""
datasets <- read.csv("{site}index.csv")
print(tapply(datasets$bytes, datasets$source, sum, na.rm = TRUE))
""",
    ),
    Example(
        name="JavaScript",
        setting="ndjson",
        task="Names of all plates, in a browser or in Node.",
        text="""
const answer = await fetch("{site}index.ndjson.gz");
const lines = await new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))).text();
const datasets = lines.split("\\n").filter(Boolean).map((line) => JSON.parse(line));
for (const each of datasets.filter(({ kind }) => kind === "plate")) console.log(each.title, each.plate_wells);
""",
    ),
    Example(
        name="curl and jq",
        setting="ndjson",
        task="Addresses of all datasets with valid metadata and an open license.",
        text="""
curl -s {site}index.ndjson.gz | gunzip |
  jq -r 'select(.valid and (.license_id // "" | startswith("CC"))) | .url'
""",
    ),
)
