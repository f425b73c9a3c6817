"""What a build says of broken stores does not depend on what was known before: cache, refresh, or nothing."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from builds import Site, build_site, write_config
from fault_server import OPEN, Act, FaultServer, answer, serving
from stores import write_image, write_list
from validation.broken import write_broken_stores

from sitegen.commands.check import CheckOptions, check
from sitegen.commands.progress import Progress

_BROKEN = answer(200, b'{"zarr_format": 3,', **OPEN)
_ABSENT = {
    "404": answer(404, **OPEN),
    "403": answer(403, **OPEN),
    "page": answer(200, b"<html>Not found</html>", Content_Type="text/html", **OPEN),
    "text": answer(200, b"Not found", Content_Type="text/plain", **OPEN),
    "empty": answer(200, b"", **OPEN),
    "broken": _BROKEN,
}
"""What hosts answer for what is not there."""


class _Scripts(dict[str, list[Act]]):
    """Answers every path that is no file of the folder, or lies below a broken store, in the same way."""

    def __init__(self, folder: Path, act: Act, broken: tuple[str, ...] = ()) -> None:
        self._folder, self._act, self._broken = folder, act, broken

    def get(self, path: str, default: Any = None) -> Any:
        """Return the acts of a path."""
        if path.startswith(self._broken):
            return [_BROKEN]
        return default if (self._folder / path.lstrip("/")).is_file() else [self._act]


def facts(site: Site) -> dict[str, dict[str, Any]]:
    """Return the records without the dates."""
    dates = ("checked_at", "added_at", "changed_at")
    return {name: {k: v for k, v in record.items() if k not in dates} for name, record in site.records().items()}


def build_in_each_way(server: FaultServer, names: list[str], folder: Path) -> list[dict[str, dict[str, Any]]]:
    """Return what four builds say: of nothing, of their own cache, with --refresh, and of documents of a check."""
    for each in ("own", "check"):
        (folder / each).mkdir()
    rows = write_list(folder / "r.csv", "url", *(server.url(f"/{name}") for name in names))
    config = write_config(folder / "sitegen.toml", rows)
    # Each build replaces the site of the one before, so its records are read at once.
    found = [facts(build_site(config, folder / "own", refresh=refresh)) for refresh in (False, False, True)]
    check(CheckOptions(csv=(str(rows),), cache=folder / "check" / "cache", config=config), Progress(io.StringIO()))
    return [*found, facts(build_site(config, folder / "check"))]


@pytest.mark.parametrize("absent", _ABSENT)
def test_each_build_says_the_same(absent: str, tmp_path: Path) -> None:
    """From an empty cache, again, after --refresh, and from documents that a check cached."""
    names = write_broken_stores(tmp_path / "data", every=29)
    with serving(tmp_path / "data") as server:
        server.scripts = _Scripts(tmp_path / "data", _ABSENT[absent])
        first, *others = build_in_each_way(server, names, tmp_path)

    assert len(first) == len(names)
    for other in others:
        assert other == first


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_a_store_that_is_broken_everywhere(tmp_path: Path, zarr_format: int) -> None:
    """Whatever Zarr format its neighbors have, its problems are those of all documents that may be its root."""
    good = [f"g{number}.zarr" for number in range(4)]
    for name in good:
        write_image(tmp_path / "data" / name, levels=1, zarr_format=zarr_format)
    with serving(tmp_path / "data") as server:
        server.scripts = _Scripts(tmp_path / "data", answer(404, **OPEN), ("/broken.zarr",))
        found = build_in_each_way(server, [*good, "broken.zarr"], tmp_path)

    problems = [[(each["code"], each["where"]) for each in records["broken.zarr"]["problems"]] for records in found]
    documents = ("zarr.json", ".zattrs", ".zgroup", ".zarray", ".zmetadata")
    assert problems == 4 * [[("json-invalid", name) for name in documents]]
    assert all(records == found[0] for records in found)
