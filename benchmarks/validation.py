"""Measures validation: an image's document should take at most 0.2 ms, a plate of 1,536 wells at most 10 ms.

python benchmarks/validation.py              medians of 2,000 images and of 50 plates
python benchmarks/validation.py --repeat 1   one run of each
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from sitegen.validate import validate_document, validate_store

ROWS, COLUMNS = 32, 48  # 1,536 wells


def image(version: str) -> dict[str, Any]:
    """Return an image with five levels, four axes and four channels."""
    axes = [{"name": "c", "type": "channel"}]
    axes += [{"name": name, "type": "space", "unit": "micrometer"} for name in "zyx"]
    datasets = [dataset(version, level) for level in range(5)]
    entry = {"name": "cells", "type": "mean", "metadata": {}, "datasets": datasets}
    placed = {"coordinateSystems": [{"name": "physical", "axes": axes}]} if version == "0.6" else {"axes": axes}
    window = {"min": 0, "max": 65535, "start": 0, "end": 1500}
    channels = [{"label": "DAPI", "color": "0000FF", "active": True, "window": window} for _ in range(4)]
    return in_group(version, {"multiscales": [{**entry, **placed}], "omero": {"channels": channels}})


def dataset(version: str, level: int) -> dict[str, Any]:
    """Return a level with a scale and a translation."""
    scale = {"type": "scale", "scale": [1, 0.5, 0.1 * 2**level, 0.1 * 2**level]}
    steps = [scale, {"type": "translation", "translation": [0, 0, 0.05, 0.05]}]
    if version < "0.6":
        return {"path": str(level), "coordinateTransformations": steps}
    ends = {"input": {"path": str(level)}, "output": {"name": "physical"}}
    return {"path": str(level), "coordinateTransformations": [{"type": "sequence", "transformations": steps, **ends}]}


def plate(version: str, **well: object) -> dict[str, Any]:
    """Return a plate of 1,536 wells."""
    rows = [{"name": f"R{row}"} for row in range(ROWS)]
    columns = [{"name": str(column + 1)} for column in range(COLUMNS)]
    wells = [
        {"path": f"R{row}/{column + 1}", "rowIndex": row, "columnIndex": column, **well}
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
    return in_group(
        version, {"plate": {"name": "screen", "field_count": 4, "rows": rows, "columns": columns, "wells": wells}}
    )


def in_group(version: str, ome: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of a group with this metadata."""
    return {"ome": {"version": version, **ome}} if version >= "0.5" else ome


def measure(task: Callable[[], object], times: int) -> float:
    """Return the median CPU time of a task in ms, without garbage collection."""
    task()
    gc.disable()
    spent = []
    for _ in range(times):
        start = time.process_time()
        task()
        spent.append(time.process_time() - start)
    gc.enable()
    return median(spent) * 1e3


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, help="runs of each document (2000 for images, 50 for plates)")
    options = parser.parse_args(arguments)
    images, plates = options.repeat or 2000, options.repeat or 50
    for version in ("0.4", "0.5", "0.6"):
        took_ms = _measure_document(image(version), version, images)
        print(f"image {version}, 5 levels, 4 channels: {took_ms:6.3f} ms (at most 0.2)")
    for version in ("0.4", "0.5", "0.6"):
        took_ms = _measure_document(plate(version), version, plates)
        print(f"plate {version}, 1,536 wells: {took_ms:6.2f} ms (at most 10)")
    took_ms = _measure_document(plate("0.5", path="A-1", rowIndex=-1), "0.5", plates)
    print(f"plate 0.5, 1,536 wells with two errors each: {took_ms:6.2f} ms")
    store = {"": {"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": plate("0.5")}}}
    took_ms = measure(lambda: validate_store(store), plates)
    print(f"plate 0.5 as a store of which only the root was read: {took_ms:6.2f} ms")


def _measure_document(document: dict[str, Any], version: str, times: int) -> float:
    return measure(lambda: validate_document(document, version=version), times)


if __name__ == "__main__":
    main()
