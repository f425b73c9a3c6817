"""How many datasets have errors is one number: in the log, the summary, the index, and on the health page."""

from __future__ import annotations

import io
import json
import re

import pytest
from builds import Site, write_config
from fault_server import serving
from stores import write_group, write_image, write_list

from sitegen.commands.build import BuildOptions, build
from sitegen.commands.progress import Progress


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, str]:
    """A site of a valid dataset, an invalid one with two errors, and a missing one, and its log."""
    folder = tmp_path_factory.mktemp("counts")
    write_image(folder / "data" / "good.zarr")
    bad = {"version": "0.5", "multiscales": [{"axes": [{"name": "y"}, {"name": "x"}], "datasets": []}], "omero": 1}
    write_group(folder / "data" / "bad.zarr", {"ome": bad})
    log = io.StringIO()
    with serving(folder / "data") as server:
        rows = [server.url(f"/{name}.zarr") for name in ("good", "bad", "gone")]
        config = write_config(
            folder / "sitegen.toml", write_list(folder / "list.csv", "url,name", *rows, ",no address")
        )
        chosen = BuildOptions(config=str(config), out=folder / "site", cache=folder / "cache", workers=0)
        summary = build(chosen, Progress(log))
    return Site(folder=folder / "site", summary=summary), log.getvalue()


def test_datasets_with_errors(built: tuple[Site, str]) -> None:
    """Those that could not be read, and those with at least one error."""
    site, _ = built
    index = json.loads((site.folder / "index.json").read_text(encoding="utf-8"))

    assert index["totals"]["with_errors"] == 2
    assert site.report()["totals"]["with_errors"] == 2
    assert site.summary.as_json()["with_errors"] == 2
    assert "2 could be read, 1 valid, 2 with errors" in site.summary.as_text()


def test_the_log_counts_what_could_not_be_read(built: tuple[Site, str]) -> None:
    """It is the rest of what the summary says could be read."""
    site, log = built

    assert re.search(r"3 datasets in .*, 1 could not be read\n", log)
    assert site.summary.catalog.totals.ok == 2


def test_the_health_page_says_what_each_figure_counts(built: tuple[Site, str]) -> None:
    """Datasets with errors, and all errors, those of lists included."""
    site, _ = built
    found = re.findall(r'figure__value">([\d,]+)</span>\s*<span class="figure__name">([^<]+)<', site.health())
    figures = {name: int(value) for value, name in found}
    errors = sum(problem["level"] == "error" for problem in site.report()["problems"])

    assert (figures["datasets"], figures["could be read"], figures["have errors"]) == (3, 2, 2)
    assert figures["errors in all"] == errors > 2
