"""A catalog of one dataset, `a.zarr`, that lies on a host on loopback: its record, its pictures, its requests."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from builds import Site, build_site, write_config
from fault_server import FaultServer, serving
from PIL import Image
from stores import write_list


@dataclass(frozen=True, slots=True)
class Built:
    """A catalog of one dataset, `a.zarr`, on a host."""

    site: Site
    host: FaultServer

    @property
    def record(self) -> dict[str, Any]:
        """The dataset's record."""
        return self.site.records()["a.zarr"]

    def problems(self, *codes: str) -> list[tuple[str, str, str]]:
        """Return code, level and place of the problems with these codes."""
        found = self.record["problems"]
        return [(each["code"], each["level"], each["where"]) for each in found if each["code"] in codes]

    def problem(self, code: str) -> dict[str, Any]:
        """Return the only problem with a code."""
        (found,) = (each for each in self.record["problems"] if each["code"] == code)
        return dict(found)

    def pixels(self, picture: str = "thumbnail") -> np.ndarray[Any, Any]:
        """Return a picture of the dataset: (y, x, 3)."""
        shown = Image.open(io.BytesIO((self.site.folder / self.record[picture]["path"]).read_bytes()))
        return np.asarray(shown.convert("RGB"))

    def chunks_asked(self) -> list[str]:
        """Return the keys below the dataset that were requested, without metadata documents."""
        names = ("zarr.json", ".zarray", ".zattrs", ".zgroup", ".zmetadata", "ro-crate-metadata.json")
        keys = [asked.path.removeprefix("/a.zarr/") for asked in self.host.asked if asked.path.startswith("/a.zarr/")]
        return [key for key in keys if not key.endswith(names)]


@contextmanager
def hosting(folder: Path) -> Iterator[Callable[..., Built]]:
    """Serve `folder`/data, and return a function that builds a catalog of its dataset in `folder`."""
    (folder / "data").mkdir()
    with serving(folder / "data") as host:
        csv = write_list(folder / "root.csv", "url", host.url("/a.zarr"))
        config = write_config(folder / "sitegen.toml", csv)

        def run(**options: Any) -> Built:
            host.asked.clear()
            return Built(build_site(config, folder, **options), host)

        yield run


def brightness(picture: np.ndarray[Any, Any]) -> list[int]:
    """Return the mean of a gradient's left, middle and right part, from 0 to 255."""
    return [round(float(part.mean())) for part in np.array_split(picture, 3, axis=1)]


def is_gradient(picture: np.ndarray[Any, Any]) -> bool:
    """Return whether a picture shows the gradient."""
    left, middle, right = brightness(picture)
    return left < 70 and left + 60 < middle < right - 60
