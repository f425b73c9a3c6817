"""The page about the catalog: its lists, how to add data, what leaves the browser, license and contact."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from builds import build_site
from catalogs import LIST, hostile, make_catalog, make_failed, make_image
from stores import write_list

from sitegen.config.settings import ViewerSettings, read_config
from sitegen.errors import ConfigError
from sitegen.model import Catalog, License
from sitegen.outputs.table import site_files


def about(catalog: Catalog, **options: object) -> str:
    """Return the page, on one line."""
    files = site_files(catalog, **options)  # type: ignore[arg-type]
    return " ".join(next(each.content.decode() for each in files if each.path == "about/index.html").split())


def test_each_list_is_named_with_its_count_and_address() -> None:
    """So that whoever wants to add data knows where."""
    page = about(make_catalog(make_image("a"), make_image("b"), make_failed("missing", "c")))

    assert re.findall(r'lists/[^"]+">([^<]+)</a></th> <td dir="auto">([^<]*)</td> <td class="number">(\d+)', page) == [
        ("idr0001_samples.csv", "IDR, Archive of lost things", "3"), ("lost.csv", "Archive of lost things", "1"),
    ]  # fmt: skip
    assert f'href="{LIST}"' in page
    assert "url,source,license,name,organismId,fbbiId https://storage.example.org/images/embryo.ome.zarr," in page


def test_hosts_and_viewers_are_named() -> None:
    """Those that a browser may ask after a click, those by configuration among them."""
    own = ViewerSettings(name="Our viewer", url="https://v.example.org/?{url}")
    page = about(make_catalog(make_image()), viewers=(own,))

    assert "data.example.org</span> (1 dataset)" in page
    assert "vizarr, neuroglancer" in page
    assert "Our viewer)" in page


def test_license_and_contact_are_shown_if_they_are_configured() -> None:
    """Nothing is claimed that nobody stated."""
    license_ = License(id="CC0-1.0", url="https://creativecommons.org/publicdomain/zero/1.0/")
    page = about(
        make_catalog(make_image(), license=license_, contact="mailto:us@example.org", publisher="Cell <Group>")
    )
    without = about(make_catalog(make_image(), license=None))

    assert 'rel="license noopener noreferrer">CC0-1.0</a>' in page
    assert '<a href="mailto:us@example.org" rel="noopener noreferrer">us@example.org</a>' in page
    assert "run by Cell &lt;Group&gt;." in page
    assert "published under" not in without
    assert "run by" not in without
    assert "Questions about" not in without


def test_every_page_links_it() -> None:
    """From its foot, together with what changed."""
    for page in site_files(make_catalog(make_image())):
        if page.path.endswith(".html") and not page.path.startswith("browse/"):
            assert b'about/index.html">About this catalog</a>' in page.content, page.path
            assert b'report/index.html#changes">What changed</a>' in page.content, page.path


def test_hostile_names_are_text() -> None:
    """Lists and institutions with markup in their names, and addresses that are scripts."""
    page = about(hostile())

    assert "<script>alert" not in page
    assert 'href="javascript:' not in page


def test_configured_license_and_contact_reach_the_page(tmp_path: Path) -> None:
    """From the configuration to the page of a built site."""
    write_list(tmp_path / "l.csv", "url", "https://127.0.0.1:1/x.zarr")
    config = write_list(
        tmp_path / "sitegen.toml", 'csv = ["l.csv"]', 'license = "CC BY 4.0"', 'contact = "us@example.org"'
    )
    page = (build_site(config, tmp_path).folder / "about" / "index.html").read_text(encoding="utf-8")

    assert "CC-BY-4.0</a>" in page
    assert 'href="mailto:us@example.org"' in page


@pytest.mark.parametrize("contact", ["nobody", "javascript:alert(1)", "us@", "ftp://x.org", "a b@c.org"])
def test_a_contact_is_an_address(tmp_path: Path, contact: str) -> None:
    """Anything else is a mistake with its line and what was expected."""
    config = write_list(tmp_path / "sitegen.toml", 'csv = ["https://x.org/l.csv"]', f'contact = "{contact}"')

    with pytest.raises(ConfigError, match=r":2: contact: expected an e-mail address, or an address that begins"):
        read_config(config)
