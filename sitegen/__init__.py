"""sitegen publishes one static catalog of a federation's OME-Zarr images.

A CSV row becomes a record, records become a catalog, the catalog becomes pages.
The network is at one end (`fetch`), the disk at the other (`output`), and
everything between is plain functions on frozen values (`model`).
"""

__version__ = "0.1.0"
