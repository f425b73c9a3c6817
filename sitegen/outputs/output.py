"""What a site holds besides its pages, as a row of the table `OUTPUTS` states it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sitegen.model import Catalog, Page
from sitegen.outputs.checksums import Changes, DataFile
from sitegen.outputs.tables import MakeTable, table_files

BaseUrl = Literal["unused", "used", "required"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Files of one form that a site holds besides its pages."""

    path: str
    """Where it is below the site's root; `<id>` stands for the id of what it is about."""
    description: str
    """What it holds and for whom, in a sentence for people who look for data."""
    make: Callable[[Catalog], Iterable[Page]] | None = None
    """Catalog → its files: `path`, and parts of it where it is long."""
    make_of_files: Callable[[Catalog, Sequence[DataFile]], Iterable[Page]] | None = None
    """In place of `make`, for an output that describes files of rows above it: catalog, these files → its files."""
    table: MakeTable | None = None
    """In place of `make`, for a table: catalog → how it is written. Tables that change alike are made in one pass."""
    base_url: BaseUrl
    """What the site's own address is for it. `used`: addresses are absolute where it is known. `required`: the
    output is left out where it is not known."""
    optional: bool
    """False where pages link to it, or `publish` knows a site by it."""
    changes: Changes = "with the data"
    """When its bytes change."""
    of_each_record: bool = False
    """Whether each of its files is made of one record, and of what settings say of the catalog, alone."""
    setting: str = ""
    """The key of `[outputs]` in the configuration that switches it off; empty for one that is always there."""
    possible: Callable[[], bool] = lambda: True
    """Whether what it needs besides sitegen is installed; it is left out where that is not so."""
    stated: Callable[[Catalog], bool] = lambda catalog: True
    """Whether the catalog states what its format demands; it is left out where that is not so."""

    @property
    def is_data(self) -> bool:
        """Whether it is of the whole catalog, and for programs that read data: listed with its size and checksum."""
        return "<id>" not in self.path and self.path.endswith((".json", ".jsonld", ".csv", ".gz", ".parquet"))

    def files(self, catalog: Catalog, above: Sequence[DataFile] = ()) -> Iterable[Page]:
        """Return its files. above: files for programs that rows above it made."""
        if self.table:
            return table_files(catalog, [self.table])
        if self.make_of_files:
            return self.make_of_files(catalog, above)
        return self.make(catalog) if self.make else ()


def is_made(output: Output, catalog: Catalog) -> bool:
    """Return whether a site has an output."""
    stated = output.setting not in catalog.outputs_off and (catalog.base_url or output.base_url != "required")
    return bool(stated and output.possible() and output.stated(catalog))
