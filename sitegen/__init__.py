"""sitegen publishes one static catalog of a federation's OME-Zarr images.

A CSV row becomes a record, records become a catalog, the catalog becomes pages. The network is at one end (`net`), the
disk at the other (`publish`), and everything between is plain functions on frozen values (`model`).

Other programs use the names of `sitegen.api`, which are names of this package, too; each is loaded at its first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sitegen.api import (
        CatalogIndex,
        Entry,
        FetchError,
        Listing,
        Problem,
        Record,
        SitegenError,
        TargetReport,
        UsageError,
        inspect_dataset,
        open_index,
        read_list,
        validate_store,
    )

__all__ = [
    "CatalogIndex",
    "Entry",
    "FetchError",
    "Listing",
    "Problem",
    "Record",
    "SitegenError",
    "TargetReport",
    "UsageError",
    "__version__",
    "inspect_dataset",
    "open_index",
    "read_list",
    "validate_store",
]


def __getattr__(name: str) -> object:
    """Return a name of `sitegen.api` (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sitegen import api

    return getattr(api, name)
