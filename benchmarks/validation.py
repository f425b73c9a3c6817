"""How long validation takes: an image's document at most 0.2 ms, a plate of 1,536 wells at most 10 ms.

Run: python benchmarks/validation.py
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
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
    return wrapped(version, {"multiscales": [{**entry, **placed}], "omero": {"channels": channels}})


def dataset(version: str, level: int) -> dict[str, Any]:
    """Return a level with a scale and a translation."""
    scale = {"type": "scale", "scale": [1, 0.5, 0.1 * 2**level, 0.1 * 2**level]}
    steps = [scale, {"type": "translation", "translation": [0, 0, 0.05, 0.05]}]
    if version < "0.6":
        return {"path": str(level), "coordinateTransformations": steps}
    ends = {"input": {"path": str(level)}, "output": {"name": "physical"}}
    return {"path": str(level), "coordinateTransformations": [{"type": "sequence", "transformations": steps, **ends}]}


def plate(version: str, **of_well: object) -> dict[str, Any]:
    """Return a plate of 1,536 wells."""
    rows = [{"name": f"R{row}"} for row in range(ROWS)]
    columns = [{"name": str(column + 1)} for column in range(COLUMNS)]
    wells = [
        {"path": f"R{row}/{column + 1}", "rowIndex": row, "columnIndex": column, **of_well}
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
    return wrapped(
        version, {"plate": {"name": "screen", "field_count": 4, "rows": rows, "columns": columns, "wells": wells}}
    )


def wrapped(version: str, ome: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of a group with this metadata."""
    return {"ome": {"version": version, **ome}} if version >= "0.5" else ome


def measure(task: Callable[[], object], times: int) -> float:
    """Return the median processor time of a task in ms, without garbage collection in between."""
    task()
    gc.disable()
    spent = []
    for _ in range(times):
        start = time.process_time()
        task()
        spent.append(time.process_time() - start)
    gc.enable()
    return median(spent) * 1e3


def main() -> None:
    """Print a line for each document."""
    for version in ("0.4", "0.5", "0.6"):
        document = image(version)
        took = measure(lambda d=document, v=version: validate_document(d, version=v), 2000)
        print(f"image {version}, 5 levels, 4 channels, {took:6.3f} ms (at most 0.2)")
    for version in ("0.4", "0.5", "0.6"):
        document = plate(version)
        took = measure(lambda d=document, v=version: validate_document(d, version=v), 50)
        print(f"plate {version}, 1,536 wells: {took:6.2f} ms (at most 10)")
    broken = plate("0.5", path="A-1", rowIndex=-1)
    took = measure(lambda: validate_document(broken, version="0.5"), 50)
    print(f"plate 0.5, 1,536 wells, each with two mistakes: {took:6.2f} ms")
    whole = {"": {"zarr.json": {"zarr_format": 3, "node_type": "group", "attributes": plate("0.5")}}}
    print(
        f"plate 0.5 as a store of which the root alone was read: {measure(lambda: validate_store(whole), 50):6.2f} ms"
    )


if __name__ == "__main__":
    main()
