"""The table of outputs: each row makes its files, and a new row is enough for a new output."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from urllib.parse import urljoin

import pytest
from catalogs import every_kind, hostile

from sitegen.model import Catalog, Page
from sitegen.outputs.checksums import FILES_PATH, SUMS_PATH
from sitegen.outputs.output import Output
from sitegen.outputs.table import OUTPUTS, output_files, site_files
from sitegen.publish.folder import MARKERS

COUNT = Output(
    path="count.json",
    description="The number of datasets.",
    make=lambda catalog: [Page(path="count.json", content=json.dumps(len(catalog.records)).encode())],
    base_url="required",
    optional=True,
)
"""An output that some later version may have."""


def paths(catalog: Catalog) -> set[str]:
    """Return the paths of all outputs of a catalog."""
    return {page.path for page in output_files(catalog)}


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda output: output.path)
def test_each_output_makes_the_files_that_its_row_names(output: Output) -> None:
    """The paths in the table are those in the site, whatever the data are."""
    name, _, ending = output.path.partition("<id>") if "<id>" in output.path else output.path.rpartition(".")
    named = re.compile(rf"{re.escape(name)}.*{re.escape(ending)}")

    for catalog in (every_kind(), hostile()):
        made = [page.path for page in output.files(catalog)]

        assert made
        assert [path for path in made if not named.fullmatch(path)] == []


def test_no_two_outputs_write_the_same_file() -> None:
    """Nor does an output write the file of a page."""
    made = [page.path for page in site_files(every_kind())]

    assert len(made) == len(set(made))


def test_a_new_row_is_a_new_output() -> None:
    """No other change is needed."""
    made = {page.path: page.content for page in output_files(every_kind(), (*OUTPUTS, COUNT))}

    assert made["count.json"] == str(len(every_kind().records)).encode()
    assert set(made) - {"count.json"} == paths(every_kind())


def test_an_output_that_requires_base_url_is_left_out_without_it() -> None:
    """All other outputs are made."""
    catalog = replace(every_kind(), base_url=None)

    assert list(output_files(catalog, [COUNT])) == []
    assert paths(catalog) - {FILES_PATH, SUMS_PATH} == {
        page.path for each in OUTPUTS if each.base_url != "required" for page in each.files(catalog)
    }


def test_rows_state_correctly_whether_base_url_is_used() -> None:
    """An output whose row says `unused` is the same at any address; every other one is not."""
    here, there = every_kind(), replace(every_kind(), base_url="https://elsewhere.example.org/")

    differ = {output.path for output in OUTPUTS if list(output.files(here)) != list(output.files(there))}

    assert differ == {output.path for output in OUTPUTS if output.base_url != "unused"}


def test_required_outputs_are_always_made() -> None:
    """A build recognizes a site by its markers, and the footer of every page links some outputs."""
    catalog = replace(every_kind(), outputs_off=frozenset(output.setting for output in OUTPUTS if output.setting))
    home = next(page.content.decode() for page in site_files(catalog) if page.path == "index.html")
    linked = {path for path in paths(every_kind()) if f'href="{path}"' in home}

    assert {*MARKERS, *linked} <= {output.path for output in OUTPUTS if not output.optional}
    assert {"index.json", "feed.xml"} <= linked


SETTINGS = sorted({output.setting for output in OUTPUTS if output.setting})


@pytest.mark.parametrize("base", ["https://catalog.example.org/sub/", None])
@pytest.mark.parametrize("off", [(), *((each,) for each in SETTINGS), tuple(SETTINGS)], ids=lambda off: "+".join(off))
def test_no_page_leads_to_a_file_that_is_not_made(off: tuple[str, ...], base: str | None) -> None:
    """Links in heads for programs and those for people, whatever is switched off or needs an address."""
    catalog = replace(every_kind(), base_url=base, outputs_off=frozenset(off))
    made = {page.path: page.content for page in site_files(catalog)}
    pictures = {
        picture.path
        for record in catalog.records
        for picture in (record.found.thumbnail, record.found.preview)
        if picture
    }
    here = base or "https://here.example/"
    led = {
        (path, urljoin(here + path, re.split("[?#]", href)[0]))
        for path, content in made.items()
        if path.endswith(".html")
        for href in re.findall(r'<(?:a|link)\s[^>]*?href="([^"]*)"', content.decode())
    }
    inside = {(path, to.removeprefix(here)) for path, to in led if to.startswith(here)}
    lost = {(path, to) for path, to in inside if f"{to}index.html" not in made and to not in {*made, *pictures}}

    assert len(inside) > 100
    assert lost == set()
