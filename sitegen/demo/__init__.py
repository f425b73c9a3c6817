"""A small federation of invented institutions to try sitegen on: `sitegen demo DIR`.

    drawing, micrograph      shapes on a plane; counts with axes, pixel size and channels
    cells, tissue,           specimens, each drawn from a seed
      ultrastructure, volumes
    metadata, stores,        OME-Zarr of every version, written to disk
      storage
    dataset, plan, formats,  the table of all datasets
      terms
    lists, logos, federation the lists that name the datasets, sitegen.toml; writes everything

No network, under 30 seconds on one core, under 40 MB, and the same bytes every time.
"""

from sitegen.demo.federation import FOLDERS, DemoSummary, check_free, demo_origins, write_demo

__all__ = ["FOLDERS", "DemoSummary", "check_free", "demo_origins", "write_demo"]
